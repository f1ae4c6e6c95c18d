// The compensation plan that SG_R signs, as it stands in a run record: the same bytes as the governed database computes
// from its rows (governed/schema/writers/049_revert_plan.sql) before it takes anything back.

import { z } from 'zod';
import { digestOf, type Sha256 } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';

const whole = z.number().int();
const counts = z.strictObject({ draft: whole, enacted: whole, retired: whole });

export const revertPlanObject = z.strictObject({
  format: markedAs('countersign/revert-plan/1'),
  run_id: z.string(),
  document_id: z.string(),
  change_set_id: z.string(),
  /** `soft` retires what the run wrote and restores what it replaced, with log rows; `hard` deletes what it wrote. */
  mode: z.enum(['soft', 'hard']),
  /** Units of the document by status. */
  before: counts,
  after: counts,
  log_rows: whole,
  /** Units that go back to an address which they had before. */
  moves: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  /** Units whose status changes; `deleted` when they cease to be. */
  units: z.array(z.strictObject({ key: z.string(), title: z.string(), from: z.string(), to: z.string() })),
  versions: z.array(z.strictObject({ unit_version_id: z.string(), from: z.string(), to: z.string() })),
});

export type RevertPlanObject = z.infer<typeof revertPlanObject>;

export function revertPlanSha256(plan: RevertPlanObject): Sha256 {
  return digestOf(plan);
}
