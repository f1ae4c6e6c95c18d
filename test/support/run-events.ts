// Hand-made happenings for the tests of the log and its fold: plausible, signed by nobody.
import type { Gate } from '../../src/approval/gates.ts';
import type { RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import {
  type ApprovalReference,
  chain,
  GENESIS,
  type Happening,
  type RunEvent,
} from '../../src/run/events.ts';
import type { PhaseName } from '../../src/run/road.ts';

export const RUN_ID = 'run-20260521-0123456789abcdef' as RunId;
export const START = new Date('2026-05-21T10:00:00.000Z');

export function approvalReference(gate: Gate, pull = 1): ApprovalReference {
  return {
    gate,
    path: `approvals/${gate}-${pull}.md`,
    commit: 'a'.repeat(40),
    pull,
    document_sha256: sha256(`${gate} ${pull}`),
    signers: ['F'.repeat(40)],
    signed_at: START.toISOString(),
    valid_until: new Date(START.getTime() + 24 * 3600 * 1000).toISOString(),
  };
}

export function opened(options: { sg1Only?: boolean } = {}): Happening {
  return {
    type: 'run_opened',
    approval: approvalReference('GAP7_execution_enable'),
    repository: 'demo/governance',
    document_id: 'charter',
    source: { path: 'documents/charter.md', sha256: sha256('charter') },
    granularity: 'article',
    profile: null,
    sg1_only: options.sg1Only ?? false,
  };
}

export function started(phase: PhaseName): Happening {
  return { type: 'phase_started', phase };
}

/** What later signatures are bound to; of every other phase no test here asks. */
const OUTPUTS: Partial<Record<PhaseName, unknown>> = {
  cut_leg_a: { units: 3, versions: 3, unit_ids_sha256: sha256('ids') },
  leg_b_record: {
    ...{ change_set_id: '1', manifest_envelope_id: '1', review_decision_id: '1', signature_ids: ['1', '2'] },
    affected_rows: 3,
  },
  write_verify: { verify_result_id: '1', result_sha256: sha256('result') },
};

export function finished(
  phase: PhaseName,
  output: unknown = OUTPUTS[phase] ?? { [phase]: 'done' },
): Happening {
  return {
    type: 'phase_finished',
    phase,
    started_at: START.toISOString(),
    duration_ms: 12,
    recovered: false,
    output,
  };
}

export function gateOpened(gate: Gate, pull: number): Happening {
  return { type: 'gate_opened', approval: approvalReference(gate, pull) };
}

/** Gives each happening its place in one log, a second apart. */
export function logOf(happenings: readonly Happening[], runId: RunId = RUN_ID): RunEvent[] {
  const events: RunEvent[] = [];
  for (const [index, happening] of happenings.entries()) {
    const at = new Date(START.getTime() + index * 1000);
    events.push(chain(events.at(-1) ?? GENESIS, { ...happening, run_id: runId, at }));
  }
  return events;
}

export const PREPARED: readonly Happening[] = [
  opened(),
  finished('source_pin'),
  finished('mark'),
  finished('cutplan', {
    cutplan_sha256: sha256('plan'),
    rows: 3,
    counts: { create: 3, revise: 0, move: 0, renumber: 0, keep: 0, retire: 0 },
  }),
  finished('pre_write_backup'),
  finished('grant_probe'),
];

export const CUT: readonly Happening[] = [
  ...PREPARED,
  gateOpened('SG_1_cut_authz', 2),
  finished('cut_leg_a'),
  finished('structural_verify'),
  finished('leg_b_record'),
  finished('write_verify'),
];

export const COMPLETE: readonly Happening[] = [
  ...CUT,
  gateOpened('SG_2_lifecycle_authz', 3),
  finished('lifecycle_enact'),
  finished('lifecycle_verify'),
];
