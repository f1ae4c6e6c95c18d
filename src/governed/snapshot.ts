// Snapshots of the governed database (design section 5): what a run may change is counted exactly, what it may not is held
// by digest. Two of them are compared in drift.ts.
import { z } from 'zod';
import { sha256Schema as digest } from '../digest/digest.ts';
import type { Reader } from './database.ts';

const count = z.number().int().nonnegative();
const unitCounts = z.strictObject({ draft: count, enacted: count, retired: count });
const versionCounts = z.strictObject({ draft: count, enacted: count, superseded: count, retired: count });
const others = z.strictObject({ units: count, sha256: digest });
/** Another document as it stands, and the digest of its recorded change sets, by which a change of it is accounted for. */
const otherDocument = z.strictObject({
  ...{ document_id: z.string(), units: count, versions: count, lifecycle_log: count },
  ...{ change_sets: count, verify_results: count, sha256: digest, recorded: digest },
});

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
  others: z.array(otherDocument),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type OtherDocument = z.infer<typeof otherDocument>;

const STATUS_COUNTS = (statuses: readonly string[], filter: string) =>
  `jsonb_build_object(${statuses.map((status) => `'${status}', count(*) FILTER (WHERE status = '${status}'${filter})`).join(', ')})`;
const UNIT_STATUSES = ['draft', 'enacted', 'retired'];
const VERSION_STATUSES = ['draft', 'enacted', 'superseded', 'retired'];

// One line for each version says all that is served or waiting; the body is covered by its sha256.
const SNAPSHOT = `
  WITH unit AS (
    SELECT document_id, lifecycle_status AS status FROM public.information_unit
  ), held AS (
    SELECT unit.document_id, held.status, unit.lifecycle_status AS unit_status, unit.id, held.version,
           concat_ws('|', unit.id, unit.key, unit.lifecycle_status, unit.ordinal, unit.parent_id, unit.cut_run_id, unit.cut_key, unit.cut_ordinal,
                     unit.cut_version, unit.title, held.version, held.status, held.title, held.sha256) AS line
      FROM public.unit_version AS held JOIN public.information_unit AS unit ON unit.id = held.unit_id
  ), digested AS (
    SELECT document_id = $1 AS own, document_id, unit_status, count(DISTINCT id) AS units, count(*) AS versions,
           encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY id, version), 'UTF8')), 'hex') AS sha256
      FROM held GROUP BY GROUPING SETS ((document_id = $1, unit_status), (document_id))
  ), told AS (
    SELECT document_id, count(*) AS change_sets,
           encode(sha256(convert_to(string_agg(
             concat_ws('|', run_id, enacted_at IS NOT NULL, revert_mode, found), E'\\n' ORDER BY id), 'UTF8')), 'hex') AS recorded
      FROM cutter_governance.cut_change_set
      CROSS JOIN LATERAL (SELECT count(*) AS found FROM cutter_governance.verify_result AS result
                           WHERE result.run_id = cut_change_set.run_id) AS verification
      GROUP BY document_id
  ), logged AS (
    SELECT unit.document_id, count(*) AS rows FROM public.iu_lifecycle_log AS entry
      JOIN public.information_unit AS unit ON unit.id = entry.unit_id GROUP BY unit.document_id
  ), verified AS (
    SELECT document_id, count(*) AS rows FROM cutter_governance.verify_result GROUP BY document_id
  ), other AS (
    SELECT document_id FROM digested WHERE document_id <> $1 UNION SELECT document_id FROM told WHERE document_id <> $1
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
           'sha256', coalesce((SELECT sha256 FROM digested WHERE document_id = $1), encode(sha256(''), 'hex'))
         ) AS document,
         (SELECT jsonb_object_agg(status, jsonb_build_object(
                   'units', coalesce(units, 0), 'sha256', coalesce(sha256, encode(sha256(''), 'hex'))))
            FROM unnest(ARRAY['${UNIT_STATUSES.join("', '")}']) AS status
            LEFT JOIN digested ON digested.unit_status = status AND NOT own) AS other_documents,
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'document_id', other.document_id,
                   'units', coalesce(digested.units, 0), 'versions', coalesce(digested.versions, 0),
                   'lifecycle_log', coalesce(logged.rows, 0), 'change_sets', coalesce(told.change_sets, 0),
                   'verify_results', coalesce(verified.rows, 0),
                   'sha256', coalesce(digested.sha256, encode(sha256(''), 'hex')),
                   'recorded', coalesce(told.recorded, encode(sha256(''), 'hex'))) ORDER BY other.document_id), '[]')
            FROM other
            LEFT JOIN digested USING (document_id) LEFT JOIN told USING (document_id)
            LEFT JOIN logged USING (document_id) LEFT JOIN verified USING (document_id)) AS others`;

/** One statement, so one consistent view, whatever the transaction. */
export async function takeSnapshot(reader: Reader, documentId: string): Promise<Snapshot> {
  return z.tuple([snapshotSchema]).parse(await reader.query(SNAPSHOT, [documentId]))[0];
}
