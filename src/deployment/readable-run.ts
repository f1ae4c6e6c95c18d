// A log that this version cannot read concerns its own run alone: that is noted and told once, the run stands still, and every
// other goes on. It is tried again at each catch-up, so that a version which reads it goes on with it.
import type { Logger } from 'pino';
import type { RunId } from '../approval/run-id.ts';
import { EventLogFault } from '../run/events.ts';
import { fold, type RunState } from '../run/state.ts';
import { runLog } from '../store/run-log.ts';
import { noteReadable, noteUnreadable } from '../store/standings.ts';
import type { Store } from '../store/store.ts';

/** The run as it stands; null where its log cannot be read. */
export async function readableRun(
  runId: RunId,
  { store, log }: { store: Store; log: Logger },
): Promise<RunState | null> {
  try {
    const state = fold(await runLog(store).load(runId));
    await noteReadable(store, { runId, seq: state.head.seq });
    return state;
  } catch (error) {
    if (!(error instanceof EventLogFault)) throw error;
    if (await noteUnreadable(store, runId, error))
      log.error(
        { run_id: runId, why: error.message },
        'this version cannot read the log of this run: it stands still and holds up its own document alone; start a version that reads it, or compare it with runs/ in git',
      );
    return null;
  }
}
