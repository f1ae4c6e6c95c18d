// One use of an approval by a run: the very admission, at the time at which the log used it, against what the run expected
// then; and that the log quotes the approval, its merge and its signers as they are.
import { type Expectations, judgeApproval, type Ledger, type Verdict } from '../approval/admission.ts';
import { REASONS } from '../approval/reasons.ts';
import { sha256 } from '../digest/digest.ts';
import { expectedBindings } from '../run/bindings.ts';
import type { ApprovalReference, RunEvent, WithdrawalReference } from '../run/events.ts';
import { awaitedGates, isTerminal, openedGates, type RunState } from '../run/state.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import type { Approvals, MergedApproval, Trust } from './approvals.ts';
import { type Evidence, fileAt } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';

export interface Use {
  readonly reference: ApprovalReference;
  readonly event: RunEvent;
  /** What the run was before this entry; null for the one that opens it. */
  readonly before: RunState | null;
}

export interface UseContext {
  readonly evidence: Evidence;
  readonly approvals: Approvals;
  readonly trust: Trust;
  /** Documents of approvals that were used before this entry, by any run, with where. */
  readonly used: ReadonlyMap<string, string>;
}

/** An approval that the log names, as it is; and what is wrong with how the log names it. */
interface Named {
  readonly merged: MergedApproval | null;
  readonly findings: Finding[];
}

export async function judgeUse(use: Use, context: UseContext): Promise<Finding[]> {
  const { reference, event, before } = use;
  const where = `runs/${event.run_id}/events.jsonl#${event.seq}`;
  const find = (code: FindingCode, detail: string): Finding => ({ code, where, detail });
  const { merged, findings } = await named(reference, { ...context, event, where });
  const earlier = context.used.get(reference.document_sha256);
  if (earlier !== undefined)
    findings.push(find('approval_reused', `${reference.path} was used before, by ${earlier}`));
  if (!merged) return findings;

  const verdict = await judgeApproval(merged.opened, {
    change: merged.change,
    ...context.trust,
    expect: before ? expectedOf(before, event) : expectedOfOpening(event),
    ledger: ledgerAt(merged, context),
    now: new Date(event.at),
  });
  if (verdict.verdict === 'rejected') {
    const { sentence } = REASONS[verdict.reason];
    const detail = `${reference.path}: ${verdict.reason}: ${sentence} (${verdict.detail})`;
    return [...findings, find('approval_not_admitted', detail)];
  }
  const other = [...misquoted(reference, verdict), ...otherRecorder(event, verdict)];
  return [...findings, ...other.map((detail) => find('approval_misquoted', detail))];
}

export async function judgeWithdrawal(
  event: Extract<RunEvent, { type: 'approval_withdrawn' }>,
  context: Omit<UseContext, 'used'>,
): Promise<Finding[]> {
  const where = `runs/${event.run_id}/events.jsonl#${event.seq}`;
  const { merged, findings } = await named(event.withdrawal, { ...context, event, where });
  if (!merged) return findings;
  const { atMerge } = merged;
  const takes = atMerge.verdict === 'accepted' ? atMerge.approval.bindings.approval_sha256 : undefined;
  if (takes !== event.approval_sha256)
    findings.push({
      code: 'approval_not_admitted',
      where,
      detail: `${event.withdrawal.path} does not take back ${event.approval_sha256}`,
    });
  return findings;
}

async function named(
  reference: WithdrawalReference,
  context: Omit<UseContext, 'used' | 'trust'> & { event: RunEvent; where: string },
): Promise<Named> {
  const { evidence, approvals, event, where } = context;
  const { path, commit, document_sha256 } = reference;
  const merged = approvals.byPath.get(path);
  if (!merged || merged.sha256 !== document_sha256) {
    const there = merged ? `what came under that name has sha256 ${merged.sha256}` : 'it never came there';
    const detail = `${path} with sha256 ${document_sha256}: ${there}`;
    return { merged: null, findings: [{ code: 'approval_missing', where, detail }] };
  }
  const findings: Finding[] = [];
  if (commit !== merged.commit.id && !(await isThere(reference, evidence)))
    findings.push({
      code: 'merge_misquoted',
      where,
      detail: `${path} came with ${merged.commit.id}, not with ${commit}`,
    });
  const mergedAt = merged.commit.committer.at;
  if (new Date(event.at).getTime() + CLOCK_TOLERANCE_MS < mergedAt.getTime())
    findings.push({
      code: 'used_before_merge',
      where,
      detail: `${path} was merged at ${mergedAt.toISOString()}, the entry is of ${event.at}`,
    });
  const { atMerge } = merged;
  if (
    atMerge.verdict === 'rejected' &&
    (atMerge.reason === 'window_expired' || atMerge.reason === 'signed_in_future')
  )
    findings.push({ code: 'merged_outside_window', where, detail: `${path}: ${atMerge.detail}` });
  return { merged, findings };
}

// Where a pull request was rebased, the commit that brought the file is not the last one of it.
async function isThere(
  { path, commit, document_sha256 }: WithdrawalReference,
  evidence: Evidence,
): Promise<boolean> {
  const bytes = await fileAt(evidence, { path, commit });
  return bytes !== undefined && sha256(bytes) === document_sha256;
}

function expectedOf(state: RunState, event: RunEvent): Expectations {
  const renews = event.type === 'execution_renewed';
  const gate = renews ? 'GAP7_execution_enable' : 'approval' in event ? event.approval.gate : undefined;
  const awaits = awaitedGates(state, new Date(event.at));
  const renewable = isTerminal(state.position.status) ? [] : (['GAP7_execution_enable'] as const);
  const run = { runId: state.runId, awaits: [...awaits, ...renewable], opened: openedGates(state) };
  // Of a gate that was not awaited nothing is expected but that: its bindings may have no values.
  const bindings =
    gate !== undefined && run.awaits.includes(gate)
      ? expectedBindings(state, gate, { recorderKey: null })
      : {};
  return { run, bindings, ...(gate === undefined ? {} : { gate }) };
}

function expectedOfOpening(event: RunEvent): Expectations {
  if (event.type !== 'run_opened') return { bindings: {} };
  const { document_id, deployment, source, accepts_sha256 } = event;
  return {
    gate: 'GAP7_execution_enable',
    bindings: {
      ...{ document_id, mode: 'LIVE', source_sha256: source.sha256 },
      ...(deployment === undefined ? {} : { deployment }),
      ...(accepts_sha256 === undefined ? {} : { accepts_sha256 }),
    },
  };
}

/** Withdrawals that were merged before the approval was; what was used before is told by its own finding. */
function ledgerAt(merged: MergedApproval, { approvals, evidence }: UseContext): Ledger {
  const place = (commit: string) => evidence.graph.place.get(commit) ?? Number.POSITIVE_INFINITY;
  const taken = approvals.withdrawals.get(merged.sha256);
  const before = taken !== undefined && place(taken.commit.id) < place(merged.commit.id);
  return {
    documents: new Set(),
    withdrawn: new Map(before ? [[merged.sha256, taken.sha256]] : []),
    spent: new Set(),
  };
}

/** An enable says who signs the record; the log must not put another in that place. */
function otherRecorder(event: RunEvent, { approval }: Extract<Verdict, { verdict: 'accepted' }>): string[] {
  if (event.type !== 'run_opened' && event.type !== 'execution_renewed') return [];
  const { recorder_key: is } = approval.bindings;
  if (event.recorder_key === is) return [];
  return [`recorder_key is ${is ?? 'not named'}, the log says ${event.recorder_key ?? 'nothing of it'}`];
}

function misquoted(
  { gate, signers, signed_at, valid_until }: ApprovalReference,
  verdict: Extract<Verdict, { verdict: 'accepted' }>,
): string[] {
  const said = { gate, signers: signers.join(', '), signed_at, valid_until };
  const is = {
    gate: verdict.approval.gate,
    signers: verdict.signers.join(', '),
    signed_at: verdict.signedAt.toISOString(),
    valid_until: verdict.validUntil.toISOString(),
  };
  return (Object.keys(said) as (keyof typeof said)[])
    .filter((name) => said[name] !== is[name])
    .map((name) => `${name} is ${is[name]}, the log says ${said[name]}`);
}
