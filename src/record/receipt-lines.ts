// The lines of a run that a receipt quotes: the plan's header, one row of it, and the evidence. As much of them as is
// shown or compared; that they are whole is what their digests say.

import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';

const text = z.string().min(1);
const whole = z.int().nonnegative();

export const planHeaderLine = z.strictObject({
  accepts_sha256: sha256Schema.nullable(),
  document_id: text,
  format: markedAs('countersign/plan/1'),
  granularity: text,
  profile: text,
  source_sha256: sha256Schema,
});

export type PlanHeaderLine = z.infer<typeof planHeaderLine>;

/** A unit that retires has no text any more, so there is no receipt of it. */
export const planRowLine = z.strictObject({
  action: z.enum(['create', 'revise', 'move', 'renumber', 'keep']),
  body_sha256: sha256Schema,
  byte_end: whole,
  byte_start: whole,
  heading: text.nullable(),
  key: text,
  num: text.nullable(),
  ordinal: whole.positive(),
  parent: text.nullable(),
  section_type: text,
  title: text,
  unit_kind: text,
  was: text.exactOptional(),
});

export type PlanRowLine = z.infer<typeof planRowLine>;

/** Of the evidence only what a receipt rests on. */
export const evidenceLine = z.looseObject({
  format: markedAs('countersign/evidence/1'),
  cutplan_sha256: sha256Schema,
  document_id: text,
  run_id: text,
  source_sha256: sha256Schema,
});
