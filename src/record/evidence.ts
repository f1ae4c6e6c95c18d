// The evidence that SG_2 signs, from a run's own record alone: the same bytes as the governed database computes from its
// rows (governed/schema/writers/047_evidence.sql) before it enacts anything.
import { digestOf, type Sha256 } from '../digest/digest.ts';

/** Facts of a recorded and verified cut, each of which stands in the run record and in the governed database. */
export interface CutEvidence {
  readonly run_id: string;
  readonly document_id: string;
  readonly source_sha256: Sha256;
  readonly cutplan_sha256: Sha256;
  readonly counts: {
    readonly create: number;
    readonly revise: number;
    readonly move: number;
    readonly renumber: number;
    readonly keep: number;
    readonly retire: number;
  };
  readonly unit_ids_sha256: Sha256;
  readonly affected_rows: number;
  readonly change_set_id: string;
  readonly manifest_envelope_id: string;
  readonly review_decision_id: string;
  readonly signature_ids: readonly string[];
  readonly write_verify: { readonly verify_result_id: string; readonly result_sha256: Sha256 };
}

/** The object whose RFC 8785 form is digested. Members beyond these are left out. */
export function evidenceObject(cut: CutEvidence) {
  const { create, revise, move, renumber, keep, retire } = cut.counts;
  const { verify_result_id, result_sha256 } = cut.write_verify;
  return {
    format: 'countersign/evidence/1',
    run_id: cut.run_id,
    document_id: cut.document_id,
    source_sha256: cut.source_sha256,
    cutplan_sha256: cut.cutplan_sha256,
    counts: { create, revise, move, renumber, keep, retire },
    unit_ids_sha256: cut.unit_ids_sha256,
    affected_rows: cut.affected_rows,
    change_set_id: cut.change_set_id,
    manifest_envelope_id: cut.manifest_envelope_id,
    review_decision_id: cut.review_decision_id,
    signature_ids: cut.signature_ids,
    write_verify: { verify_result_id, result_sha256 },
  };
}

export function evidenceSha256(cut: CutEvidence): Sha256 {
  return digestOf(evidenceObject(cut));
}
