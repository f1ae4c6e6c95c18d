// Plans the compensation of a run and records it, so that an SG_R approval can name its digest. Touches nothing in the
// governed database.
import type { RunId } from '../approval/run-id.ts';
import { planRevert, type RevertPlan, type RevertRefusal } from '../governed/compensation.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { REVERT_PLAN } from '../phases/revert-execute.ts';
import { pretty } from '../report/run-record.ts';
import { chain } from './events.ts';
import type { RunLog } from './log.ts';
import { apply, fold } from './state.ts';

export interface CompensationPorts {
  readonly log: RunLog;
  readonly governed: GovernedDatabase;
  keep(artifact: { runId: RunId; name: string; content: string }): Promise<unknown>;
  now(): Date;
}

/** Returns the plan that is now recorded, or why there is none. Throws EventLogFault `illegal` while the run executes. */
export async function appendRevertPlan(
  runId: RunId,
  { hard, ports }: { hard: boolean; ports: CompensationPorts },
): Promise<RevertPlan | RevertRefusal> {
  const { log, governed, now } = ports;
  const plan = await governed.read('cutter_exec', (reader) => planRevert(reader, { runId, hard }));
  if (plan.verdict === 'refused') return plan;
  const state = fold(await log.load(runId));
  if (state.revertPlanSha256 === plan.sha256) return plan;
  const { units, versions, log_rows, before, after } = plan.effects;
  const event = chain(state.head, {
    type: 'revert_planned',
    revert_plan_sha256: plan.sha256,
    hard,
    effects: { units: units.length, versions: versions.length, log_rows, before, after },
    run_id: runId,
    at: now(),
  });
  apply(state, event);
  await ports.keep({ runId, name: REVERT_PLAN, content: pretty(plan) });
  await log.append(event);
  return plan;
}
