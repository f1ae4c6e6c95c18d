// Compensation: what taking a run's cut back would do, as the database computes it from the rows, and the execution of
// exactly that plan. The plan's digest is what SG_R signs; the database computes it again before it acts, and refuses any other.
import { z } from 'zod';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import { type RevertPlanObject, revertPlanObject, revertPlanSha256 } from '../record/revert-plan.ts';
import { Stop } from '../stop/stop.ts';
import type { AssertEnabled, GovernedDatabase, Reader, Writer } from './database.ts';
import { assertSame, readGovernedRun } from './readback.ts';
import { askToVerify } from './verify.ts';

export type RevertMode = RevertPlanObject['mode'];

export interface RevertPlan {
  readonly verdict: 'planned';
  /** What is signed, and all that its digest is of. */
  readonly plan: RevertPlanObject;
  readonly sha256: Sha256;
}

export interface RevertRefusal {
  readonly verdict: 'refused';
  readonly reason: 'nothing_written' | 'reverted_already' | 'enacted' | 'referenced' | 'cut_again';
  readonly detail: string;
}

/** A plan as it was recorded, entering again. */
export const revertPlanSchema: z.ZodType<RevertPlan> = z
  .object({ verdict: z.literal('planned'), plan: revertPlanObject, sha256: sha256Schema })
  .refine(({ plan, sha256 }) => revertPlanSha256(plan) === sha256, 'does not have the digest it states');

/** Exactly what is executed, in one transaction as cutter_exec. */
export function statementOf({ plan, sha256 }: RevertPlan): string {
  return `SELECT unit_version_id, from_status, to_status FROM public.fn_iu_revert('${plan.run_id}', '${sha256}', ${plan.mode === 'hard'})`;
}

const planned = z.tuple([
  z.object({
    reason: z.enum(['nothing_written', 'reverted_already', 'enacted', 'referenced', 'cut_again']).nullable(),
    detail: z.string().nullable(),
    plan: z.string().nullable(),
  }),
]);

/** Reads only. Refusals are values. */
export async function planRevert(
  reader: Reader,
  { runId, hard }: { readonly runId: string; readonly hard: boolean },
): Promise<RevertPlan | RevertRefusal> {
  const rows = await reader.query('SELECT * FROM cutter_governance.fn_revert_plan($1, $2)', [runId, hard]);
  const [{ reason, detail, plan: text }] = planned.parse(rows);
  if (reason) return { verdict: 'refused', reason, detail: (detail ?? reason).replace(/^the run\b/, runId) };
  const plan = revertPlanObject.parse(JSON.parse(text ?? 'null'));
  return { verdict: 'planned', plan, sha256: revertPlanSha256(plan) };
}

export interface Reverted {
  readonly units: number;
  readonly versions: number;
  readonly log_rows: number;
  readonly plan_sha256: Sha256;
}

export function revertedBy({ plan, sha256 }: RevertPlan): Reverted {
  const { units, versions, log_rows } = plan;
  return { units: units.length, versions: versions.length, log_rows, plan_sha256: sha256 };
}

/** Whether an earlier process has executed this plan already: a crash behind the COMMIT is harmless. */
export async function isReverted(reader: Reader, { plan }: RevertPlan): Promise<boolean> {
  const { reverted } = await readGovernedRun(reader, plan.run_id);
  return reverted === plan.mode;
}

const change = z.object({ unit_version_id: z.string(), from: z.string(), to: z.string() });

/** As cutter_exec. Throws Stop `count_drift` when the database changed other versions than those of the plan. */
export async function executeRevert(writer: Writer, revert: RevertPlan): Promise<Reverted> {
  const { plan } = revert;
  const rows = await writer.write(
    `SELECT unit_version_id::text, from_status AS "from", to_status AS "to"
       FROM public.fn_iu_revert($1, $2, $3) ORDER BY unit_version_id`,
    [plan.run_id, revert.sha256, plan.mode === 'hard'],
  );
  const changed = z.array(change).parse(rows);
  const told = (versions: readonly z.infer<typeof change>[]) =>
    JSON.stringify(versions.map(({ unit_version_id, from, to }) => [unit_version_id, from, to]));
  if (told(changed) !== told(plan.versions))
    throw new Stop(
      'count_drift',
      `${plan.versions.length} versions were planned to change, ${changed.length} did, or others`,
    );
  return revertedBy(revert);
}

/** As cutter_verify, after the commit: records what stands now. Throws Stop `verify_mismatch`. */
export async function verifyRevert(
  db: GovernedDatabase,
  options: { readonly revert: RevertPlan; readonly assertEnabled: AssertEnabled },
) {
  const { revert, assertEnabled } = options;
  const { run_id: runId, mode, log_rows } = revert.plan;
  return db.write('cutter_verify', { assertEnabled }, async (writer) => {
    const { result, verify_result_id, result_sha256 } = await askToVerify(writer, { runId, kind: 'revert' });
    assertSame(result, { mode, log_rows, plan_sha256: revert.sha256 });
    return { verify_result_id, result_sha256 };
  });
}
