// What a pull request changes. GitHub lists no more than 3,000 files of it: what it may hide behind them in `approvals/` is
// found in the trees.
import type { ChangedFile } from '../approval/admission.ts';
import type { Forge, PullRequest } from './forge.ts';
import { differing, entriesOf } from './pushes.ts';

export async function changesOf(pull: PullRequest, forge: Forge): Promise<readonly ChangedFile[]> {
  const listed = await forge.changedFiles(pull.number);
  if (pull.changes === null || listed.length >= pull.changes) return listed;
  const base = await forge.mergeBase(pull.baseCommit, pull.headCommit);
  const old = base === null ? null : await entriesOf('approvals', base, forge);
  const fresh = await entriesOf('approvals', pull.headCommit, forge);
  const known = new Set(listed.map(({ path }) => path));
  const hidden = differing(old ?? new Map(), fresh ?? new Map()).filter(({ path }) => !known.has(path));
  return [
    ...listed,
    ...hidden.map(({ path, how }) => ({ path, status: how === 'changed' ? 'modified' : how })),
  ];
}
