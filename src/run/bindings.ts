// What the approvals of a run must be bound to, and the names under which the bot prints them: what it asks for and what
// it admits are the same values.
import { suggestedPath } from '../approval/file-name.ts';
import type { BindingName, Gate } from '../approval/gates.ts';
import { digestOf, type Sha256 } from '../digest/digest.ts';
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

/** What an approval for this gate must be bound to, with the values that the bot prints. */
export function expectedBindings(state: RunState, gate: Gate): Partial<Record<BindingName, string>> {
  const run_id = state.runId;
  switch (gate) {
    case 'GAP7_execution_enable':
      return { run_id, document_id: state.documentId, source_sha256: state.source.sha256, mode: 'LIVE' };
    case 'SG_1_cut_authz':
      return { run_id, cutplan_sha256: outputOf(state, PHASES.cutplan).cutplan_sha256 };
    case 'SG_2_lifecycle_authz':
      return { run_id, evidence_sha256: evidenceDigest(state) };
    case 'SG_R_revert_authz':
      return { run_id, revert_plan_sha256: state.revertPlanSha256 ?? 'no revert plan has been recorded' };
    case 'SG_H_release_authz':
      return { run_id, event_log_sha256: state.restsAt.hash };
    default:
      return unreachable(gate);
  }
}

/** Digest of the write and verify results, which SG_2 signs (design section 2). */
export function evidenceDigest(state: RunState): Sha256 {
  return digestOf({
    leg_b_record: recordedOutput(state, 'leg_b_record'),
    run_id: state.runId,
    structural_verify: recordedOutput(state, 'structural_verify'),
    write_verify: recordedOutput(state, 'write_verify'),
  });
}
