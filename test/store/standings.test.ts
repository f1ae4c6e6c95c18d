// The columns that say where each run stands: kept with every event, made again from the log, and what is looked at by them.
import { type Kysely, Kysely as KyselyOf, PGliteDialect, sql } from 'kysely';
import type { Logger } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveRunId, type RunId } from '../../src/approval/run-id.ts';
import { readableRun } from '../../src/deployment/readable-run.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { anotherActive } from '../../src/intake/judge.ts';
import { chain, type Happening, type RunEvent } from '../../src/run/events.ts';
import { migrate } from '../../src/store/migrations.ts';
import { noteRefusedPublication } from '../../src/store/refused-publications.ts';
import { runLog } from '../../src/store/run-log.ts';
import {
  lastCompleted,
  markPublished,
  markReported,
  openInLogs,
  openRunOf,
  rebuildStandings,
  runningRuns,
  runsToPublish,
  runsToReport,
  runWithin,
} from '../../src/store/standings.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { emptyPglite, statePglite } from '../support/pglite.ts';
import {
  COMPLETE,
  CUT,
  finished,
  gateOpened,
  logOf,
  opened,
  PREPARED,
  START,
} from '../support/run-events.ts';

const fail = (error: unknown): never => {
  throw error;
};

let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(await statePglite(), fail);
});
afterAll(() => store.close());

const idOf = (name: string): RunId => deriveRunId({ documentSha256: sha256(name), signedAt: START });

const ofDocument = (happenings: readonly Happening[], document_id: string) =>
  happenings.map((one) => (one.type === 'run_opened' ? { ...one, document_id } : one));

async function openRow(database: Kysely<Tables>, runId: RunId, documentId: string, at = START) {
  const run = { run_id: runId, repository: 'demo/governance', document_id: documentId, opened_at: at };
  await database.insertInto('run').values(run).execute();
}

/** A run as the bot writes one, entry by entry. */
async function written(
  name: string,
  happenings: readonly Happening[],
  { documentId = name, at = START } = {},
): Promise<RunId> {
  const runId = idOf(name);
  await openRow(store.database, runId, documentId, at);
  for (const event of logOf(ofDocument(happenings, documentId), runId)) await runLog(store).append(event);
  return runId;
}

async function columns(database: Kysely<Tables>, runId: RunId) {
  return database.selectFrom('run_standing').selectAll().where('run_id', '=', runId).executeTakeFirst();
}

/** Behind the bot's back, as a newer version would leave it. */
async function newerEntry(database: Kysely<Tables>, runId: RunId, seq: number): Promise<void> {
  const entry = JSON.stringify({ v: 2, seq, run_id: runId, type: 'something_new' });
  const row = { run_id: runId, seq, at: START, hash: sha256(`${runId} ${seq}`), entry };
  await database.insertInto('event').values(row).execute();
}

describe('where a run stands', () => {
  it('is known after every event, in the very transaction that writes it', async () => {
    const runId = idOf('stepwise');
    await openRow(store.database, runId, 'stepwise');
    const seen: unknown[] = [];
    for (const event of logOf(ofDocument(COMPLETE, 'stepwise'), runId)) {
      await runLog(store).append(event);
      const { status, open, seq } = (await columns(store.database, runId)) ?? {};
      seen.push(`${seq} ${status} ${open ? 'open' : 'ended'}`);
    }
    expect(seen).toEqual([
      ...['1 RUNNING open', '2 RUNNING open', '3 RUNNING open', '4 RUNNING open', '5 RUNNING open'],
      '6 AWAITING_CUT_AUTHORIZATION open',
      ...['7 RUNNING open', '8 RUNNING open', '9 RUNNING open', '10 RUNNING open'],
      '11 AWAITING_LIFECYCLE_AUTHORIZATION open',
      ...['12 RUNNING open', '13 RUNNING open', '14 COMPLETED ended'],
    ]);
    expect(await columns(store.database, runId)).toMatchObject({
      ...{ has_cut: true, has_enacted: true, has_reverted: false },
    });
  });

  it('stays where it is, and so does the log, when an event is not legal there', async () => {
    const runId = await written('illegal', PREPARED);
    const log = await runLog(store).load(runId);
    const illegal = chain(log.at(-1) as RunEvent, {
      ...finished('lifecycle_enact'),
      ...{ run_id: runId, at: START },
    });
    await expect(runLog(store).append(illegal)).rejects.toThrow('is not legal');
    expect(await runLog(store).load(runId)).toEqual(log);
    expect(await columns(store.database, runId)).toMatchObject({ seq: 6 });
  });

  it('is made again from the log, and what was published stays noted', async () => {
    const runId = await written('rebuilt', CUT);
    await markPublished(store, { runId, seq: 7 }, START);
    const before = await columns(store.database, runId);
    const spoilt = { status: 'COMPLETED', open: false, seq: 3, has_cut: false, cut_until: null };
    await store.database.updateTable('run_standing').set(spoilt).where('run_id', '=', runId).execute();
    const { runs, unreadable } = await store.database.transaction().execute(rebuildStandings);
    expect(runs).toBeGreaterThan(2);
    expect(unreadable).toEqual([]);
    expect(await columns(store.database, runId)).toEqual(before);
    expect(before).toMatchObject({ published_seq: 7, has_cut: true, has_enacted: false });
  });
});

describe('what is asked of the columns', () => {
  it('is the open run of a document, and nothing of another', async () => {
    await written('ended', COMPLETE, { documentId: 'asked' });
    expect(await openRunOf(store, 'asked')).toBeUndefined();
    const runId = await written('waiting', PREPARED, { documentId: 'asked' });
    const expected = { runId, documentId: 'asked', status: 'AWAITING_CUT_AUTHORIZATION', unreadable: null };
    expect(await openRunOf(store, 'asked')).toEqual(expected);
    expect(await openRunOf(store, 'Asked')).toBeUndefined();
    const all = await openInLogs(store.database);
    expect(all).toContainEqual(expected);
    expect(all.map(({ status }) => status)).not.toContain('COMPLETED');
  });

  it('is which cut of a document was completed last', async () => {
    const later = new Date(START.getTime() + 1000);
    const newer = await written('newer', COMPLETE, { documentId: 'twice', at: later });
    await written('older', COMPLETE, { documentId: 'twice' });
    expect(await lastCompleted(store, 'twice')).toBe(newer);
    expect(await lastCompleted(store, 'never')).toBeUndefined();
  });

  it('is what executes, in all and for one document', async () => {
    const runId = await written('executing', [opened()]);
    expect(await runningRuns(store)).toContain(runId);
    expect(await runningRuns(store, { documentId: 'executing' })).toEqual([runId]);
    expect(await runningRuns(store, { documentId: 'asked' })).toEqual([]);
  });

  it('is whose approval covers an instant, up to its very end', async () => {
    const end = START.getTime() + 24 * 3600 * 1000;
    const within = (gate: 'GAP7_execution_enable' | 'SG_1_cut_authz', at: number) =>
      runWithin(store, { gate, at: new Date(at) });
    expect(await within('SG_1_cut_authz', end - 1)).toBeDefined();
    expect(await within('SG_1_cut_authz', end)).toBeUndefined();
    expect(await within('GAP7_execution_enable', end)).toBeUndefined();
  });
});

describe('a log that an older version has appended to, which knows of no columns', () => {
  it('has them again once it is looked at', async () => {
    const runId = await written('mixed', PREPARED);
    const log = { error: fail } as unknown as Logger;
    await store.database
      .updateTable('run_standing')
      .set({ seq: 0, status: 'HELD' })
      .where('run_id', '=', runId)
      .execute();
    await readableRun(runId, { store, log });
    expect(await columns(store.database, runId)).toMatchObject({ status: 'AWAITING_CUT_AUTHORIZATION' });
    await store.database.deleteFrom('run_standing').where('run_id', '=', runId).execute();
    expect(await openRunOf(store, 'mixed')).toBeUndefined();
    await readableRun(runId, { store, log });
    expect(await openRunOf(store, 'mixed')).toMatchObject({ runId });
  });
});

describe('a log with an entry that this version cannot read', () => {
  const told: unknown[] = [];
  const log = { error: (...said: unknown[]) => told.push(said) } as unknown as Logger;

  it('is told once and noted, holds up its own document alone, and goes on when it can be read again', async () => {
    const ids = [await written('of-tomorrow', PREPARED), await written('of-today', PREPARED)] as const;
    await newerEntry(store.database, ids[0], 7);
    for (const runId of [...ids, ...ids]) {
      const state = await readableRun(runId, { store, log });
      expect(state?.position.status ?? null).toBe(runId === ids[0] ? null : 'AWAITING_CUT_AUTHORIZATION');
    }
    expect(told).toEqual([
      [{ run_id: ids[0], why: expect.stringContaining('malformed') }, expect.any(String)],
    ]);
    const open = await openRunOf(store, 'of-tomorrow');
    expect(open).toMatchObject({ runId: ids[0], unreadable: expect.stringContaining('malformed') });
    expect(open && anotherActive(open).detail).toBe(
      `${ids[0]} for of-tomorrow cannot be read by this version of the bot: nobody knows whether it has ended`,
    );
    expect(await openRunOf(store, 'of-today')).toMatchObject({ runId: ids[1], unreadable: null });
    const looked = await openInLogs(store.database);
    expect(looked.filter(({ unreadable }) => unreadable !== null).map(({ runId }) => runId)).toEqual([
      ids[0],
    ]);

    await sql`alter table event disable trigger event_is_append_only`.execute(store.database);
    await store.database.deleteFrom('event').where('run_id', '=', ids[0]).where('seq', '=', 7).execute();
    await sql`alter table event enable trigger event_is_append_only`.execute(store.database);
    expect(await readableRun(ids[0], { store, log })).toMatchObject({ runId: ids[0] });
    expect(await openRunOf(store, 'of-tomorrow')).toMatchObject({ unreadable: null });
  });
});

describe('what is published', () => {
  const looked = async () => runsToPublish(store, { besides: 0 });

  it('is what was not shown yet, and no more once it is', async () => {
    const runId = await written('shown', COMPLETE);
    expect(await looked()).toContain(runId);
    await markPublished(store, { runId, seq: 13 }, START);
    expect(await looked()).toContain(runId);
    await markPublished(store, { runId, seq: 14 }, START);
    expect(await looked()).not.toContain(runId);
    await markPublished(store, { runId, seq: 13 }, START);
    expect(await looked()).not.toContain(runId);
  });

  it('is asked for again while GitHub refuses something of it', async () => {
    const runId = await written('refused', COMPLETE);
    const note = { sha256: sha256('x'), code: 'forbidden', tries: 1, refusedAt: START };
    const subject = `record of ${runId}`;
    await noteRefusedPublication(store, { repository: 'demo/governance', subject }, note);
    await markPublished(store, { runId, seq: 14 }, START);
    expect(await looked()).toContain(runId);
    await store.database.deleteFrom('refused_publication').where('subject', '=', subject).execute();
    await markPublished(store, { runId, seq: 14 }, START);
    expect(await looked()).not.toContain(runId);
  });

  it('is besides what is open and was looked at longest ago', async () => {
    const ids = [await written('once', PREPARED), await written('then', PREPARED)];
    await store.database
      .updateTable('run_standing')
      .set({ published_seq: sql<number>`seq`, looked_at: new Date(START.getTime() + 5000) })
      .execute();
    for (const [index, runId] of ids.entries())
      await markPublished(store, { runId, seq: 6 }, new Date(START.getTime() + index));
    expect(await looked()).toEqual([]);
    expect(await runsToPublish(store, { besides: 1 })).toEqual([ids[0]]);
    expect(await runsToPublish(store, { besides: 2 })).toEqual(ids);
  });

  it('is reported by a count of its own', async () => {
    const runId = await written('told', PREPARED);
    expect(await runsToReport(store)).toContain(runId);
    await markReported(store, { runId, seq: 6 });
    expect(await runsToReport(store)).not.toContain(runId);
    await runLog(store).append(
      chain((await runLog(store).load(runId)).at(-1) as RunEvent, {
        ...gateOpened('SG_1_cut_authz', 2),
        ...{ run_id: runId, at: START },
      }),
    );
    expect(await runsToReport(store)).toContain(runId);
  });
});

describe('a state from before there were columns', () => {
  it('has them after its migration, made from the logs, and says which log it cannot read', async () => {
    const pglite = await emptyPglite();
    const earlier = new KyselyOf<Tables>({ dialect: new PGliteDialect({ pglite }) });
    await migrate(earlier as unknown as Kysely<never>, { to: '006_log' });
    const insert = async (name: string, happenings: readonly Happening[]) => {
      const runId = idOf(name);
      await openRow(earlier, runId, name);
      for (const { seq, hash, at, ...event } of logOf(ofDocument(happenings, name), runId)) {
        const entry = JSON.stringify({ seq, hash, at, ...event });
        await earlier.insertInto('event').values({ run_id: runId, seq, hash, at, entry }).execute();
      }
      return runId;
    };
    const done = await insert('done', COMPLETE);
    const waits = await insert('waits', CUT);
    const newer = await insert('newer', PREPARED);
    await newerEntry(earlier, newer, 7);

    const migrated = await openEmbeddedStore(pglite, fail);
    expect(await columns(migrated.database, done)).toMatchObject({
      ...{ document_id: 'done', status: 'COMPLETED', open: false, seq: 14, published_seq: 0 },
    });
    expect(await openRunOf(migrated, 'waits')).toMatchObject({
      ...{ runId: waits, status: 'AWAITING_LIFECYCLE_AUTHORIZATION' },
    });
    expect(await openRunOf(migrated, 'newer')).toEqual({
      ...{ runId: newer, documentId: 'newer', status: 'UNREADABLE' },
      unreadable: expect.stringContaining('malformed'),
    });
    expect(await runsToPublish(migrated, { besides: 0 })).toEqual([done, newer, waits].toSorted());
    await migrated.close();
  });
});
