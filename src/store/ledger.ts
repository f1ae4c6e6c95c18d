// What has become of approvals, for ever: which were consumed, and which were taken back, also before anybody saw them.
// A withdrawal and what it means for the run that holds the approval are written together or not at all.
import type { Ledger } from '../approval/admission.ts';
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { RunEvent, WithdrawalReference } from '../run/events.ts';
import type { SignedBytes } from '../run/kill-switch.ts';
import { keepJudgement, type NewJudgement } from './judgements.ts';
import { hint } from './queue.ts';
import { AlreadyUsed, insertEvent, refusingDuplicates } from './run-log.ts';
import type { Store } from './store.ts';

/** The ledger as it concerns one document, in the form that admission takes. What is spent the governed database knows. */
export async function ledgerFor(
  store: Store,
  { documentSha256, spent }: { documentSha256: Sha256; spent: Ledger['spent'] },
): Promise<Ledger> {
  const known = await consumer(store, documentSha256);
  const withdrawal = await store.database
    .selectFrom('withdrawal')
    .select('document_sha256')
    .where('document_sha256', '=', documentSha256)
    .executeTakeFirst();
  return {
    documents: new Set(known || withdrawal ? [documentSha256] : []),
    withdrawn: await withdrawalsOf(store, documentSha256),
    spent,
  };
}

/** The withdrawal of this approval, if there is one; the first, where somebody signed several. */
export async function withdrawalsOf(store: Store, approvalSha256: Sha256): Promise<Ledger['withdrawn']> {
  const row = await store.database
    .selectFrom('withdrawal')
    .select('document_sha256')
    .where('approval_sha256', '=', approvalSha256)
    .orderBy('recorded_at')
    .executeTakeFirst();
  return new Map(row ? [[approvalSha256, row.document_sha256]] : []);
}

/** The run that has consumed this approval, for which gate and from where; undefined when none has. */
export async function consumer(
  store: Store,
  documentSha256: Sha256,
): Promise<{ readonly runId: RunId; readonly gate: string; readonly path: string } | undefined> {
  const row = await store.database
    .selectFrom('approval')
    .select(['run_id', 'gate', 'path'])
    .where('document_sha256', '=', documentSha256)
    .executeTakeFirst();
  return row && { runId: row.run_id as RunId, gate: row.gate, path: row.path };
}

export interface Withdrawal {
  readonly approvalSha256: Sha256;
  readonly reference: WithdrawalReference;
  readonly signed: SignedBytes;
  /** For the log of the run that has consumed the approval and has not ended; null where there is none. */
  readonly event: RunEvent | null;
  readonly judgement: NewJudgement;
  readonly at: Date;
}

/** Throws AlreadyUsed when this very document was recorded before, LostRace when the run has moved on meanwhile. */
export async function recordWithdrawal(store: Store, withdrawal: Withdrawal): Promise<void> {
  const { approvalSha256, reference, signed, event, judgement, at } = withdrawal;
  const row = {
    document_sha256: reference.document_sha256,
    approval_sha256: approvalSha256,
    path: reference.path,
    commit: reference.commit,
    pull: reference.pull,
    document: Buffer.from(signed.document),
    signatures: JSON.stringify(
      signed.signatures.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') })),
    ),
    recorded_at: at,
  };
  await store.database.transaction().execute(async (transaction) => {
    await refusingDuplicates(
      () => transaction.insertInto('withdrawal').values(row).execute(),
      () => new AlreadyUsed(reference),
    );
    if (event) {
      await insertEvent(transaction, event);
      await hint(store, 'publish', { key: event.run_id, via: transaction });
    }
    await keepJudgement(store, judgement, { at, via: transaction });
  });
}
