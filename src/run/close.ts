// An abandoned run is closed in the governed database too: from then on it takes nothing for this run but a signed revert,
// whatever a state that was set back believes.
import type { GovernedDatabase } from '../governed/database.ts';
import { closeRun, isFurther, noteHead, readStanding } from '../governed/standing.ts';
import type { RunState } from './state.ts';

/** Does nothing for a run that is not abandoned, that is closed already, or that this database does not know. */
export async function closeAbandoned(
  { runId, head, position }: RunState,
  governed: GovernedDatabase,
): Promise<void> {
  if (position.status !== 'ABANDONED') return;
  const standing = await governed.read('cutter_exec', (reader) => readStanding(reader, runId));
  if (!standing.known || standing.closed !== null) return;
  await governed.note(async (writer) => {
    if (isFurther(head, standing)) await noteHead(writer, { runId, entries: head.seq, hash: head.hash });
    await closeRun(writer, runId);
  });
}
