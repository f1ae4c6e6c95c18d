// One look at a pull request: while it is open, the check; once it is merged, the judgement that starts or continues
// a run. Looking twice finds the judgement already made.
import type { Verdict } from '../approval/admission.ts';
import { WITHDRAWAL } from '../approval/gates.ts';
import { sha256 } from '../digest/digest.ts';
import { SourceUnavailable } from '../phases/context.ts';
import { continueRun, openRun } from '../run/begin.ts';
import type { ApprovalReference } from '../run/events.ts';
import { isTold } from '../store/inbox.ts';
import { judgement, keepJudgement, type StoredVerdict } from '../store/judgements.ts';
import { withLease } from '../store/queue.ts';
import { AlreadyUsed, authorise } from '../store/run-log.ts';
import { openRunOf } from '../store/standings.ts';
import { type DocumentChange, documentChange } from './document-change.ts';
import { MERGED } from './forge.ts';
import { anotherActive, type Judged, type Judging, judge } from './judge.ts';
import { type WithdrawalPorts, withdraw } from './withdraw.ts';

export interface PullPorts extends Judging, WithdrawalPorts {
  readonly forge: Judging['forge'];
  readonly sg1Only: boolean;
  /** Publishes the check of an open pull request. */
  check(judged: Judged): Promise<void>;
  /** Publishes the check of an open pull request that changes a governed document. */
  checkDocument(change: DocumentChange): Promise<void>;
  /** Publishes the answer to a merged approval that starts nothing, if it does not stand there yet. */
  answer(at: { repository: string; pull: number }): Promise<void>;
  /** For the operator's log. */
  onJudged(judged: Judged): void;
}

type Accepted = Extract<Verdict, { verdict: 'accepted' }>;

export async function lookAtPull(number: number, ports: PullPorts): Promise<void> {
  const { store, forge } = ports;
  const at = { repository: forge.name, pull: number };
  if (!(await judgement(store, at))) {
    const judged = await judge(number, ports);
    if (!judged) {
      const change = await documentChange(number, ports);
      if (change) await ports.checkDocument(change);
      return;
    }
    if (!judged.pull.merged) {
      await assertAsTold(number, ports);
      if (judged.pull.open) await ports.check(judged);
      return;
    }
    ports.onJudged(judged);
    await decide(judged, ports);
  }
  await ports.answer(at);
}

const BELIEVED_FOR_MS = 10 * 60 * 1000;

/** Throws where a delivery has just told of a merge that GitHub's answer does not know yet: it is asked again in seconds. */
async function assertAsTold(pull: number, { store, now }: PullPorts): Promise<void> {
  const since = new Date(now().getTime() - BELIEVED_FOR_MS);
  if (!(await isTold(store, { pull, action: MERGED, since }))) return;
  const cause = new Error('a delivery has told of a merge, and the answer does not know of it yet');
  throw new SourceUnavailable(`reading that pull request ${pull} is merged`, { cause });
}

async function decide(judged: Judged, ports: PullPorts): Promise<void> {
  const { store, forge } = ports;
  const { verdict } = judged;
  const at = ports.now();
  const facts = factsOf(judged, forge);
  if (verdict.verdict === 'accepted') {
    try {
      if (verdict.approval.gate === WITHDRAWAL) return await withdraw(judged, verdict, ports);
      return judged.state ? await begin(judged, verdict, ports) : await openAlone(judged, verdict, ports);
    } catch (error) {
      if (!(error instanceof AlreadyUsed)) throw error;
      // Two merges of the same approval raced past the ledger; the database kept the first.
      const refused = {
        verdict: 'rejected',
        reason: 'already_used',
        detail: error.message,
        checks: verdict.checks,
      } as const;
      return keepJudgement(store, { ...facts, runId: null, verdict: refused }, { at });
    }
  }
  await keepJudgement(store, { ...facts, runId: null, verdict: stored(verdict) }, { at });
}

// Two approvals merged in the same moment are judged side by side, and neither saw the other's run. So whether one is
// active is asked again where only one can ask.
async function openAlone(judged: Judged, verdict: Accepted, ports: PullPorts): Promise<void> {
  const { store, forge, now } = ports;
  const { document_id: documentId } = required(judged.target);
  const held = await withLease(store, `opening:${documentId}`, async () => {
    const active = await openRunOf(store, documentId);
    if (!active) return begin(judged, verdict, ports);
    const refused = { verdict: 'rejected', ...anotherActive(active), checks: verdict.checks } as const;
    await keepJudgement(store, { ...factsOf(judged, forge), runId: null, verdict: refused }, { at: now() });
  });
  if (!held)
    throw new Error(
      'another run of this document is being opened at this moment; this approval is judged again right after',
    );
}

async function begin(judged: Judged, verdict: Accepted, ports: PullPorts): Promise<void> {
  const { store, forge } = ports;
  const { approval } = verdict;
  const { gate } = approval;
  if (gate === WITHDRAWAL) throw new Error('a withdrawal begins nothing');
  const { pull, commit, files, state, target } = judged;
  const at = ports.now();
  const reference: ApprovalReference = {
    gate,
    path: files.approval.path,
    commit,
    pull: pull.number,
    document_sha256: approval.sha256,
    signers: [...verdict.signers],
    signed_at: verdict.signedAt.toISOString(),
    valid_until: verdict.validUntil.toISOString(),
  };
  const event = state
    ? continueRun(state, { approval, reference, at })
    : openRun({
        approval,
        reference,
        repository: forge.name,
        target: required(target),
        sg1Only: ports.sg1Only,
        at,
      });
  await authorise(store, {
    event,
    approval: reference,
    signed: { document: files.approval.bytes, signatures: files.signatures },
    opens: state ? null : { repository: forge.name, documentId: required(target).document_id },
    judgement: {
      ...factsOf(judged, forge),
      runId: event.run_id,
      verdict: { verdict: 'accepted' },
    },
    at,
  });
}

function factsOf({ pull, commit, files }: Judged, forge: { readonly name: string }) {
  const { path, bytes } = files.approval;
  return { repository: forge.name, pull: pull.number, commit, path, documentSha256: sha256(bytes) };
}

function required<T>(value: T | null): T {
  if (value === null) throw new Error('an approval without a run was accepted without a target');
  return value;
}

function stored(verdict: Extract<Verdict, { verdict: 'rejected' }>): StoredVerdict {
  const { reason, detail, at, checks } = verdict;
  return { verdict: 'rejected', reason, detail, checks, ...(at ? { at } : {}) };
}
