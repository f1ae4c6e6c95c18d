// Up to which move of its default branch a repository was looked at.
import { sql } from 'kysely';
import type { Store } from './store.ts';

export interface BranchMove {
  /** GitHub's own. */
  readonly id: number;
  readonly at: Date;
}

export async function branchSeen(store: Store, repository: string): Promise<BranchMove | null> {
  const row = await store.database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', settingOf(repository))
    .executeTakeFirst();
  if (!row) return null;
  const { id, at } = row.value as { id: number; at: string };
  return { id, at: new Date(at) };
}

export async function keepBranchSeen(store: Store, repository: string, move: BranchMove): Promise<void> {
  const value = JSON.stringify({ id: move.id, at: move.at.toISOString() });
  await store.database
    .insertInto('setting')
    .values({ name: settingOf(repository), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, changed_at: sql`now()` }))
    .execute();
}

function settingOf(repository: string): string {
  return `branch_seen:${repository}`;
}
