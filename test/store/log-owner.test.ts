// The log of a state in PostgreSQL against the login that writes it, as a stolen one would be used.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { LOG_OWNER } from '../../src/store/log-owner.ts';
import { authorise, runLog } from '../../src/store/run-log.ts';
import { openPostgresStore } from '../../src/store/store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { logOf, PREPARED, RUN_ID, START } from '../support/run-events.ts';
import { runCommand, type Screen } from '../support/site.ts';
import { onlyWhere } from '../support/skip.ts';

const TEST_MS = 120_000;
const LOGIN = { user: 'bot', password: 'bot-only-for-tests' };

const server: TestPostgres | null = await startPostgres();

describe('the log of a state in PostgreSQL', onlyWhere(server, 'PostgreSQL absent'), () => {
  const postgres = server as TestPostgres;
  let database = '';
  const events = logOf(PREPARED);
  afterAll(() => postgres.stop());
  beforeAll(async () => {
    // The bot owns its database, as is usual.
    database = await postgres.createDatabase();
    await postgres.query('postgres', `CREATE ROLE ${LOGIN.user} LOGIN PASSWORD '${LOGIN.password}'`);
    await postgres.query('postgres', `ALTER DATABASE ${database} OWNER TO ${LOGIN.user}`);
  });

  const url = () => postgres.url(database, LOGIN);
  const protect = (...args: string[]): Promise<Screen> =>
    runCommand(['state', 'protect', ...args], {
      directory: '/tmp',
      environment: { DATABASE_URL: url(), STATE_ADMIN_URL: postgres.url(database) },
    });
  const asBot = async (statement: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: url() });
    await client.connect();
    return client.query(statement).finally(() => client.end());
  };

  it('is given away by one command, which says before and after how it stands', {
    timeout: TEST_MS,
  }, async () => {
    const store = await openPostgresStore(url(), () => undefined);
    await store.close();
    const before = await protect();
    expect(before.output).toContain('bot can act as bot, the owner of event');
    expect(before.output).toContain('run `countersign state protect --apply`');
    expect(before.code).toBe(1);
    const done = await protect('--apply');
    expect(done.output).toBe(
      'the log can be appended to with this login, and neither changed nor shortened\n',
    );
    expect(done.code).toBe(0);
    expect(await protect('--apply')).toEqual(done);
    const [role] = await postgres.query(
      database,
      `SELECT rolcanlogin, (SELECT count(*)::int FROM pg_auth_members WHERE roleid = pg_roles.oid) AS members
         FROM pg_roles WHERE rolname = '${LOG_OWNER}'`,
    );
    expect(role).toEqual({ rolcanlogin: false, members: 0 });
  });

  it('is still appended to by the bot, which starts as before', { timeout: TEST_MS }, async () => {
    const store = await openPostgresStore(url(), () => undefined);
    const [first, ...rest] = events;
    if (first?.type !== 'run_opened') throw new Error('a log begins with its opening');
    await authorise(store, {
      ...{ event: first, approval: first.approval, at: START },
      signed: { document: Buffer.from('signed'), signatures: [] },
      opens: { repository: 'demo/governance', documentId: 'charter' },
      judgement: {
        ...{ repository: 'demo/governance', pull: 1, commit: 'c'.repeat(40), runId: RUN_ID },
        ...{ path: 'approvals/a.md', documentSha256: sha256('a') },
        verdict: { verdict: 'accepted' },
      },
    });
    for (const event of rest) await runLog(store).append(event);
    expect(await runLog(store).load(RUN_ID)).toEqual(events);
    await store.close();
  });

  it.each([
    ['event', `DELETE FROM event WHERE seq = 2`],
    ['event', 'TRUNCATE event'],
    ['event', `UPDATE event SET hash = repeat('0', 64) WHERE seq = 2`],
    ['event', 'ALTER TABLE event DISABLE TRIGGER ALL'],
    ['event', 'DROP TRIGGER event_is_append_only ON event'],
    ['event', 'ALTER TABLE event OWNER TO bot'],
    ['event', 'DROP TABLE event CASCADE'],
    [
      'event',
      'CREATE TRIGGER shadow BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()',
    ],
    ['event', 'CREATE RULE nothing AS ON INSERT TO event DO INSTEAD NOTHING'],
    ['approval', 'DELETE FROM approval'],
    ['approval', 'TRUNCATE approval'],
    ['run', 'DELETE FROM run'],
    ['schema', 'DROP SCHEMA public CASCADE'],
    ['schema', 'ALTER SCHEMA public OWNER TO bot'],
    ['schema', 'ALTER SCHEMA public RENAME TO away'],
    ['function', 'DROP FUNCTION refuse_rewriting() CASCADE'],
    [
      'function',
      `CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    ],
    ['role', `SET ROLE ${LOG_OWNER}`],
    ['role', `GRANT ${LOG_OWNER} TO bot`],
    ['session', 'SET session_replication_role = replica'],
  ])('is not rewritten with its login (%s): %s', { timeout: TEST_MS }, async (_, statement) => {
    await expect(asBot(statement)).rejects.toMatchObject({ code: '42501' });
    const [row] = await postgres.query(database, 'SELECT count(*)::int AS n FROM event');
    expect(row).toEqual({ n: events.length });
  });

  it('is not emptied by its owner either, without taking the trigger away first', {
    timeout: TEST_MS,
  }, async () => {
    for (const statement of [
      'TRUNCATE event',
      'DELETE FROM event',
      'DELETE FROM approval',
      'TRUNCATE approval',
    ])
      await expect(postgres.query(database, statement)).rejects.toThrow('the event log is append-only');
  });
});
