// revert_execute: the recorded compensation plan, executed as it was signed, then verified by the other role.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import {
  executeRevert,
  isReverted,
  type RevertPlan,
  revertedBy,
  revertPlanSchema,
  verifyRevert,
} from '../governed/compensation.ts';
import { code, count } from '../report/markdown.ts';
import { Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';
import { assertGrants } from './grant-probe.ts';
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
    const revert = await signedRevertPlan(context);
    const done = await governed.read('cutter_exec', (reader) => isReverted(reader, revert));
    const reverted = done
      ? revertedBy(revert)
      : await governed.write('cutter_exec', { assertEnabled }, async (writer) => {
          await assertGrants(writer);
          return executeRevert(writer, revert);
        });
    return { ...reverted, ...(await verifyRevert(governed, { revert, assertEnabled })) };
  },
  report: ({ units, versions, log_rows, plan_sha256 }) => [
    `${count(units, 'unit')} and ${count(versions, 'version')} taken back, ${count(log_rows, 'log row')}`,
    `as planned: ${code(plan_sha256)}`,
  ],
};

/** The plan as it was recorded, refused unless it is the one that SG_R names. Throws Stop `plan_changed`. */
async function signedRevertPlan({ run, kept }: PhaseContext): Promise<RevertPlan> {
  const text = await kept(REVERT_PLAN);
  const revert = revertPlanSchema.parse(JSON.parse(text ?? 'null'));
  if (revert.sha256 === run.revertPlanSha256) return revert;
  throw new Stop(
    'plan_changed',
    `the compensation plan is ${revert.sha256}, ${run.revertPlanSha256} was signed`,
  );
}
