// A merged withdrawal: put before the governed database first, which alone knows whether anything was done under the
// approval, and then recorded, so that the approval is refused for ever, whether it was seen before or comes later.
import type { Verdict } from '../approval/admission.ts';
import { isSha256, type Sha256 } from '../digest/digest.ts';
import { withdrawFrom } from '../run/begin.ts';
import type { WithdrawalReference } from '../run/events.ts';
import type { SignedBytes } from '../run/kill-switch.ts';
import { canWithdraw, fold } from '../run/state.ts';
import { keepJudgement, type StoredVerdict } from '../store/judgements.ts';
import { consumer, recordWithdrawal } from '../store/ledger.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import type { Judged } from './judge.ts';

/** The verdict of the governed database. */
interface SecondVerdict {
  readonly verdict: 'accepted' | 'rejected';
  readonly reason: string | null;
  readonly detail: string | null;
}

export interface WithdrawalPorts {
  readonly forge: { readonly name: string };
  readonly store: Store;
  /** The governed database's own verdict on the same bytes; it keeps what it accepts. */
  admitInDatabase(signed: SignedBytes): Promise<SecondVerdict>;
  now(): Date;
}

/** May be repeated: the database gives the same answer, and the record is written once. Throws AlreadyUsed or LostRace. */
export async function withdraw(
  judged: Judged,
  verdict: Extract<Verdict, { verdict: 'accepted' }>,
  ports: WithdrawalPorts,
): Promise<void> {
  const { forge, store } = ports;
  const { pull, commit, files } = judged;
  const { approval, signers, signedAt, checks } = verdict;
  const approvalSha256 = digestTakenBack(approval.bindings.approval_sha256);
  const signed = { document: files.approval.bytes, signatures: files.signatures };
  const guard = await ports.admitInDatabase(signed);
  const at = ports.now();
  const facts = {
    ...{ repository: forge.name, pull: pull.number, commit },
    ...{ path: files.approval.path, documentSha256: approval.sha256 },
  };
  if (guard.reason === 'withdrawal_too_late') {
    const refused: StoredVerdict = {
      ...{ verdict: 'rejected', reason: guard.reason, checks },
      detail: guard.detail ?? `sha256 ${approvalSha256}`,
    };
    return keepJudgement(store, { ...facts, runId: null, verdict: refused }, { at });
  }
  const held = await consumer(store, approvalSha256);
  const state = held ? fold(await runLog(store).load(held.runId)) : null;
  const reference: WithdrawalReference = {
    ...{ path: files.approval.path, commit, pull: pull.number, document_sha256: approval.sha256 },
    ...{ signers: [...signers], signed_at: signedAt.toISOString() },
  };
  const matters = state !== null && canWithdraw(state, approvalSha256);
  const event = matters
    ? withdrawFrom(state, { approval_sha256: approvalSha256, withdrawal: reference, at })
    : null;
  const withdraws = {
    approval_sha256: approvalSha256,
    consumed: held ? { run_id: held.runId, gate: held.gate, path: held.path } : null,
    // The bot refuses the approval from now on in any case; that the database would still take it must be said.
    guard: guard.verdict === 'accepted' ? null : `${guard.reason}: ${guard.detail ?? 'no detail'}`,
  };
  await recordWithdrawal(store, {
    ...{ approvalSha256, reference, signed, event, at },
    judgement: { ...facts, runId: held?.runId ?? null, verdict: { verdict: 'accepted', withdraws } },
  });
}

function digestTakenBack(digest: string | undefined): Sha256 {
  if (digest !== undefined && isSha256(digest)) return digest;
  throw new Error('a withdrawal was accepted without the approval that it takes back');
}
