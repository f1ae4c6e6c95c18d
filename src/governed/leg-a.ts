// cut_leg_a: the signed cut is opened, then every row of its plan goes through fn_iu_create, many to a call, and every
// single answer is checked. Units that retire come last: they are accounted for here and retire with the enactment.
import { z } from 'zod';
import { sha256Schema as digest, digestOf, type Sha256 } from '../digest/digest.ts';
import type { ChangePlan, ExistingUnit, PlannedRow } from '../plan/change.ts';
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
  readonly change: ChangePlan;
}

type Retiring = Pick<ExistingUnit, 'key' | 'title' | 'unit_kind' | 'section_type' | 'sha256'> & {
  readonly action: 'retire';
};

// Batches of 200 took about 6 % longer; larger ones than this only cost memory.
const BATCH = 500;

/** Throws Stop `incomplete_plan_row` before any statement, `unit_status` when any row's answer is not the expected one. */
export async function writeLegA(writer: Writer, options: CutOptions): Promise<LegA> {
  const { runId, change } = options;
  const { rows, counts } = change;
  for (const row of rows) assertComplete(row);
  const { profile, granularity } = change.header;
  await writer.write('SELECT cutter_governance.fn_open_cut($1, $2, $3, $4)', [
    ...[runId, change.cutplan_sha256, profile, granularity],
  ]);
  for (let start = 0; start < rows.length; start += BATCH) {
    await createUnits(writer, { runId, rows: rows.slice(start, start + BATCH) });
  }
  const retiring = change.retire.map(
    ({ key, title, unit_kind, section_type, sha256 }): Retiring => ({
      ...{ action: 'retire', key, title, unit_kind, section_type, sha256 },
    }),
  );
  for (let start = 0; start < retiring.length; start += BATCH) {
    await createUnits(writer, { runId, rows: retiring.slice(start, start + BATCH) });
  }
  const written = await readLegA(writer, runId);
  if (written.units !== counts.create || written.versions !== versionsOf(counts)) {
    throw new Stop(
      'unit_status',
      `the plan creates ${counts.create} units and writes ${versionsOf(counts)} versions, the tables have ${written.units} units and ${written.versions} versions of this run`,
    );
  }
  return written;
}

function versionsOf({ create, revise, renumber }: ChangePlan['counts']): number {
  return create + revise + renumber;
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
  moved: count,
  renumbered: count,
  kept: count,
  retiring: count,
  wrong: z.array(
    z.object({ ordinal: count.nullable(), key: z.string().nullable(), status: z.string().nullable() }),
  ),
});

// The function answers for every row; the server counts the answers and sends back the first wrong ones only.
const CREATE = `
  WITH answered AS MATERIALIZED (
    SELECT *, coalesce(status, '') NOT IN ('created', 'revised', 'moved', 'renumbered', 'kept', 'retiring')
             OR num_nulls(unit_id, version) > 0 AS wrong
      FROM public.fn_iu_create($1, $2::text::jsonb)
  )
  SELECT count(*) FILTER (WHERE status = 'created')::integer AS created,
         count(*) FILTER (WHERE status = 'revised')::integer AS revised,
         count(*) FILTER (WHERE status = 'moved')::integer AS moved,
         count(*) FILTER (WHERE status = 'renumbered')::integer AS renumbered,
         count(*) FILTER (WHERE status = 'kept')::integer AS kept,
         count(*) FILTER (WHERE status = 'retiring')::integer AS retiring,
         coalesce((SELECT jsonb_agg(first) FROM (
           SELECT ordinal, key, status FROM answered WHERE wrong ORDER BY ordinal LIMIT 3) AS first), '[]') AS wrong
    FROM answered`;

interface Batch {
  readonly runId: string;
  readonly rows: readonly (PlannedRow | Retiring)[];
}

async function createUnits(writer: Writer, { runId, rows }: Batch): Promise<void> {
  const planned = { create: 0, revise: 0, move: 0, renumber: 0, keep: 0, retire: 0 };
  const batch = rows.map((row) => {
    planned[row.action] += 1;
    // The text of a unit that stays as it is is in the database already; only its digest is compared.
    return row.action === 'keep' || row.action === 'move' ? { ...row, body: null } : row;
  });
  const answered = await writer.write(CREATE, [runId, JSON.stringify(batch)]);
  const [{ created, revised, moved, renumbered, kept, retiring, wrong }] = z.tuple([answers]).parse(answered);
  if (wrong.length > 0) {
    const named = wrong.map(
      ({ ordinal, key, status }) => `row ${ordinal ?? ''} (${key}) is ${status ?? 'without a status'}`,
    );
    throw new Stop('unit_status', named.join('; '));
  }
  const answeredCounts = {
    ...{ create: created, revise: revised, move: moved, renumber: renumbered, keep: kept, retire: retiring },
  };
  if (digestOf(answeredCounts) !== digestOf(planned)) {
    throw new Stop(
      'unit_status',
      `rows by action were ${JSON.stringify(planned)}, the answers ${JSON.stringify(answeredCounts)}`,
    );
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
