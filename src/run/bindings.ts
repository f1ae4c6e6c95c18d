// What the approvals of a run must be bound to, and the names under which the bot prints them: what it asks for and what
// it admits are the same values.
import { z } from 'zod';
import { suggestedPath } from '../approval/file-name.ts';
import type { BindingName, Gate } from '../approval/gates.ts';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import { type CutEvidence, evidenceSha256 } from '../record/evidence.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import { PHASES } from './road.ts';
import { outputOf, type RunState, recordedOutput, unreachable } from './state.ts';

/** The path under which the bot prints the next approval of this run for a gate: free of all that the run has used. */
export function pathForNext(
  { runId, approvals }: RunState,
  gate: Gate,
  { taken = [] }: { taken?: readonly string[] } = {},
): string {
  return suggestedPath({ runId, gate }, [...approvals.map(({ path }) => path), ...taken]);
}

export interface ExpectedOf {
  /** The key that signs the record now; null for who judges again what was admitted under an earlier one. */
  readonly recorderKey: RecorderKey | null;
}

/** What an approval for this gate must be bound to, with the values that the bot prints. */
export function expectedBindings(
  state: RunState,
  gate: Gate,
  { recorderKey }: ExpectedOf,
): Partial<Record<BindingName, string>> {
  const run_id = state.runId;
  const event_log_sha256 = state.restsAt.hash;
  switch (gate) {
    case 'GAP7_execution_enable':
      return {
        ...{ run_id, document_id: state.documentId, source_sha256: state.source.sha256, mode: 'LIVE' },
        ...(state.deployment === null ? {} : { deployment: state.deployment }),
        ...(recorderKey === null ? {} : { recorder_key: recorderKey }),
      };
    case 'SG_1_cut_authz':
      return { run_id, event_log_sha256, cutplan_sha256: outputOf(state, PHASES.cutplan).cutplan_sha256 };
    case 'SG_2_lifecycle_authz':
      return { run_id, event_log_sha256, evidence_sha256: evidenceDigest(state) };
    case 'SG_R_revert_authz':
      return {
        ...{ run_id, event_log_sha256 },
        revert_plan_sha256: state.revertPlanSha256 ?? 'no revert plan has been recorded',
      };
    case 'SG_H_release_authz':
      return { run_id, event_log_sha256 };
    default:
      return unreachable(gate);
  }
}

/** What the approval that opens a run of a document is bound to. */
export function openingBindings({
  deployment,
  documentId,
  sourceSha256,
  recorderKey: recorder_key,
}: {
  deployment: string;
  documentId: string;
  sourceSha256: Sha256;
  recorderKey: RecorderKey;
}): Partial<Record<BindingName, string>> {
  return { deployment, document_id: documentId, mode: 'LIVE', source_sha256: sourceSha256, recorder_key };
}

const whole = z.number().int();

/** Of the recorded outputs only what is signed: a phase may come to tell more. */
const SIGNED = {
  cutplan: z.object({
    cutplan_sha256: sha256Schema,
    counts: z.object({
      ...{ create: whole, revise: whole, move: whole, renumber: whole, keep: whole, retire: whole },
    }),
  }),
  cut_leg_a: z.object({ unit_ids_sha256: sha256Schema }),
  leg_b_record: z.object({
    change_set_id: z.string(),
    manifest_envelope_id: z.string(),
    review_decision_id: z.string(),
    signature_ids: z.array(z.string()),
    affected_rows: whole,
  }),
  write_verify: z.object({ verify_result_id: z.string(), result_sha256: sha256Schema }),
};

/** What SG_2 signs: the recorded and verified cut, by facts that the governed database recomputes before it enacts. */
export function evidenceDigest(state: RunState): Sha256 {
  return evidenceSha256(evidenceOf(state));
}

/** Throws EventLogFault `illegal` before the cut is written and verified. */
export function evidenceOf(state: RunState): CutEvidence {
  const { runId: run_id, documentId: document_id, source } = state;
  return {
    ...{ run_id, document_id, source_sha256: source.sha256 },
    ...SIGNED.cutplan.parse(recordedOutput(state, 'cutplan')),
    ...SIGNED.cut_leg_a.parse(recordedOutput(state, 'cut_leg_a')),
    ...SIGNED.leg_b_record.parse(recordedOutput(state, 'leg_b_record')),
    write_verify: SIGNED.write_verify.parse(recordedOutput(state, 'write_verify')),
  };
}
