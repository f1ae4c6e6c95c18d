// What the approvals of a run must be bound to, and the names under which the bot prints them: what it asks for and what
// it admits are the same values.
import { suggestedPath } from '../approval/file-name.ts';
import type { BindingName, Gate } from '../approval/gates.ts';
import type { Sha256 } from '../digest/digest.ts';
import { evidenceSha256 } from '../record/evidence.ts';
import { PHASES } from './road.ts';
import { outputOf, type RunState, unreachable } from './state.ts';

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
  const event_log_sha256 = state.restsAt.hash;
  switch (gate) {
    case 'GAP7_execution_enable':
      return {
        ...{ run_id, document_id: state.documentId, source_sha256: state.source.sha256, mode: 'LIVE' },
        ...(state.deployment === null ? {} : { deployment: state.deployment }),
      };
    case 'SG_1_cut_authz':
      return { run_id, cutplan_sha256: outputOf(state, PHASES.cutplan).cutplan_sha256, event_log_sha256 };
    case 'SG_2_lifecycle_authz':
      return { run_id, evidence_sha256: evidenceDigest(state), event_log_sha256 };
    case 'SG_R_revert_authz':
      return {
        run_id,
        revert_plan_sha256: state.revertPlanSha256 ?? 'no revert plan has been recorded',
        event_log_sha256: state.revertPlannedAt ?? 'no revert plan has been recorded',
      };
    case 'SG_H_release_authz':
      return { run_id, event_log_sha256 };
    default:
      return unreachable(gate);
  }
}

/** What SG_2 signs: the recorded and verified cut, by facts that the governed database recomputes before it enacts. */
export function evidenceDigest(state: RunState): Sha256 {
  const { runId: run_id, documentId: document_id, source } = state;
  const { cutplan_sha256, counts } = outputOf(state, PHASES.cutplan);
  const { unit_ids_sha256 } = outputOf(state, PHASES.cut_leg_a);
  const { verify_result_id, result_sha256 } = outputOf(state, PHASES.write_verify);
  return evidenceSha256({
    ...{ run_id, document_id, source_sha256: source.sha256 },
    ...{ cutplan_sha256, counts, unit_ids_sha256 },
    ...outputOf(state, PHASES.leg_b_record),
    write_verify: { verify_result_id, result_sha256 },
  });
}
