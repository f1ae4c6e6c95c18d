// Whatever lies in approvals/ or runs/ and no rule explains. Nobody but the sovereign adds to the one, nobody but the bot to
// the other, so there is nothing that may be there by chance.
import { approvalSignedBy, isApprovalPath } from '../approval/file-name.ts';
import { isRunId } from '../approval/run-id.ts';
import { FOR_PEOPLE } from './approvals.ts';
import type { Evidence, PathHistory } from './evidence.ts';
import type { Finding } from './finding.ts';

export interface Explained {
  /** Paths of records that their logs explain, and the runs whose logs could be followed. */
  readonly paths: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
}

export function findUnexplained({ paths }: Evidence, explained: Explained): Finding[] {
  const unexplained = (history: PathHistory) => history.now && !isExplained(history, { paths, explained });
  return [...paths.values()].filter(unexplained).map(({ path, added }) => ({
    ...{ code: 'unexplained', where: path },
    detail: added ? `it came with ${added.id} of ${added.committer.name}` : 'nobody knows from where it came',
  }));
}

function isExplained(
  { path, now }: PathHistory,
  { paths, explained }: { paths: Evidence['paths']; explained: Explained },
): boolean {
  if (FOR_PEOPLE.has(path)) return now?.mode === '100644';
  if (isApprovalPath(path) || explained.paths.has(path)) return true;
  const signed = approvalSignedBy(path);
  if (signed !== undefined) return paths.get(signed)?.added !== null && paths.has(signed);
  // Of a log that cannot be followed nobody can say what it gives: that is told already.
  const [, run = ''] = /^runs\/([^/]+)\//.exec(path) ?? [];
  return isRunId(run) && !explained.runs.has(run);
}
