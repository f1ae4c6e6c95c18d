// cut_leg_a: every row of the plan through fn_iu_create, in few statements whatever their number, every answer checked.
// Rows are staged by COPY in a temporary table where the session can, in JSON batches where it cannot.
import { z } from 'zod';
import type { Sha256 } from '../digest.ts';
import type { ChangePlan, PlannedRow, RowAction } from '../document/change.ts';
import { Stop } from '../stop.ts';
import type { Writer } from './database.ts';
import { digest } from './units.ts';

export interface LegA {
  /** Units created. */
  readonly units: number;
  /** Versions written: one for each unit created or revised. */
  readonly versions: number;
  /** Of the ids of all units in this cut, in order, joined by commas. */
  readonly unit_ids_sha256: Sha256;
}

export interface CutOptions {
  readonly runId: string;
  readonly documentId: string;
  readonly change: ChangePlan;
}

/** Throws Stop `incomplete_plan_row` before any statement, `unit_status` when any row's answer is not the expected one. */
export async function cutLegA(writer: Writer, options: CutOptions): Promise<LegA> {
  const { rows, counts } = options.change;
  for (const row of rows) assertComplete(row);
  const answered = writer.copy ? await cutByCopy(writer, options) : await cutByBatches(writer, options);
  if (answered !== rows.length) {
    throw new Stop('unit_status', `fn_iu_create answered for ${answered} of ${rows.length} rows`);
  }
  const written = await readLegA(writer, options.runId);
  if (written.units !== counts.create || written.versions !== counts.create + counts.revise) {
    throw new Stop(
      'unit_status',
      `the plan creates ${counts.create} units and revises ${counts.revise}, the tables have ${written.units} units and ${written.versions} versions of this run`,
    );
  }
  return written;
}

function assertComplete(row: PlannedRow): void {
  for (const field of ['body', 'title', 'unit_kind', 'section_type'] as const) {
    const value: unknown = row[field];
    if (typeof value !== 'string' || (field === 'body' ? value === '' : value.trim() === '')) {
      throw new Stop('incomplete_plan_row', `row ${row.ordinal} (${row.key}) has no ${field}`);
    }
  }
}

const STAGE = 'cut_plan_row';
const COLUMNS = [
  'ordinal',
  'action',
  'key',
  'parent',
  'unit_kind',
  'section_type',
  'title',
  'body',
  'sha256',
] as const;
const EXPECTED_ANSWER = { create: 'created', revise: 'revised', keep: 'kept' } as const satisfies Record<
  RowAction,
  string
>;

// JIT compilation of this statement costs half as much again as the statement. OFFSET 0 keeps the order: a parent must
// be there before its children.
async function cutByCopy(writer: Writer, options: CutOptions): Promise<number> {
  await writer.script(`SET LOCAL jit = off;
    CREATE TEMPORARY TABLE ${STAGE} (ordinal integer, action text, key text, parent text, unit_kind text,
      section_type text, title text, body text, sha256 text) ON COMMIT DROP`);
  await writer.copy?.(`COPY ${STAGE} (${COLUMNS.join(', ')}) FROM STDIN`, copyLines(options.change.rows));
  return callFunction(writer, { ...options, from: STAGE, parameters: [] });
}

const BATCH = 1000;

async function cutByBatches(writer: Writer, options: CutOptions): Promise<number> {
  const { rows } = options.change;
  let answered = 0;
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH).map((row) => ({ ...row, body: bodyOf(row) }));
    const from = `jsonb_to_recordset($3::text::jsonb) AS staged (ordinal integer, action text, key text, parent text,
      unit_kind text, section_type text, title text, body text, sha256 text)`;
    answered += await callFunction(writer, { ...options, from, parameters: [JSON.stringify(batch)] });
  }
  return answered;
}

const answer = z.object({
  answered: z.number().int(),
  wrong: z.array(z.object({ ordinal: z.number(), key: z.string(), status: z.string().nullable() })),
});

interface Call extends CutOptions {
  readonly from: string;
  readonly parameters: readonly unknown[];
}

async function callFunction(writer: Writer, { runId, documentId, from, parameters }: Call): Promise<number> {
  const cases = Object.entries(EXPECTED_ANSWER).map(
    ([action, status]) => `WHEN '${action}' THEN '${status}'`,
  );
  const rows = await writer.write(
    `WITH answered AS MATERIALIZED (
       SELECT planned.ordinal, planned.key, answer.status,
              answer.status IS DISTINCT FROM CASE planned.action ${cases.join(' ')} END
                OR num_nulls(answer.unit_id, answer.version) > 0 AS wrong
         FROM (SELECT * FROM ${from} ORDER BY ordinal OFFSET 0) AS planned
        CROSS JOIN LATERAL public.fn_iu_create($1, $2, planned.action, planned.ordinal, planned.key, planned.parent,
          planned.unit_kind, planned.section_type, planned.title, planned.body, planned.sha256) AS answer)
     SELECT (SELECT count(*)::integer FROM answered) AS answered,
            coalesce((SELECT jsonb_agg(first) FROM (
              SELECT ordinal, key, status FROM answered WHERE wrong ORDER BY ordinal LIMIT 3) AS first), '[]') AS wrong`,
    [runId, documentId, ...parameters],
  );
  const [{ answered, wrong }] = z.tuple([answer]).parse(rows);
  if (wrong.length > 0) {
    const named = wrong.map(
      ({ ordinal, key, status }) => `row ${ordinal} (${key}) is ${status ?? 'without a status'}`,
    );
    throw new Stop('unit_status', named.join('; '));
  }
  return answered;
}

// A kept unit's text is in the database already; only its digest is compared.
function bodyOf(row: PlannedRow): string | null {
  return row.action === 'keep' ? null : row.body;
}

function* copyLines(rows: readonly PlannedRow[]): Generator<string> {
  for (const row of rows) {
    const values = COLUMNS.map((column) => copyValue(column === 'body' ? bodyOf(row) : row[column]));
    yield `${values.join('\t')}\n`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyValue(value: string | number | null): string {
  if (value === null) return '\\N';
  return typeof value === 'number'
    ? String(value)
    : value.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found);
}

const legA = z.object({ units: z.number().int(), versions: z.number().int(), unit_ids_sha256: digest });

async function readLegA(writer: Writer, runId: string): Promise<LegA> {
  const rows = await writer.query(
    `SELECT count(*) FILTER (WHERE run_id = $1)::integer AS units,
            (SELECT count(*)::integer FROM public.unit_version WHERE run_id = $1) AS versions,
            encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY cut_ordinal), 'UTF8')), 'hex') AS unit_ids_sha256
       FROM public.information_unit WHERE cut_run_id = $1`,
    [runId],
  );
  return z.tuple([legA]).parse(rows)[0];
}
