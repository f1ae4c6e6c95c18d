// cut_leg_a: every row of the plan through fn_iu_create, many to a call, and every single answer checked.
import { z } from 'zod';
import { sha256Schema as digest, type Sha256 } from '../digest/digest.ts';
import type { ChangePlan, PlannedRow } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Writer } from './database.ts';

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

interface Batch extends Omit<CutOptions, 'change'> {
  readonly rows: readonly PlannedRow[];
}

// Batches of 200 took about 6 % longer; larger ones than this only cost memory.
const BATCH = 500;

/** Throws Stop `incomplete_plan_row` before any statement, `unit_status` when any row's answer is not the expected one. */
export async function writeLegA(writer: Writer, options: CutOptions): Promise<LegA> {
  const { runId, documentId, change } = options;
  const { rows, counts } = change;
  for (const row of rows) assertComplete(row);
  for (let start = 0; start < rows.length; start += BATCH) {
    await createUnits(writer, { runId, documentId, rows: rows.slice(start, start + BATCH) });
  }
  const written = await readLegA(writer, runId);
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

const count = z.number().int();

const answers = z.object({
  created: count,
  revised: count,
  kept: count,
  wrong: z.array(
    z.object({ ordinal: count.nullable(), key: z.string().nullable(), status: z.string().nullable() }),
  ),
});

// The function answers for every row; the server counts the answers and sends back the first wrong ones only.
const CREATE = `
  WITH answered AS MATERIALIZED (
    SELECT *, coalesce(status, '') NOT IN ('created', 'revised', 'kept') OR num_nulls(unit_id, version) > 0 AS wrong
      FROM public.fn_iu_create($1, $2, $3::text::jsonb)
  )
  SELECT count(*) FILTER (WHERE status = 'created')::integer AS created,
         count(*) FILTER (WHERE status = 'revised')::integer AS revised,
         count(*) FILTER (WHERE status = 'kept')::integer AS kept,
         coalesce((SELECT jsonb_agg(first) FROM (
           SELECT ordinal, key, status FROM answered WHERE wrong ORDER BY ordinal LIMIT 3) AS first), '[]') AS wrong
    FROM answered`;

async function createUnits(writer: Writer, { runId, documentId, rows }: Batch): Promise<void> {
  const planned = { create: 0, revise: 0, keep: 0 };
  const batch = rows.map(({ action, ordinal, key, parent, unit_kind, section_type, title, body, sha256 }) => {
    planned[action] += 1;
    // A kept unit's text is in the database already; only its digest is compared.
    const text = action === 'keep' ? null : body;
    return { action, ordinal, key, parent, unit_kind, section_type, title, body: text, sha256 };
  });
  const answered = await writer.write(CREATE, [runId, documentId, JSON.stringify(batch)]);
  const [{ created, revised, kept, wrong }] = z.tuple([answers]).parse(answered);
  if (wrong.length > 0) {
    const named = wrong.map(
      ({ ordinal, key, status }) => `row ${ordinal} (${key}) is ${status ?? 'without a status'}`,
    );
    throw new Stop('unit_status', named.join('; '));
  }
  if (created !== planned.create || revised !== planned.revise || kept !== planned.keep) {
    const asked = `${planned.create} rows to create, ${planned.revise} to revise, ${planned.keep} to keep`;
    throw new Stop('unit_status', `${asked} were answered by ${created}, ${revised}, ${kept}`);
  }
}

const legA = z.object({ units: count, versions: count, unit_ids_sha256: digest });

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
