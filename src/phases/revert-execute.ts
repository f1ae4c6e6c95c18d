// revert_execute: the recorded compensation plan, executed as it was signed, then verified by the other role.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { executeRevert, type RevertPlan, revertPlanSchema, verifyRevert } from '../governed/compensation.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import type { Phase } from './phase.ts';

/** The artifact that holds the whole plan. */
export const REVERT_PLAN = 'revert-plan.json';

const whole = z.number().int();

const output = z.strictObject({
  units: whole,
  versions: whole,
  log_rows: whole,
  plan_sha256: sha256Schema,
  verify_result_id: z.string(),
  result_sha256: z.string(),
});

export type RevertExecute = z.infer<typeof output>;

export const revertExecute: Phase<RevertExecute, 'revert_execute'> = {
  name: 'revert_execute',
  output,
  async run(context) {
    const { governed, assertEnabled } = context;
    const plan = await signedRevertPlan(context);
    const reverted = await governed.write('cutter_exec', { assertEnabled }, (writer) =>
      executeRevert(writer, plan),
    );
    return { ...reverted, ...(await verifyRevert(governed, { plan, assertEnabled })) };
  },
  report: ({ units, versions, log_rows, plan_sha256 }) => [
    `${count(units, 'unit')} and ${count(versions, 'version')} taken back, ${count(log_rows, 'log row')}`,
    `as planned: ${code(plan_sha256)}`,
  ],
};

/** The plan as it was recorded, refused unless it is the one that SG_R names. Throws Stop `plan_changed`. */
async function signedRevertPlan({ run, kept }: PhaseContext): Promise<RevertPlan> {
  const text = await kept(REVERT_PLAN);
  const plan = revertPlanSchema.parse(JSON.parse(text ?? 'null'));
  if (plan.sha256 === run.revertPlanSha256) return plan;
  throw new Stop(
    'plan_changed',
    `the compensation plan is ${plan.sha256}, ${run.revertPlanSha256} was signed`,
  );
}
