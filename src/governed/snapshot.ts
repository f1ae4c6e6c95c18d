// Snapshots of the governed database and the verification table between two of them (design section 5): what a run may
// change is counted exactly, what it may not is held by digest.
import { z } from 'zod';
import { sha256Schema as digest, digestOf } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { Reader } from './database.ts';

const count = z.number().int().nonnegative();
const unitCounts = z.strictObject({ draft: count, enacted: count, retired: count });
const versionCounts = z.strictObject({ draft: count, enacted: count, superseded: count, retired: count });
const others = z.strictObject({ units: count, sha256: digest });

export const snapshotSchema = z.strictObject({
  document_id: z.string(),
  units: unitCounts,
  versions: versionCounts,
  lifecycle_log: count,
  change_sets: count,
  verify_results: count,
  /** The units of this document with their versions. */
  document: z.strictObject({ units: unitCounts, versions: versionCounts, sha256: digest }),
  /** The units of every other document, by their status. */
  other_documents: z.strictObject({ draft: others, enacted: others, retired: others }),
});

export type Snapshot = z.infer<typeof snapshotSchema>;

const STATUS_COUNTS = (statuses: readonly string[], filter: string) =>
  `jsonb_build_object(${statuses.map((status) => `'${status}', count(*) FILTER (WHERE status = '${status}'${filter})`).join(', ')})`;
const UNIT_STATUSES = ['draft', 'enacted', 'retired'];
const VERSION_STATUSES = ['draft', 'enacted', 'superseded', 'retired'];

// One line for each version says all that is served or waiting; the body is covered by its sha256.
const SNAPSHOT = `
  WITH unit AS (
    SELECT document_id, status FROM public.information_unit
  ), held AS (
    SELECT unit.document_id, held.status, unit.status AS unit_status, unit.id, held.version,
           concat_ws('|', unit.id, unit.key, unit.status, unit.ordinal, unit.parent_id, unit.cut_run_id, unit.cut_ordinal,
                     unit.cut_version, unit.title, held.version, held.status, held.title, held.sha256) AS line
      FROM public.unit_version AS held JOIN public.information_unit AS unit ON unit.id = held.unit_id
  ), digested AS (
    SELECT document_id = $1 AS own, unit_status, count(DISTINCT id) AS units,
           encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY id, version), 'UTF8')), 'hex') AS sha256
      FROM held GROUP BY GROUPING SETS ((document_id = $1, unit_status), (document_id = $1))
  )
  SELECT $1::text AS document_id,
         (SELECT ${STATUS_COUNTS(UNIT_STATUSES, '')} FROM unit) AS units,
         (SELECT ${STATUS_COUNTS(VERSION_STATUSES, '')} FROM held) AS versions,
         (SELECT count(*)::integer FROM public.iu_lifecycle_log) AS lifecycle_log,
         (SELECT count(*)::integer FROM cutter_governance.cut_change_set) AS change_sets,
         (SELECT count(*)::integer FROM cutter_governance.verify_result) AS verify_results,
         jsonb_build_object(
           'units', (SELECT ${STATUS_COUNTS(UNIT_STATUSES, ' AND document_id = $1')} FROM unit),
           'versions', (SELECT ${STATUS_COUNTS(VERSION_STATUSES, ' AND document_id = $1')} FROM held),
           'sha256', coalesce((SELECT sha256 FROM digested WHERE own AND unit_status IS NULL), encode(sha256(''), 'hex'))
         ) AS document,
         (SELECT jsonb_object_agg(status, jsonb_build_object(
                   'units', coalesce(units, 0), 'sha256', coalesce(sha256, encode(sha256(''), 'hex'))))
            FROM unnest(ARRAY['${UNIT_STATUSES.join("', '")}']) AS status
            LEFT JOIN digested ON digested.unit_status = status AND NOT own) AS other_documents`;

/** One statement, so one consistent view, whatever the transaction. */
export async function takeSnapshot(reader: Reader, documentId: string): Promise<Snapshot> {
  return z.tuple([snapshotSchema]).parse(await reader.query(SNAPSHOT, [documentId]))[0];
}

/** Throws Stop `count_drift` naming what is no longer as in the snapshot before the run. */
export function assertUnchanged(before: Snapshot, now: Snapshot): void {
  const fields = Object.keys(before) as (keyof Snapshot)[];
  const drifted = fields.filter((field) => digestOf(before[field]) !== digestOf(now[field]));
  if (drifted.length === 0) return;
  const named = drifted.map(
    (field) => `${field} was ${JSON.stringify(before[field])}, is ${JSON.stringify(now[field])}`,
  );
  throw new Stop('count_drift', named.join('; '));
}

export interface ExpectedChanges {
  readonly create: number;
  readonly revise: number;
  readonly keep: number;
  readonly retire: number;
  /** Log rows that lifecycle_enact reported; nothing before the enactment. */
  readonly log_rows?: number;
}

export interface ComparedRow {
  readonly name: string;
  readonly before: number | string;
  readonly expected: number | string;
  readonly after: number | string;
  readonly ok: boolean;
}

/** `before` is the snapshot of grant_probe; `cut` is judged after write_verify, `enacted` after lifecycle_verify. */
export function compareSnapshots(
  before: Snapshot,
  after: Snapshot,
  { changes, stage }: { readonly changes: ExpectedChanges; readonly stage: 'cut' | 'enacted' },
): ComparedRow[] {
  const { create, revise, keep, retire } = changes;
  const rows = create + revise + keep;
  const was = before.document;
  const is = after.document;
  const enacted = stage === 'enacted';
  const compare = (
    name: string,
    values: readonly [before: number, expected: number, after: number],
  ): ComparedRow => {
    const [old, expected, now] = values;
    return { name, before: old, expected, after: now, ok: expected === now };
  };
  return [
    compare('units', [total(before.units), total(before.units) + create, total(after.units)]),
    compare('draft units', [was.units.draft, enacted ? 0 : was.units.draft + create, is.units.draft]),
    compare('enacted units', [was.units.enacted, enacted ? rows : was.units.enacted, is.units.enacted]),
    compare('retired units', [
      was.units.retired,
      was.units.retired + (enacted ? retire : 0),
      is.units.retired,
    ]),
    compare('versions', [
      total(before.versions),
      total(before.versions) + create + revise,
      total(after.versions),
    ]),
    compare('draft versions', [
      was.versions.draft,
      enacted ? 0 : was.versions.draft + create + revise,
      is.versions.draft,
    ]),
    compare('lifecycle log', [
      before.lifecycle_log,
      before.lifecycle_log + (enacted ? (changes.log_rows ?? 0) : 0),
      after.lifecycle_log,
    ]),
    compare('change sets', [before.change_sets, before.change_sets + 1, after.change_sets]),
    compare('verify results', [
      before.verify_results,
      before.verify_results + (enacted ? 2 : 1),
      after.verify_results,
    ]),
    ...(['draft', 'enacted', 'retired'] as const).map((status): ComparedRow => {
      const [old, now] = [before.other_documents[status], after.other_documents[status]];
      const told = ({ units, sha256 }: typeof old) => `${units} (${sha256.slice(0, 12)})`;
      const ok = old.units === now.units && old.sha256 === now.sha256;
      return {
        name: `${status} units of other documents`,
        before: told(old),
        expected: told(old),
        after: told(now),
        ok,
      };
    }),
  ];
}

/** Throws Stop `count_drift` naming every row of the table that does not hold. */
export function assertTable(table: readonly ComparedRow[]): void {
  const drifted = table.filter(({ ok }) => !ok);
  if (drifted.length === 0) return;
  const named = drifted.map(
    ({ name, before, expected, after }) => `${name}: ${before} before, ${expected} expected, ${after} after`,
  );
  throw new Stop('count_drift', named.join('; '));
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
