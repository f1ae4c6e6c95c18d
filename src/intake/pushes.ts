// What reached the default branch past the pull requests. Nothing of it is ever judged or acted on; when it touches what
// approvals or records stand in, people are told, once.
import type { TreeEntry } from '../approval/admission.ts';
import { type BranchMove, branchSeen, keepBranchSeen } from '../store/branch-seen.ts';
import type { Store } from '../store/store.ts';
import type { Forge } from './forge.ts';

/** A move of the default branch that neither the button of a pull request made nor the bot. */
export interface DirectPush {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  /** Whether it took commits off the branch. */
  readonly forced: boolean;
  readonly by: string;
  readonly at: Date;
}

export interface Moves {
  /** The newest move of whatever kind; null when the branch never moved. */
  readonly newest: BranchMove | null;
  /** Oldest first. */
  readonly pushes: readonly DirectPush[];
}

/** Every reading throws SourceUnavailable when the forge cannot be reached or is out of order. */
export interface BranchSource extends Pick<Forge, 'name' | 'entry' | 'folder' | 'mergeBase'> {
  /** The moves of the default branch since `seen`; null: only the newest is wanted. */
  movesSince(seen: BranchMove | null): Promise<Moves>;
}

export interface TouchedPath {
  readonly path: string;
  readonly how: 'added' | 'changed' | 'removed';
}

export interface PushAlert {
  readonly push: DirectPush;
  /** null: it cannot be told, because a commit of it cannot be read. */
  readonly touched: readonly TouchedPath[] | null;
}

export interface BranchPorts {
  readonly forge: BranchSource;
  readonly store: Store;
  /** Tells people. May be repeated for the same push. */
  alert(alert: PushAlert): Promise<void>;
}

/** Looks at every move since the last look. The very first look only takes note of where the branch is. */
export async function lookAtBranch({ forge, store, alert }: BranchPorts): Promise<void> {
  const seen = await branchSeen(store, forge.name);
  const { newest, pushes } = await forge.movesSince(seen);
  for (const push of seen ? pushes : []) {
    const touched = await touchedBy(push, forge);
    if (touched === null || touched.length > 0) await alert({ push, touched });
  }
  await keepBranchSeen(store, forge.name, newest ?? seen ?? NEVER);
}

const NEVER: BranchMove = { id: 0, at: new Date(0) };
const KEPT = ['approvals', 'runs'] as const;

/** What differs there after the push, and what it took away of that with the commits that are gone. */
async function touchedBy(push: DirectPush, forge: BranchSource): Promise<readonly TouchedPath[] | null> {
  const { before, after, forced } = push;
  const base = forced ? await forge.mergeBase(before, after) : before;
  if (base === null) return null;
  const found = new Map<string, TouchedPath>();
  for (const folder of KEPT) {
    const [old, fresh, common] = [
      await entriesOf(folder, before, forge),
      await entriesOf(folder, after, forge),
      base === before ? null : await entriesOf(folder, base, forge),
    ];
    if (old === null || fresh === null) return null;
    for (const one of differing(old, fresh)) found.set(one.path, one);
    // Written anew with the same content, the history of what was merged is lost all the same.
    for (const { path } of common ? differing(common, old) : [])
      if (!found.has(path)) found.set(path, { path, how: 'changed' });
  }
  return [...found.values()];
}

type Entries = ReadonlyMap<string, TreeEntry>;

/** null when the commit cannot be read. */
export async function entriesOf(
  folder: string,
  commit: string,
  forge: Pick<Forge, 'entry' | 'folder'>,
): Promise<Entries | null> {
  try {
    const entry = await forge.entry(commit, folder);
    const within = entry?.type === 'tree' ? await forge.folder(commit, folder) : null;
    return new Map([...(entry ? [entry] : []), ...(within ?? [])].map((one) => [one.path, one]));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'not_found') return null;
    throw error;
  }
}

/** The folder itself is named only when it is no folder, or too long for its difference to be seen in it. */
export function differing(old: Entries, fresh: Entries): TouchedPath[] {
  const all = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const touched = all.flatMap((path): TouchedPath[] => {
    const [was, is] = [old.get(path), fresh.get(path)];
    if (was?.sha === is?.sha && was?.mode === is?.mode) return [];
    return [{ path, how: was ? (is ? 'changed' : 'removed') : 'added' }];
  });
  const within = touched.filter(({ path }) => path.includes('/'));
  return within.length > 0 ? within : touched;
}
