// The actions of the model, done for real: the orchestrator, its log, signatures, and a governed database that asks for
// each of them itself.
import type { RunId } from '../../src/approval/run-id.ts';
import { closeAbandoned } from '../../src/run/close.ts';
import { chain } from '../../src/run/events.ts';
import type { PhaseName } from '../../src/run/road.ts';
import { fold, type RunState } from '../../src/run/state.ts';
import { planRevert } from '../support/plan-revert.ts';
import { type Around, type EmbeddedWorkshop, smallLaw } from '../support/workshop.ts';
import { type Action, DAY_AND_MORE_MS, type Rows, type Situation } from './model.ts';

const SKEW_MS = 3 * 60_000;

/** The process is gone; the entry that it wanted to write is not there. */
class Death extends Error {}

export interface Played {
  act(action: Action): Promise<void>;
  situation(): Promise<Situation>;
}

export async function play(
  workshop: EmbeddedWorkshop,
  { documentId, sg1Only }: { documentId: string; sg1Only: boolean },
): Promise<Played> {
  const { clock, log } = workshop;
  const runId = await workshop.openRun(documentId, smallLaw(1, documentId), { sg1Only });
  const act = async (action: Action): Promise<void> => {
    clock.at = new Date(clock.at.getTime() + 1_000);
    switch (action.does) {
      case 'walk':
        await workshop.advance(runId);
        return;
      case 'stop':
        await workshop.advance(runId, skewedAt(action.at, workshop));
        clock.github = 0;
        return;
      case 'die':
        await workshop.advance(runId, dyingAt(action.at)).catch((error: unknown) => {
          if (!(error instanceof Death)) throw error;
        });
        return;
      case 'wait':
        clock.at = new Date(clock.at.getTime() + DAY_AND_MORE_MS);
        return;
      case 'abandon': {
        const { head } = await workshop.state(runId);
        const why = { by: 'ada', why: 'a change of mind', run_id: runId, at: clock.at };
        await log.append(chain(head, { type: 'abandoned', ...why }));
        await closeAbandoned(await workshop.state(runId), workshop.governed);
        return;
      }
      case 'plan revert':
        await planRevert(runId, workshop);
        return;
      case 'sign':
        await workshop.sign(runId, action.gate);
        return;
      default:
        return action satisfies never;
    }
  };
  return {
    act,
    async situation() {
      return { state: await workshop.state(runId), rows: await rowsOf(runId, workshop), now: clock.at };
    },
  };
}

/** The clocks disagree from the moment at which this phase is to be done. */
function skewedAt(at: PhaseName, { clock, log }: EmbeddedWorkshop): Around {
  const skew = (state: RunState): void => {
    if (state.position.status === 'RUNNING' && state.position.phase === at) clock.github = SKEW_MS;
  };
  return {
    log: () => ({
      async load(runId) {
        const events = await log.load(runId);
        skew(fold(events));
        return events;
      },
      append: log.append,
    }),
  };
}

/** The process dies when it wants to say that this phase is done; what the phase has committed stays. */
function dyingAt(at: PhaseName): Around {
  return {
    log: (log) => ({
      load: log.load,
      async append(event) {
        if (event.type === 'phase_finished' && event.phase === at) throw new Death();
        await log.append(event);
      },
    }),
  };
}

async function rowsOf(runId: RunId, { pglite }: EmbeddedWorkshop): Promise<Rows> {
  const { rows } = await pglite.query<{ rows: Rows }>(
    `SELECT CASE WHEN reverted_at IS NOT NULL THEN 'reverted'
                 WHEN enacted_at IS NOT NULL THEN 'enacted' ELSE 'draft' END AS rows
       FROM cutter_governance.cut_change_set WHERE run_id = $1`,
    [runId],
  );
  return rows[0]?.rows ?? 'none';
}

/** What people read of the units of this document. */
export async function statusesOf(documentId: string, { pglite }: EmbeddedWorkshop): Promise<string[]> {
  const { rows } = await pglite.query<{ status: string }>(
    'SELECT DISTINCT lifecycle_status AS status FROM public.information_unit WHERE document_id = $1',
    [documentId],
  );
  return rows.map(({ status }) => status);
}
