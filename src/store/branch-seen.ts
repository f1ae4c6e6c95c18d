// Up to which move of its default branch a repository was looked at.
import { keepSetting, readSetting } from './settings.ts';
import type { Store } from './store.ts';

export interface BranchMove {
  /** GitHub's own. */
  readonly id: number;
  readonly at: Date;
}

export async function branchSeen(store: Store, repository: string): Promise<BranchMove | null> {
  const noted = await readSetting(store, settingOf(repository));
  if (noted === undefined) return null;
  const { id, at } = noted as { id: number; at: string };
  return { id, at: new Date(at) };
}

export async function keepBranchSeen(store: Store, repository: string, move: BranchMove): Promise<void> {
  const value = { id: move.id, at: move.at.toISOString() };
  await keepSetting(store, { name: settingOf(repository), value });
}

function settingOf(repository: string): string {
  return `branch_seen:${repository}`;
}
