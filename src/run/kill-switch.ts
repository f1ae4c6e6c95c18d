// The kill switch (design section 3, invariant 4). Whether execution is enabled is never stored: at each call it is
// computed from the bytes that the sovereign signed, the fold of the log, and the operator's master-off setting.
import { admit, EMPTY_LEDGER, type Ledger, type Policy } from '../approval/admission.ts';
import { KeyFault, type KeyRing } from '../approval/key-ring.ts';
import { sha256 } from '../digest/digest.ts';
import type { AssertEnabled } from '../governed/database.ts';
import { Stop } from '../stop/stop.ts';
import { expectedBindings } from './bindings.ts';
import type { ApprovalReference } from './events.ts';
import { stretchNamed } from './place.ts';
import { newestStanding, type RunState } from './state.ts';

/** The exact bytes of a consumed approval, as they were admitted. */
export interface SignedBytes {
  readonly document: Uint8Array;
  readonly signatures: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface KillSwitchPorts {
  state(): Promise<RunState>;
  signedBytes(approval: ApprovalReference): Promise<SignedBytes>;
  /** The withdrawals of an approval, by the digest of what they take back. */
  withdrawn(approval: ApprovalReference): Promise<Ledger['withdrawn']>;
  masterOff(): Promise<boolean>;
  /** The pinned keys as they are at this call. Throws KeyFault. */
  keys(): Promise<KeyRing>;
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

  const keys = await keysNow(ports);
  if (typeof keys === 'string') return off(keys);
  const now = ports.now();
  let until: Date | undefined;
  for (const approval of covering) {
    const verdict = await judgeAgain({ state, approval, ports, keys, now });
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
  const opening = newestStanding(state, opensWith);
  const enable = newestStanding(state, 'GAP7_execution_enable');
  if (!underEnable) return opening ? [opening] : [];
  if (!opening || !enable) return [];
  return opening === enable ? [enable] : [enable, opening];
}

/** Why there are none, in a sentence. A fault of the disk is the port's own and is thrown. */
async function keysNow(ports: KillSwitchPorts): Promise<KeyRing | string> {
  try {
    return await ports.keys();
  } catch (error) {
    if (error instanceof KeyFault) return `the pinned keys cannot be used: ${error.message}`;
    throw error;
  }
}

async function judgeAgain(options: {
  state: RunState;
  approval: ApprovalReference;
  ports: KillSwitchPorts;
  keys: KeyRing;
  now: Date;
}) {
  const { state, approval, ports, keys, now } = options;
  const { document, signatures } = await ports.signedBytes(approval);
  if (sha256(document) !== approval.document_sha256)
    return `${approval.path} is not the document that was admitted`;
  const verdict = await admit({
    approval: { path: approval.path, bytes: document },
    signatures,
    change: null,
    expect: { gate: approval.gate, bindings: bindingsOf(state, approval) },
    // That it was consumed is why it is judged here; that it was taken back since is asked again.
    ledger: { ...EMPTY_LEDGER, withdrawn: await ports.withdrawn(approval) },
    keys,
    policy: ports.policy,
    now,
  });
  if (verdict.verdict === 'rejected')
    return `${approval.path} no longer holds: ${verdict.reason} (${verdict.detail})`;
  return verdict;
}

// The approval that opened the run could not name the run_id that is derived from it. The log that a signature was made
// over has gone on since, and the recorder may have another key: both were judged when the approval was consumed.
function bindingsOf(state: RunState, approval: ApprovalReference) {
  const expected = expectedBindings(state, approval.gate, { recorderKey: null });
  const { run_id, event_log_sha256: _signedLog, ...others } = expected;
  const opened = approval === state.approvals[0];
  return opened || run_id === undefined ? others : { ...others, run_id };
}
