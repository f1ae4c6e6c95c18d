// Whether an approval is for what would be done: this gate, this run, these digests, by enough people, for the first time.
import { type Finding, fail, notJudged, pass } from './checks.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Approval } from './front-matter.ts';
import type { BindingName, Gate } from './gates.ts';
import type { RunId } from './run-id.ts';

export interface Expectations {
  readonly gate?: Gate;
  /** undefined: not judged; null: no such run. */
  readonly run?: ExpectedRun | null;
  /** Every one given must be present in the approval and equal. */
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
}

export interface ExpectedRun {
  readonly runId: RunId;
  readonly awaits: readonly Gate[];
  /** Gates that were opened before: named in the refusal of one that is not awaited again. */
  readonly opened?: readonly Gate[];
}

/** What has been used before, for ever: digests of approval documents. Whether a gate may be opened again is the run's to say. */
export interface Ledger {
  readonly documents: ReadonlySet<string>;
}

export interface Policy {
  /** Distinct signers that a gate asks for; one where nothing is said. */
  readonly thresholds: Readonly<Partial<Record<Gate, number>>>;
}

export function checkRunAndGate({ gate, bindings }: Approval, expect: Expectations): Finding {
  if (expect.gate !== undefined && gate !== expect.gate)
    return fail('gate_mismatch', `${gate}, expected ${expect.gate}`);
  const { run } = expect;
  if (run === undefined) return notJudged('no state of a run given');
  if (run === null) return fail('run_unknown', bindings.run_id ?? 'no run_id');
  const { runId, awaits, opened = [] } = run;
  if (bindings.run_id === undefined) return fail('binding_missing', `run_id, expected ${runId}`);
  if (bindings.run_id !== runId)
    return fail('binding_mismatch', `run_id is ${bindings.run_id}, expected ${runId}`);
  if (!awaits.includes(gate))
    return fail(
      opened.includes(gate) ? 'gate_already_used' : 'run_not_awaiting_gate',
      `${runId} waits for ${awaits.join(' or ') || 'no gate'}, not ${gate}`,
    );
  return pass(`${runId} waits for ${gate}`);
}

export function checkBindings({ bindings }: Approval, expected: Expectations['bindings']): Finding {
  const given = new Map(Object.entries(bindings));
  const names: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const found = given.get(name);
    if (found === undefined) return fail('binding_missing', `${name}, expected ${value}`);
    if (found !== value) return fail('binding_mismatch', `${name} is ${found}, expected ${value}`);
    names.push(name);
  }
  return names.length > 0 ? pass(`${names.join(', ')} as expected`) : notJudged('no expected values given');
}

/** Signatures of one person count once, however many there are. */
export function checkThreshold(
  signers: readonly Fingerprint[],
  { policy, gate }: { policy: Policy; gate: Gate },
): Finding {
  const wanted = policy.thresholds[gate] ?? 1;
  const count = `${signers.length} of ${wanted} signers`;
  return signers.length >= wanted ? pass(count) : fail('threshold_not_met', count);
}

/** By what was signed, never by the bytes of a signature: those can be changed and stay valid. */
export function checkLedger({ sha256 }: Approval, ledger: Ledger | null): Finding {
  if (!ledger) return notJudged('no record of used approvals given');
  if (ledger.documents.has(sha256)) return fail('already_used', `sha256 ${sha256}`);
  return pass('this document has not been used');
}
