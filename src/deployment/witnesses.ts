// Where the witnesses of a log are: the published one on the default branch, the governed database, and the other logs.
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { Repository } from '../github/repository.ts';
import { wasActedUpon } from '../governed/admit.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import type { SourceReader } from '../phases/context.ts';
import { logPath, usedIn } from '../run/published-log.ts';
import type { Witnesses } from '../run/rewind.ts';
import { committedTally } from '../store/committed-tally.ts';
import { committedRuns } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';

interface Parts {
  readonly store: Store;
  readonly governed: GovernedDatabase;
  readonly repository: Pick<Repository, 'head'>;
  readonly source: SourceReader;
}

export function witnessesOf({ store, governed, repository, source }: Parts): Witnesses {
  return {
    governed,
    committed: () => committedRuns(store),
    tally: () => committedTally(store),
    async published(runId) {
      const file = await source.read(logPath(runId), await repository.head());
      return file ? new TextDecoder().decode(file.bytes) : null;
    },
  };
}

/** Whether a witness knows that an approval was used, whatever the state says. */
export async function isUsedElsewhere(
  { documentSha256, runId }: { documentSha256: Sha256; runId: RunId | null },
  { governed, published }: Witnesses,
): Promise<boolean> {
  if (await governed.read('cutter_exec', (reader) => wasActedUpon(reader, documentSha256))) return true;
  const log = runId === null ? null : await published(runId);
  return log !== null && usedIn(log, documentSha256);
}
