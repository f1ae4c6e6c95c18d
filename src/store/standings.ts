// Where each run stands, in columns: kept in the transaction of every event, so that finding out what is open folds no log.
// The log stays the truth about a run; from it these columns are made again at any time.
import { sql } from 'kysely';
import type { RunId } from '../approval/run-id.ts';
import { decodeLog, EventLogFault } from '../run/events.ts';
import { fold, isTerminal, newestStanding, type RunState, type RunStatus } from '../run/state.ts';
import { addToTally, rebuildTally } from './committed-tally.ts';
import type { StateConnection, Store } from './store.ts';

/** `UNREADABLE`: this version has never been able to read its log, so nobody knows whether it has ended. */
export type StandingStatus = RunStatus | 'UNREADABLE';

export interface Standing {
  readonly runId: RunId;
  readonly documentId: string;
  readonly status: StandingStatus;
  /** Why this version cannot read its log; null when it can. */
  readonly unreadable: string | null;
}

/** Of a log that was appended to just now, in the same transaction. Throws EventLogFault: then nothing is appended. */
export async function keepStanding(connection: StateConnection, runId: RunId): Promise<void> {
  const [run] = await runsWithLogs(connection, [runId]);
  if (!run) throw new Error(`there is no run ${runId}`);
  const columns = columnsOf(run, foldOf(run));
  const before = await connection
    .selectFrom('run_standing')
    .select(['has_cut', 'has_enacted', 'has_reverted'])
    .where('run_id', '=', runId)
    .executeTakeFirst();
  await write(connection, [columns]);
  await addToTally(connection, { before, now: columns });
}

const AT_A_TIME = 200;

/** The columns of every run, made from its log; of one that this version cannot read, that it is so. */
async function* inLogs(connection: StateConnection): AsyncGenerator<readonly Columns[]> {
  for (let after = ''; ; ) {
    const ids = await connection
      .selectFrom('run')
      .select('run_id')
      .where('run_id', '>', after)
      .orderBy('run_id')
      .limit(AT_A_TIME)
      .execute();
    if (ids.length === 0) return;
    after = ids.at(-1)?.run_id ?? '';
    const runs = await runsWithLogs(
      connection,
      ids.map(({ run_id }) => run_id as RunId),
    );
    yield runs.map((run) => {
      try {
        return columnsOf(run, foldOf(run));
      } catch (error) {
        if (!(error instanceof EventLogFault)) throw error;
        return unreadableColumnsOf(run, error);
      }
    });
  }
}

export interface Rebuilt {
  readonly runs: number;
  readonly unreadable: readonly Standing[];
}

/** Makes the columns of every run again from its log, in a transaction. Whoever appends meanwhile waits for its end. */
export async function rebuildStandings(connection: StateConnection): Promise<Rebuilt> {
  // Otherwise what was read before an append could be written behind it.
  await sql`lock table run_standing in share row exclusive mode`.execute(connection);
  const unreadable: Standing[] = [];
  let runs = 0;
  for await (const columns of inLogs(connection)) {
    await write(connection, columns);
    runs += columns.length;
    unreadable.push(...columns.map(standingOf).filter((one) => one.unreadable !== null));
  }
  await rebuildTally(connection);
  return { runs, unreadable };
}

/** Every run that has not ended, or that this version cannot read, by the logs themselves: for a state that is only looked at. */
export async function openInLogs(connection: StateConnection): Promise<Standing[]> {
  const found: Standing[] = [];
  for await (const columns of inLogs(connection))
    found.push(...columns.filter(({ open }) => open).map(standingOf));
  return found;
}

interface RunWithLog {
  readonly runId: RunId;
  readonly repository: string;
  readonly documentId: string;
  readonly openedAt: Date;
  readonly entries: readonly unknown[];
}

async function runsWithLogs(connection: StateConnection, ids: readonly RunId[]): Promise<RunWithLog[]> {
  const runs = await connection.selectFrom('run').selectAll().where('run_id', 'in', ids).execute();
  const rows = await connection
    .selectFrom('event')
    .select(['run_id', 'entry'])
    .where('run_id', 'in', ids)
    .orderBy('run_id')
    .orderBy('seq')
    .execute();
  const entries = Map.groupBy(rows, ({ run_id }) => run_id);
  return runs.map(({ run_id, repository, document_id, opened_at }) => ({
    runId: run_id as RunId,
    ...{ repository, documentId: document_id, openedAt: opened_at },
    entries: (entries.get(run_id) ?? []).map(({ entry }) => entry),
  }));
}

function foldOf({ entries }: RunWithLog): RunState {
  return fold(decodeLog(entries));
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(run: RunWithLog, state: RunState) {
  const until = (gate: 'GAP7_execution_enable' | 'SG_1_cut_authz') =>
    newestStanding(state, gate)?.valid_until ?? null;
  const finished = new Set<string>(state.finished.map(({ phase }) => phase));
  return {
    ...placeOf(run),
    status: state.position.status as StandingStatus,
    open: !isTerminal(state.position.status),
    unreadable: null as string | null,
    seq: state.head.seq,
    enabled_until: until('GAP7_execution_enable'),
    cut_until: until('SG_1_cut_authz'),
    has_cut: finished.has('leg_b_record'),
    has_enacted: finished.has('lifecycle_enact'),
    has_reverted: finished.has('revert_execute'),
  };
}

// Nobody knows whether it has ended, so it holds up its document as if it had not.
function unreadableColumnsOf(run: RunWithLog, { message }: EventLogFault): Columns {
  return {
    ...placeOf(run),
    status: 'UNREADABLE',
    open: true,
    unreadable: message,
    seq: run.entries.length,
    enabled_until: null,
    cut_until: null,
    has_cut: false,
    has_enacted: false,
    has_reverted: false,
  };
}

function placeOf({ runId, repository, documentId, openedAt }: RunWithLog) {
  return { run_id: runId, repository, document_id: documentId, opened_at: openedAt };
}

/** What was published and looked at is no part of the log, and stays. */
async function write(connection: StateConnection, columns: readonly Columns[]): Promise<void> {
  if (columns.length === 0) return;
  await connection
    .insertInto('run_standing')
    .values(columns.map((one) => ({ ...one, published_seq: 0, reported_seq: 0, looked_at: null })))
    .onConflict((conflict) =>
      conflict.column('run_id').doUpdateSet((row) => ({
        status: row.ref('excluded.status'),
        open: row.ref('excluded.open'),
        unreadable: row.ref('excluded.unreadable'),
        seq: row.ref('excluded.seq'),
        enabled_until: row.ref('excluded.enabled_until'),
        cut_until: row.ref('excluded.cut_until'),
        has_cut: row.ref('excluded.has_cut'),
        has_enacted: row.ref('excluded.has_enacted'),
        has_reverted: row.ref('excluded.has_reverted'),
      })),
    )
    .execute();
}

/** The run of this document that has not ended; undefined when there is none. */
export async function openRunOf(
  { database }: { database: StateConnection },
  documentId: string,
): Promise<Standing | undefined> {
  const row = await database
    .selectFrom('run_standing')
    .select(['run_id', 'document_id', 'status', 'unreadable'])
    .where('document_id', '=', documentId)
    .where('open', '=', true)
    .orderBy('opened_at')
    .limit(1)
    .executeTakeFirst();
  return row && standingOf(row);
}

function standingOf(row: {
  run_id: string;
  document_id: string;
  status: string;
  unreadable: string | null;
}): Standing {
  const { run_id, document_id, status, unreadable } = row;
  return {
    runId: run_id as RunId,
    documentId: document_id,
    status: status as StandingStatus,
    unreadable,
  };
}

/** The runs that a worker has to go on with; of this document alone when one is named. */
export async function runningRuns(
  store: Store,
  { documentId }: { documentId?: string } = {},
): Promise<RunId[]> {
  const rows = await store.database
    .selectFrom('run_standing')
    .select('run_id')
    .where('status', '=', 'RUNNING')
    .$if(documentId !== undefined, (query) => query.where('document_id', '=', documentId ?? ''))
    .orderBy('opened_at')
    .execute();
  return rows.map(({ run_id }) => run_id as RunId);
}

/** The run whose cut of this document was completed last. */
export async function lastCompleted(store: Store, documentId: string): Promise<RunId | undefined> {
  const row = await store.database
    .selectFrom('run_standing')
    .select('run_id')
    .where('document_id', '=', documentId)
    .where('status', '=', 'COMPLETED')
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.run_id as RunId | undefined;
}

/** A run whose newest approval for this gate covers `at`; the oldest of them. */
export async function runWithin(
  store: Store,
  { gate, at }: { gate: 'GAP7_execution_enable' | 'SG_1_cut_authz'; at: Date },
): Promise<RunId | undefined> {
  const until = gate === 'SG_1_cut_authz' ? 'cut_until' : 'enabled_until';
  const row = await store.database
    .selectFrom('run_standing')
    .select('run_id')
    .where(until, '>', at)
    .where('unreadable', 'is', null)
    .orderBy('opened_at')
    .limit(1)
    .executeTakeFirst();
  return row?.run_id as RunId | undefined;
}

/** Runs of which something was not shown yet, and for the rest those open ones that were looked at longest ago. */
export async function runsToPublish(store: Store, { besides }: { besides: number }): Promise<RunId[]> {
  const { database } = store;
  const behind = await database
    .selectFrom('run_standing')
    .select('run_id')
    .where('published_seq', '<', sql<number>`seq`)
    .orderBy('run_id')
    .execute();
  const oldest = await database
    .selectFrom('run_standing')
    .select('run_id')
    .where('open', '=', true)
    .orderBy('looked_at', (order) => order.asc().nullsFirst())
    .limit(besides)
    .execute();
  return [...new Set([...behind, ...oldest].map(({ run_id }) => run_id as RunId))];
}

/** Runs of which something was not reported yet. */
export async function runsToReport(store: Store): Promise<RunId[]> {
  const rows = await store.database
    .selectFrom('run_standing')
    .select('run_id')
    .where('reported_seq', '<', sql<number>`seq`)
    .orderBy('run_id')
    .execute();
  return rows.map(({ run_id }) => run_id as RunId);
}

/** The log was shown up to this entry, as far as GitHub takes it: what it refused is asked for again later. */
export async function markPublished(
  store: Store,
  { runId, seq }: { runId: RunId; seq: number },
  at: Date,
): Promise<void> {
  await store.database
    .updateTable('run_standing')
    .set({
      looked_at: at,
      published_seq: sql<number>`case when exists (
        select from refused_publication where position(run_standing.run_id in subject) > 0
      ) then published_seq else greatest(published_seq, ${seq}) end`,
    })
    .where('run_id', '=', runId)
    .execute();
}

export async function markReported(
  store: Store,
  { runId, seq }: { runId: RunId; seq: number },
): Promise<void> {
  await store.database
    .updateTable('run_standing')
    .set({ reported_seq: sql<number>`greatest(reported_seq, ${seq})` })
    .where('run_id', '=', runId)
    .execute();
}

/** Notes why this version cannot read the log of a run. Returns false when it was noted before. */
export async function noteUnreadable(
  store: Store,
  runId: RunId,
  { message }: EventLogFault,
): Promise<boolean> {
  const noted = await store.database
    .updateTable('run_standing')
    .set({ unreadable: message })
    .where('run_id', '=', runId)
    .where('unreadable', 'is distinct from', message)
    .returning('run_id')
    .executeTakeFirst();
  return noted !== undefined;
}

/**
 * A log that was read just now, up to this entry. Where the columns are of an earlier one, or of none, because this version
 * could not read it or an older one has appended to it, they are made from it.
 */
export async function noteReadable(
  store: Store,
  { runId, seq }: { runId: RunId; seq: number },
): Promise<void> {
  const row = await store.database
    .selectFrom('run_standing')
    .select(['unreadable', 'seq'])
    .where('run_id', '=', runId)
    .executeTakeFirst();
  if (row && row.unreadable === null && row.seq >= seq) return;
  await store.database.transaction().execute(async (via) => {
    // Otherwise what was read before an append could be written behind it.
    await sql`lock table run_standing in share row exclusive mode`.execute(via);
    await keepStanding(via, runId);
  });
}
