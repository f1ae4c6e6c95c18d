// What `db init` meets in its cluster: other databases, and another `db init`: of the same database, and of another in the same cluster, whose roles they share.
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresAdmin } from '../../src/governed/postgres.ts';
import { checkSchema } from '../../src/governed/schema-check.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { runCommand } from '../support/site.ts';
import { leaveOut } from '../support/skip.ts';

let server: TestPostgres | null;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

function init({ host, port, superuser }: TestPostgres, database: string) {
  return runCommand(['db', 'init', '--deployment', 'test'], {
    directory: tmpdir(),
    environment: {
      ...{ DOT_CUTTER_DB_HOST: host, DOT_CUTTER_DB_PORT: String(port), DOT_CUTTER_DB_NAME: database },
      ...{ DOT_CUTTER_DB_SSLMODE: 'disable' },
      ...{ DOT_CUTTER_ADMIN_DB_USER: superuser.user, DOT_CUTTER_ADMIN_DB_PASSWORD: superuser.password },
      ...{ DOT_CUTTER_EXEC_DB_USER: 'cutter_exec', DOT_CUTTER_EXEC_DB_PASSWORD: 'exec-at-once' },
      ...{ DOT_CUTTER_VERIFY_DB_USER: 'cutter_verify', DOT_CUTTER_VERIFY_DB_PASSWORD: 'verify-at-once' },
      ...{ DOT_CUTTER_BACKUP_DB_USER: 'cutter_backup', DOT_CUTTER_BACKUP_DB_PASSWORD: 'backup-at-once' },
    },
  });
}

async function isAsExpected({ host, port, superuser }: TestPostgres, database: string): Promise<boolean> {
  const place = { host, port, database, sslMode: 'disable', sslRootCertificate: undefined } as const;
  const root = openPostgresAdmin({ ...place, admin: superuser });
  const { differences, deviations } = await checkSchema(root);
  await root.close();
  return differences.length + deviations.length === 0;
}

describe('the other databases of the cluster', () => {
  test('are named by the check while everybody may enter them, and not when they are shut', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const database = await server.createDatabase();
    expect((await init(server, database)).code).toBe(0);
    const { host, port, superuser } = server;
    const place = { host, port, database, sslMode: 'disable', sslRootCertificate: undefined } as const;
    const root = openPostgresAdmin({ ...place, admin: superuser });
    const named = async () => (await checkSchema(root)).elsewhere;
    expect(await named()).toContainEqual({
      database: 'postgres',
      mend: 'REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC;',
    });
    for (const { mend } of await named()) await server.query(database, mend);
    expect(await named()).toEqual([]);
    await root.close();
  });
});

describe('two `db init` at once', () => {
  for (const where of ['of one database', 'of two databases of one cluster'] as const) {
    test(`${where} both end well`, async () => {
      if (!server) return leaveOut('PostgreSQL absent');
      const one = await server.createDatabase();
      const other = where === 'of one database' ? one : await server.createDatabase();
      const both = await Promise.all([init(server, one), init(server, other)]);
      expect(both.map(({ code, output }) => (code === 0 ? '' : output))).toEqual(['', '']);
      expect(await isAsExpected(server, one)).toBe(true);
      expect(await isAsExpected(server, other)).toBe(true);
      for (const name of new Set([one, other])) await server.dropDatabase(name);
    });
  }

  test('that change the logins of one cluster at the same moment both end well', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const databases = [await server.createDatabase(), await server.createDatabase()];
    for (const database of databases) await init(server, database);
    // As the other would: the row of the login is changed and not committed yet.
    const other = new pg.Client({ connectionString: server.url('postgres') });
    await other.connect();
    await other.query('BEGIN; ALTER ROLE cutter_exec CONNECTION LIMIT 20');
    const one = init(server, databases[0] ?? '');
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER ROLE%'`;
    while ((await server.query('postgres', waiting)).length === 0) await sleep(20);
    await other.query('ALTER ROLE cutter_exec CONNECTION LIMIT -1; COMMIT');
    await other.end();
    const { code, output } = await one;
    expect(code === 0 ? '' : output).toBe('');
    for (const database of databases) await server.dropDatabase(database);
  });
});
