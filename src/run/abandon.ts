// Ending a run for good, whatever it is doing. Of a run that is RUNNING another process may be writing at this very moment:
// so the governed database is asked first, which lets a write end and no other begin, and the log gets its last entry there.
import type { RunId } from '../approval/run-id.ts';
import type { GovernedDatabase, Writer } from '../governed/database.ts';
import { closeRun, type GovernedStanding, isFurther, noteHead, readStanding } from '../governed/standing.ts';
import { chain } from './events.ts';
import type { RunLog } from './log.ts';
import { PHASES } from './road.ts';
import { apply, fold, isTerminal, type RunState } from './state.ts';

export type Abandoning =
  | { readonly is: 'abandoned'; readonly state: RunState }
  /** It has ended already. */
  | { readonly is: 'ended'; readonly state: RunState }
  /** The database has what the log is still to hear of; whoever runs the run tells it at its next look. */
  | { readonly is: 'behind'; readonly what: string };

export interface AbandonOptions {
  readonly log: RunLog;
  readonly governed: () => Promise<GovernedDatabase>;
  readonly by: string;
  readonly why: string;
  now(): Date;
}

/** How long a write that is under way may take to end. */
const WAIT_FOR_WRITE_MS = 30_000;

/**
 * Throws LostRace, and Stop `database_busy` when a write of the run does not end. A run that is paused or held is abandoned
 * without the governed database, which is told by `closeAbandoned`.
 */
export async function abandonRun(runId: RunId, options: AbandonOptions): Promise<Abandoning> {
  const state = fold(await options.log.load(runId));
  if (state.position.status !== 'RUNNING') return end(state, options);
  const governed = await options.governed();
  try {
    return await governed.note(async (writer) => {
      const done = await endThere(runId, { ...options, writer });
      // What was closed for it is taken back with this transaction.
      if (done.is !== 'abandoned') throw new NotAbandoned(done);
      return done;
    });
  } catch (error) {
    if (error instanceof NotAbandoned) return error.why;
    throw error;
  }
}

class NotAbandoned extends Error {
  readonly why: Abandoning;

  constructor(why: Abandoning) {
    super(why.is);
    this.why = why;
  }
}

async function endThere(
  runId: RunId,
  { writer, ...options }: AbandonOptions & { writer: Writer },
): Promise<Abandoning> {
  await writer.script(`SET LOCAL lock_timeout = ${WAIT_FOR_WRITE_MS}`);
  // A run that it does not know has had no pause yet, and writes nothing before one.
  const { known } = await readStanding(writer, runId);
  if (known) await closeRun(writer, runId);
  const standing = await readStanding(writer, runId);
  const state = fold(await options.log.load(runId));
  const what = unsaid(state, standing);
  if (what !== null) return { is: 'behind', what };
  const done = await end(state, options);
  if (done.is === 'abandoned' && known && isFurther(done.state.head, standing)) {
    const { seq: entries, hash } = done.state.head;
    await noteHead(writer, { runId, entries, hash });
  }
  return done;
}

async function end(state: RunState, { log, by, why, now }: AbandonOptions): Promise<Abandoning> {
  if (isTerminal(state.position.status)) return { is: 'ended', state };
  const event = chain(state.head, { type: 'abandoned', by, why, run_id: state.runId, at: now() });
  const next = apply(state, event);
  await log.append(event);
  return { is: 'abandoned', state: next };
}

/** What is committed there and missing in the log; null when nothing is. */
function unsaid({ finished }: RunState, { committed }: GovernedStanding): string | null {
  if (committed === null) return null;
  const said = new Set<string>(finished.map(({ phase }) => phase));
  if (!said.has(PHASES.leg_b_record.name)) return 'its cut';
  if (committed.enacted && !said.has(PHASES.lifecycle_enact.name)) return 'its enactment';
  if (committed.reverted && !said.has(PHASES.revert_execute.name)) return 'its reversal';
  return null;
}
