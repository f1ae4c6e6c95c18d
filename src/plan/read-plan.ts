// `plan.jsonl` entering again: every line decoded strictly and written exactly as this program would write it, the rows
// in order and without a gap. What is read here is therefore what the head was computed over, and nothing else.

import { z } from 'zod';
import { isDocumentId } from '../approval/document-id.ts';
import { sha256Schema } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';
import { GRANULARITIES, SECTION_TYPES, UNIT_KINDS } from '../document/unit.ts';
import {
  compareKeys,
  encodeHeader,
  encodeRetired,
  encodeRow,
  PLAN_FORMAT,
  type PlanHeader,
  type RetiredLine,
  ROW_ACTIONS,
  type RowLine,
} from './plan-lines.ts';

export interface ReadPlan {
  readonly header: PlanHeader;
  readonly rows: readonly RowLine[];
  readonly retired: readonly RetiredLine[];
}

export class PlanFault extends Error {
  /** `malformed`: no line of a plan. `not_canonical`: one, written otherwise. `out_of_order`: in the wrong place. */
  readonly code: 'malformed' | 'not_canonical' | 'out_of_order';

  constructor(code: PlanFault['code'], message: string) {
    super(message);
    this.name = 'PlanFault';
    this.code = code;
  }
}

/** As the governed database holds it too. */
export const PROFILE_NAME_FORM = /^[a-z][a-z0-9_-]{0,31}$/;

const text = z.string().min(1);
const whole = z.int().nonnegative();

const unit = {
  key: text,
  unit_kind: z.enum(UNIT_KINDS),
  section_type: z.enum(SECTION_TYPES),
  title: text,
  body_sha256: sha256Schema,
};

const headerLine = z.strictObject({
  format: markedAs(PLAN_FORMAT),
  document_id: z.string().refine(isDocumentId, 'is not a document_id'),
  source_sha256: sha256Schema,
  profile: z.string().regex(PROFILE_NAME_FORM, 'is not the name of a profile'),
  granularity: z.enum(GRANULARITIES),
  accepts_sha256: sha256Schema.nullable(),
});

const rowLine = z.strictObject({
  ...unit,
  action: z.enum(ROW_ACTIONS),
  num: text.nullable(),
  heading: text.nullable(),
  ordinal: whole.positive(),
  parent: text.nullable(),
  byte_start: whole,
  byte_end: whole,
  was: text.exactOptional(),
});

const retiredLine = z.strictObject({ ...unit, action: z.literal('retire') });

const unitLine = z.discriminatedUnion('action', [rowLine, retiredLine]);

/** Throws PlanFault naming the first line that is wrong. */
export function readPlan(file: string): ReadPlan {
  const [first = '', ...others] = file.split('\n');
  if (others.pop() !== '') throw new PlanFault('malformed', 'the plan does not end with a line feed');
  const { format: _, ...header } = decode(headerLine, { line: first, number: 1 });
  assertCanonical(encodeHeader(header), { line: first, number: 1 });
  const rows: RowLine[] = [];
  const retired: RetiredLine[] = [];
  const keys = new Set<string>();
  // Addresses of the cut before, each of one unit: one that is free again can be another unit's now.
  const left = new Set<string>();
  for (const [index, line] of others.entries()) {
    const at = { line, number: index + 2 };
    const decoded = decode(unitLine, at);
    if (decoded.action === 'retire') {
      const { action: _action, ...going } = decoded;
      assertCanonical(encodeRetired(going), at);
      assertRetiredInOrder(going, { number: at.number, before: retired.at(-1) });
      retired.push(going);
      assertOnce(going.key, { number: at.number, among: left });
    } else {
      assertCanonical(encodeRow(decoded), at);
      if (retired.length > 0) throw outOfOrder(at.number, 'a row stands behind the units that retire');
      assertRowInOrder(decoded, { number: at.number, before: rows.at(-1), keys });
      rows.push(decoded);
      assertOnce(decoded.key, { number: at.number, among: keys });
      if (decoded.action !== 'create')
        assertOnce(decoded.was ?? decoded.key, { number: at.number, among: left });
    }
  }
  return { header, rows, retired };
}

interface Line {
  readonly line: string;
  readonly number: number;
}

function decode<Output>(schema: z.ZodType<Output>, { line, number }: Line): Output {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    throw new PlanFault('malformed', `line ${number} of the plan is not JSON`);
  }
  const decoded = schema.safeParse(raw);
  if (decoded.success) return decoded.data;
  const [issue] = decoded.error.issues;
  throw new PlanFault(
    'malformed',
    `line ${number} of the plan: ${issue?.path.join('.')} ${issue?.message}`.replace(/: +/, ': '),
  );
}

function assertCanonical(canonical: string, { line, number }: Line): void {
  if (canonical === line) return;
  throw new PlanFault('not_canonical', `line ${number} of the plan is not its own RFC 8785 form`);
}

function assertRowInOrder(
  row: RowLine,
  { number, before, keys }: { number: number; before: RowLine | undefined; keys: ReadonlySet<string> },
): void {
  const next = (before?.ordinal ?? 0) + 1;
  if (row.ordinal !== next) throw outOfOrder(number, `its ordinal is ${row.ordinal}, due is ${next}`);
  const start = before?.byte_end ?? 0;
  if (row.byte_start !== start || row.byte_end < start)
    throw outOfOrder(
      number,
      `its bytes are ${row.byte_start}-${row.byte_end}, the row before ends at ${start}`,
    );
  if (row.parent !== null && !keys.has(row.parent))
    throw outOfOrder(number, `its parent ${row.parent} does not stand before it`);
  const elsewhere = row.was !== undefined && row.was !== row.key;
  if (row.was !== undefined && (!elsewhere || row.action === 'create' || row.action === 'keep'))
    throw outOfOrder(number, 'only a unit that was there under another key can say what its key was');
  if (row.action === 'move' && !elsewhere)
    throw outOfOrder(number, 'a unit that moved says what its key was');
}

function assertOnce(key: string, { number, among }: { number: number; among: Set<string> }): void {
  if (among.has(key)) throw outOfOrder(number, `the key ${key} is there twice`);
  among.add(key);
}

function assertRetiredInOrder(
  unit: RetiredLine,
  { number, before }: { number: number; before: RetiredLine | undefined },
): void {
  if (before && compareKeys(before.key, unit.key) > 0)
    throw outOfOrder(number, `the units that retire are not in the order of their keys`);
}

function outOfOrder(number: number, why: string): PlanFault {
  return new PlanFault('out_of_order', `line ${number} of the plan: ${why}`);
}
