// What a run has written, read back from the tables alone. After a crash between COMMIT and the event log this is how
// the run learns that its writes are done, with the very outputs that the writers would have returned.
import { z } from 'zod';
import { sha256Schema as digest, type Sha256 } from '../digest/digest.ts';
import type { Reader } from './database.ts';
import type { LegA } from './leg-a.ts';
import type { LegB } from './leg-b.ts';
import type { Enactment } from './lifecycle.ts';
import { RECORDED_CUT, readStructure, type Structure } from './structure.ts';
import { id } from './units.ts';

/** A verify result as it was recorded; `result` is the JSON that `result_sha256` is the digest of. */
export interface RecordedVerification {
  readonly verify_result_id: string;
  readonly result_sha256: Sha256;
}

export interface WrittenRun {
  readonly document_id: string;
  readonly source_sha256: Sha256;
  readonly cutplan_sha256: Sha256;
  readonly cut_leg_a: LegA;
  readonly structural_verify: Structure;
  readonly leg_b_record: LegB;
  readonly write_verify: RecordedVerification | null;
  /** null until fn_iu_enact has been committed. */
  readonly lifecycle_enact: Enactment | null;
  readonly lifecycle_verify: RecordedVerification | null;
  readonly reverted: 'soft' | 'hard' | null;
  readonly revert_verify: RecordedVerification | null;
}

const changeSet = z.object({
  id,
  document_id: z.string(),
  source_sha256: digest,
  cutplan_sha256: digest,
  units: z.number().int(),
  versions: z.number().int(),
  affected_rows: z.number().int(),
  unit_ids_sha256: digest.nullable(),
  manifest_envelope_id: id,
  review_decision_id: id,
  signature_ids: z.array(id),
  is_enacted: z.boolean(),
  revert_mode: z.enum(['soft', 'hard']).nullable(),
  verifications: z.array(z.object({ kind: z.string(), verify_result_id: id, result_sha256: digest })),
});

const CHANGE_SET = `
  SELECT cut.id::text, cut.document_id, cut.source_sha256, cut.cutplan_sha256, cut.revert_mode,
         cut.created AS units, cut.created + cut.revised AS versions,
         cut.created + cut.revised + cut.kept + cut.retired AS affected_rows,
         (SELECT encode(sha256(convert_to(string_agg(unit_id::text, ',' ORDER BY ordinal), 'UTF8')), 'hex')
            FROM cutter_governance.cut_change_set_affected_row
           WHERE change_set_id = cut.id AND ordinal IS NOT NULL) AS unit_ids_sha256,
         manifest.id::text AS manifest_envelope_id, review.id::text AS review_decision_id,
         coalesce((SELECT jsonb_agg(id::text ORDER BY id) FROM cutter_governance.signature
                    WHERE review_decision_id = review.id), '[]') AS signature_ids,
         cut.enacted_at IS NOT NULL AS is_enacted,
         coalesce((SELECT jsonb_agg(jsonb_build_object(
                     'kind', kind, 'verify_result_id', id::text, 'result_sha256', result_sha256))
                     FROM cutter_governance.verify_result WHERE change_set_id = cut.id), '[]') AS verifications
    FROM cutter_governance.cut_change_set AS cut
    LEFT JOIN cutter_governance.manifest_envelope AS manifest ON manifest.change_set_id = cut.id
    LEFT JOIN cutter_governance.review_decision AS review ON review.change_set_id = cut.id
   WHERE cut.run_id = $1`;

/** null: the run has written nothing. A cut that was hard-reverted has no units left to read. */
export async function findWrittenRun(reader: Reader, runId: string): Promise<WrittenRun | null> {
  const [row] = z.array(changeSet).parse(await reader.query(CHANGE_SET, [runId]));
  if (!row) return null;
  const recorded = (kind: string): RecordedVerification | null => {
    const found = row.verifications.find((entry) => entry.kind === kind);
    return found ? { verify_result_id: found.verify_result_id, result_sha256: found.result_sha256 } : null;
  };
  return {
    document_id: row.document_id,
    source_sha256: row.source_sha256,
    cutplan_sha256: row.cutplan_sha256,
    cut_leg_a: {
      units: row.units,
      versions: row.versions,
      // sha256 of nothing, when a hard revert has left nothing.
      unit_ids_sha256: row.unit_ids_sha256 ?? EMPTY,
    },
    structural_verify: await readStructure(reader, { ...RECORDED_CUT, parameters: [row.id] }),
    leg_b_record: {
      change_set_id: row.id,
      manifest_envelope_id: row.manifest_envelope_id,
      review_decision_id: row.review_decision_id,
      signature_ids: row.signature_ids,
      affected_rows: row.affected_rows,
    },
    write_verify: recorded('write'),
    lifecycle_enact: row.is_enacted ? await readEnactment(reader, runId) : null,
    lifecycle_verify: recorded('enactment'),
    reverted: row.revert_mode,
    revert_verify: recorded('revert'),
  };
}

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' as Sha256;

const enactment = z.object({
  enacted: z.number().int(),
  kept: z.number().int(),
  retired: z.number().int(),
  log_rows: z.number().int(),
});

/** The enactment of a run as its affected rows and log rows tell it. */
export async function readEnactment(reader: Reader, runId: string): Promise<Enactment> {
  const rows = await reader.query(
    `SELECT count(*) FILTER (WHERE affected.action <> 'retire' AND log.id IS NOT NULL)::integer AS enacted,
            count(*) FILTER (WHERE affected.action <> 'retire' AND log.id IS NULL)::integer AS kept,
            count(*) FILTER (WHERE affected.action = 'retire')::integer AS retired,
            (SELECT count(*)::integer FROM public.iu_lifecycle_log WHERE run_id = $1 AND cause = 'enact') AS log_rows
       FROM cutter_governance.cut_change_set AS cut
       JOIN cutter_governance.cut_change_set_affected_row AS affected ON affected.change_set_id = cut.id
       LEFT JOIN public.iu_lifecycle_log AS log ON log.unit_version_id = affected.unit_version_id
             AND log.run_id = $1 AND log.cause = 'enact' AND log.to_status = 'enacted'
      WHERE cut.run_id = $1`,
    [runId],
  );
  return z.tuple([enactment]).parse(rows)[0];
}
