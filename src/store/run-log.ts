// The event logs of all runs, and the approvals that moved them. An approval is consumed in the same transaction that
// writes what it authorises, so it can start nothing twice and nothing can start without it.
import { sql } from 'kysely';
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import { type ApprovalReference, decodeLog, type RunEvent } from '../run/events.ts';
import type { SignedBytes } from '../run/kill-switch.ts';
import { LostRace, type RunLog } from '../run/log.ts';
import type { Witnesses } from '../run/rewind.ts';
import { PHASES } from '../run/road.ts';
import { keepJudgement, type NewJudgement } from './judgements.ts';
import { measureEvent } from './measures.ts';
import { hint } from './queue.ts';
import { keepStanding, openRunOf } from './standings.ts';
import type { StateConnection, Store } from './store.ts';

/** An approval together with the entry that it authorises. */
export interface Authorisation {
  readonly event: RunEvent;
  readonly approval: ApprovalReference;
  readonly signed: SignedBytes;
  /** Given when this opens the run. */
  readonly opens: { readonly repository: string; readonly documentId: string } | null;
  /** Recorded in the same transaction: a look that is repeated must not judge a consumed approval again. */
  readonly judgement: NewJudgement;
  readonly at: Date;
}

/** This very approval has been used before. Nothing was written. */
export class AlreadyUsed extends Error {
  constructor(approval: { readonly path: string }) {
    super(`${approval.path} has been used before`);
    this.name = 'AlreadyUsed';
  }
}

const UNIQUE_VIOLATION = '23505';

export function runLog(store: Store): RunLog {
  return {
    async load(runId) {
      const rows = await store.database
        .selectFrom('event')
        .select('entry')
        .where('run_id', '=', runId)
        .orderBy('seq')
        .execute();
      return decodeLog(rows.map(({ entry }) => entry));
    },
    async append(event) {
      await store.database.transaction().execute(async (transaction) => {
        await insertEvent(transaction, event);
        await hint(store, 'publish', { key: event.run_id, via: transaction });
      });
    },
  };
}

/** Consumes the approval and appends the entry, or neither. Throws AlreadyUsed or LostRace. */
export async function authorise(store: Store, authorisation: Authorisation): Promise<void> {
  const { event, approval, signed, opens, at } = authorisation;
  await store.database.transaction().execute(async (transaction) => {
    if (opens) {
      const run = {
        run_id: event.run_id,
        repository: opens.repository,
        document_id: opens.documentId,
        opened_at: at,
      };
      await refusingDuplicates(
        () => transaction.insertInto('run').values(run).execute(),
        () => new AlreadyUsed(approval),
      );
      await assertOnly(transaction, opens.documentId);
    }
    const row = {
      document_sha256: approval.document_sha256,
      gate: approval.gate,
      run_id: event.run_id,
      path: approval.path,
      commit: approval.commit,
      pull: approval.pull,
      document: Buffer.from(signed.document),
      signatures: JSON.stringify(
        signed.signatures.map(({ path, bytes }) => ({ path, base64: Buffer.from(bytes).toString('base64') })),
      ),
      consumed_at: at,
    };
    await refusingDuplicates(
      () => transaction.insertInto('approval').values(row).execute(),
      () => new AlreadyUsed(approval),
    );
    await insertEvent(transaction, event);
    await keepJudgement(store, authorisation.judgement, { at, via: transaction });
    await hint(store, 'run', { key: event.run_id, via: transaction });
    await hint(store, 'publish', { key: event.run_id, via: transaction });
  });
}

// Whoever opens holds a lease, and has asked before. But a process that stood still for longer than its lease does not know
// that it has lost it: so it is asked once more where only one can pass.
async function assertOnly(transaction: StateConnection, documentId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`opening ${documentId}`}, 0))`.execute(
    transaction,
  );
  const active = await openRunOf({ database: transaction }, documentId);
  if (active)
    throw new Error(
      `${active.runId} of this document has been opened at this moment; this approval is judged again right after`,
    );
}

/** Appends an entry within a transaction, and says where the run stands now. Throws LostRace. */
export async function insertEvent(connection: StateConnection, event: RunEvent): Promise<void> {
  const row = {
    run_id: event.run_id,
    seq: event.seq,
    at: event.at,
    hash: event.hash,
    entry: JSON.stringify(event),
  };
  await refusingDuplicates(
    () => connection.insertInto('event').values(row).execute(),
    () => new LostRace(event.run_id),
  );
  await keepStanding(connection, event.run_id);
  await measureEvent(connection, event);
}

export async function refusingDuplicates(write: () => Promise<unknown>, refusal: () => Error): Promise<void> {
  try {
    await write();
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw refusal();
    throw error;
  }
}

/** The exact bytes of a consumed approval. */
export async function signedBytes(store: Store, documentSha256: Sha256): Promise<SignedBytes> {
  const row = await store.database
    .selectFrom('approval')
    .select(['document', 'signatures'])
    .where('document_sha256', '=', documentSha256)
    .executeTakeFirstOrThrow();
  const signatures = row.signatures as { path: string; base64: string }[];
  return {
    document: new Uint8Array(row.document),
    signatures: signatures.map(({ path, base64 }) => ({
      path,
      bytes: new Uint8Array(Buffer.from(base64, 'base64')),
    })),
  };
}

/** What the logs of all runs say that was committed in the governed database; by an index, without folding any of them. */
export async function committedRuns(store: Store): ReturnType<Witnesses['committed']> {
  const { rows } = await sql<{ run_id: string; phases: string[] }>`
    select run_id, array_agg(entry ->> 'phase') as phases from event
     where entry ->> 'type' = 'phase_finished'
       and entry ->> 'phase' in ('leg_b_record', 'lifecycle_enact', 'revert_execute')
     group by run_id order by run_id`.execute(store.database);
  return new Map(
    rows.map(({ run_id, phases }) => [
      run_id as RunId,
      {
        cut: phases.includes(PHASES.leg_b_record.name),
        enacted: phases.includes(PHASES.lifecycle_enact.name),
        reverted: phases.includes(PHASES.revert_execute.name),
      },
    ]),
  );
}
