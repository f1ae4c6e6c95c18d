// The kill switch (design section 3, invariant 4). Whether execution is enabled is never stored: at each call it is
// computed from the bytes that the sovereign signed, the fold of the log, and the operator's master-off setting.
import { admit, type Policy } from '../approval/admission.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import { sha256 } from '../digest/digest.ts';
import type { AssertEnabled } from '../governed/database.ts';
import { Stop } from '../stop/stop.ts';
import { expectedBindings } from './bindings.ts';
import type { ApprovalReference } from './events.ts';
import { stretchNamed } from './place.ts';
import type { RunState } from './state.ts';

/** The exact bytes of a consumed approval, as they were admitted. */
export interface SignedBytes {
  readonly document: Uint8Array;
  readonly signatures: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface KillSwitchPorts {
  state(): Promise<RunState>;
  signedBytes(approval: ApprovalReference): Promise<SignedBytes>;
  masterOff(): Promise<boolean>;
  readonly keys: KeyRing;
  readonly policy: Policy;
  now(): Date;
}

export type Enablement =
  | { readonly enabled: true; readonly until: Date }
  | { readonly enabled: false; readonly stop: 'kill_switch_off' | 'master_off'; readonly why: string };

/** False at rest; true only while signed approvals cover this very call. Throws only when a port fails. */
export async function executionEnabled(ports: KillSwitchPorts): Promise<Enablement> {
  const off = (why: string): Enablement => ({ enabled: false, stop: 'kill_switch_off', why });
  // Told apart, because no signature helps here: the operator took the power away and alone gives it back.
  if (await ports.masterOff())
    return { enabled: false, stop: 'master_off', why: 'the operator has switched the master off' };
  const state = await ports.state();
  const { position } = state;
  if (position.status !== 'RUNNING') return off(`the run is ${position.status}`);
  const covering = coveringApprovals(state);
  if (covering.length === 0) return off('no approval covers this call');

  const now = ports.now();
  let until: Date | undefined;
  for (const approval of covering) {
    const verdict = await judgeAgain({ state, approval, ports, now });
    if (typeof verdict === 'string') return off(verdict);
    if (until === undefined || verdict.validUntil < until) until = verdict.validUntil;
  }
  return until === undefined ? off('no approval covers this call') : { enabled: true, until };
}

/** The assertion that the governed database asks for before every write. */
export function assertEnabledBy(ports: KillSwitchPorts): AssertEnabled {
  return async () => {
    const enablement = await executionEnabled(ports);
    if (!enablement.enabled) throw new Stop(enablement.stop, enablement.why);
  };
}

/**
 * What must be signed and fresh for a write of the current stretch: the newest approval for the gate that opens it and,
 * but for a compensation, the newest enable.
 */
export function coveringApprovals(state: RunState): readonly ApprovalReference[] {
  if (state.position.status !== 'RUNNING') return [];
  const { opensWith, underEnable } = stretchNamed(state.position.stretch);
  const opening = state.approvals.findLast(({ gate }) => gate === opensWith);
  const enable = state.approvals.findLast(({ gate }) => gate === 'GAP7_execution_enable');
  if (!underEnable) return opening ? [opening] : [];
  if (!opening || !enable) return [];
  return opening === enable ? [enable] : [enable, opening];
}

async function judgeAgain(options: {
  state: RunState;
  approval: ApprovalReference;
  ports: KillSwitchPorts;
  now: Date;
}) {
  const { state, approval, ports, now } = options;
  const { document, signatures } = await ports.signedBytes(approval);
  if (sha256(document) !== approval.document_sha256)
    return `${approval.path} is not the document that was admitted`;
  const verdict = await admit({
    approval: { path: approval.path, bytes: document },
    signatures,
    change: null,
    expect: { gate: approval.gate, bindings: bindingsOf(state, approval) },
    ledger: { documents: new Set() },
    keys: ports.keys,
    policy: ports.policy,
    now,
  });
  if (verdict.verdict === 'rejected')
    return `${approval.path} no longer holds: ${verdict.reason} (${verdict.detail})`;
  return verdict;
}

// The approval that opened the run could not name the run_id that is derived from it.
function bindingsOf(state: RunState, approval: ApprovalReference) {
  const { run_id, ...others } = expectedBindings(state, approval.gate);
  const opened = approval === state.approvals[0];
  return opened || run_id === undefined ? others : { ...others, run_id };
}
