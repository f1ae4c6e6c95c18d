// What only a real server shows: separate logins, killed sessions, a fence between processes, refused passwords.
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type AdminDatabase, GovernedFault } from '../../src/governed/database.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { findWrittenRun } from '../../src/governed/readback.ts';
import { installSchema } from '../../src/governed/schema.ts';
import { checkSchema } from '../../src/governed/schema-check.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import {
  begin,
  countRows,
  cut,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  enabled,
  ready,
  realBackend,
  verifyOptions,
  write,
} from './fixture.ts';

const RUN = 'run-20260521-0000000000000001';
const INSUFFICIENT_PRIVILEGE = '42501';
// Its digest is not that of its body.
const ROW = {
  ...{
    action: 'create',
    ordinal: 1,
    key: 'k',
    parent: null,
    unit_kind: 'article',
    section_type: 'normative',
  },
  ...{ title: 't', body: 'b', sha256: 'wrong' },
};

async function writtenRows(root: AdminDatabase): Promise<number> {
  return Object.values(await countRows(root)).reduce((sum, rows) => sum + rows, 0);
}

describe('on a real server', () => {
  const openDatabase = databasesOf(realBackend);
  const open = async () => {
    const { settings, ...rest } = await openDatabase();
    if (!settings) throw new Error('a real database has settings');
    return { settings, ...rest };
  };

  test('each role fails to do what it must not', async () => {
    const { db, settings } = await open();
    await cutAndVerify(db);
    const forbidden = {
      exec: [
        "INSERT INTO public.information_unit (document_id, key) VALUES ('x', 'y')",
        "UPDATE public.information_unit SET lifecycle_status = 'enacted'",
        "UPDATE public.unit_version SET body = ''",
        'DELETE FROM public.iu_lifecycle_log',
        'UPDATE cutter_governance.cut_change_set SET enacted_at = now()',
        `INSERT INTO cutter_governance.cut_change_set (run_id, reverted_at) VALUES ('${RUN}', now())`,
        `INSERT INTO cutter_governance.verify_result (change_set_id, run_id, kind, result, result_sha256) VALUES (1, '${RUN}', 'write', '{}', '${'0'.repeat(64)}')`,
        'DELETE FROM cutter_governance.signature',
        'CREATE TABLE public.mine (n int)',
        'CREATE TEMPORARY TABLE mine (n int)',
        'CREATE SCHEMA mine',
        'SET ROLE cutter_verify',
        'SET ROLE workflow_admin',
        "SELECT lo_from_bytea(0, 'x')",
        `SELECT cutter_guard.authorise('${RUN}', 'SG_1_cut_authz', NULL)`,
        `SELECT cutter_governance.fn_verify('${RUN}', 'write')`,
        'UPDATE cutter_governance.approval SET withdrawn_by = NULL',
        'SELECT FROM cutter_governance.write_fence FOR UPDATE',
        'SELECT * FROM pg_authid',
        "COPY public.unit_version TO '/tmp/stolen'",
      ],
      verify: [
        `SELECT * FROM public.fn_iu_create('${RUN}', '[]')`,
        `SELECT * FROM public.fn_iu_enact('${RUN}')`,
        `SELECT * FROM public.fn_iu_revert('${RUN}', '', false)`,
        `SELECT cutter_guard.master_on('x')`,
        `SELECT cutter_governance.fn_master_off('x')`,
        "UPDATE cutter_governance.verify_result SET result = '{}'",
        'DELETE FROM cutter_governance.verify_result',
        'CREATE TEMPORARY TABLE mine (n int)',
        'SET ROLE cutter_exec',
        ...['information_unit', 'unit_version', 'iu_lifecycle_log'].map(
          (table) => `INSERT INTO public.${table} DEFAULT VALUES`,
        ),
        ...['cut_change_set', 'manifest_envelope', 'signature'].map(
          (table) => `INSERT INTO cutter_governance.${table} DEFAULT VALUES`,
        ),
      ],
    };
    for (const login of ['exec', 'verify'] as const) {
      const client = new pg.Client({ ...settings, ...settings[login] });
      await client.connect();
      for (const statement of forbidden[login]) {
        await expect(client.query(statement), `${login}: ${statement}`).rejects.toMatchObject({
          code: INSUFFICIENT_PRIVILEGE,
        });
      }
      await client.end();
    }
  });

  test('what the caller puts on its search path cannot stand in for what the functions name', async () => {
    const { db, settings, root } = await open();
    const { runId, change } = await ready(db);
    await root.admin((writer) =>
      writer.script(`CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO cutter_exec;
        CREATE FUNCTION trap.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea';
        CREATE FUNCTION trap.encode(bytea, text) RETURNS text LANGUAGE sql AS 'SELECT ''wrong''::text';
        CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''-infinity''::timestamptz'`),
    );
    const client = new pg.Client({ ...settings, ...settings.exec });
    await client.connect();
    await client.query('SET search_path = trap, pg_catalog, public; BEGIN');
    const { header, cutplan_sha256 } = change;
    await client.query('SELECT cutter_governance.fn_open_cut($1, $2, $3, $4)', [
      ...[runId, cutplan_sha256, header.profile, header.granularity],
    ]);
    const call = `SELECT * FROM public.fn_iu_create('${runId}', '${JSON.stringify([ROW])}')`;
    await expect(client.query(call)).rejects.toThrow(/unit_version_digest/);
    await client.end();
    expect(await writtenRows(root)).toBe(0);
  });

  test('a session killed in the middle of the writes leaves nothing, and one killed after them leaves all', async () => {
    const { db, root } = await open();
    const kill = () =>
      root.admin((writer) =>
        writer.script(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cutter_exec' AND datname = current_database()",
        ),
      );
    const run = await ready(db);
    const options = { assertEnabled: enabled, behind: { runId: run.runId, gate: 'SG_1_cut_authz' } } as const;
    const killed = db.write('cutter_exec', options, async (writer) => {
      await writeLegA(writer, run);
      await kill();
      await takeSnapshot(writer, { documentId: 'charter' });
    });
    await expect(killed).rejects.toMatchObject({ code: 'connection_lost' });
    expect(await writtenRows(root)).toBe(0);

    const outputs = await write(db, run);
    await kill();
    const found = await db.read('cutter_verify', (reader) => findWrittenRun(reader, run.runId));
    expect(found).toMatchObject(outputs);
    await cut(db, { documentId: 'another' });
  });

  test('a session killed at its last statement is told apart from one whose COMMIT is in doubt', async () => {
    const { db, root } = await open();
    const killed = db.write('cutter_exec', { assertEnabled: enabled }, async () => {
      await root.admin((writer) =>
        writer.script(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cutter_exec' AND datname = current_database()",
        ),
      );
    });
    await expect(killed).rejects.toMatchObject({ code: 'commit_unknown' });
  });

  test('database_busy: two processes cannot write at once, and the fence ends with its session', async () => {
    const { db, settings } = await open();
    const other = openPostgres(settings);
    const [run, waiting] = [await ready(db), await ready(db, { documentId: 'another' })];
    const done = await cut(db, { documentId: 'a-third' });
    const options = { assertEnabled: enabled, behind: { runId: run.runId, gate: 'SG_1_cut_authz' } } as const;
    await db.write('cutter_exec', options, async () => {
      await expect(write(other, waiting)).rejects.toMatchObject({ code: 'database_busy' });
      await expect(verifyWrite(other, await verifyOptions(done))).rejects.toMatchObject({
        code: 'database_busy',
      });
    });
    await write(other, waiting);
    await other.close();
  });

  test('who may not write cannot hold up those who may', async () => {
    const { db, settings } = await open();
    const run = await ready(db);
    const thief = new pg.Client({ ...settings, ...settings.exec });
    await thief.connect();
    await thief.query('BEGIN');
    for (const attempt of [
      `SELECT cutter_governance.fn_open_write('${RUN}', 'SG_1_cut_authz')`,
      `SELECT cutter_governance.fn_open_write('${run.runId}', 'SG_2_lifecycle_authz')`,
      'SELECT pg_advisory_xact_lock(1668576110, 1)',
      'LOCK TABLE public.information_unit IN ACCESS SHARE MODE',
    ]) {
      await thief.query('SAVEPOINT here');
      await thief.query(attempt).catch(() => thief.query('ROLLBACK TO here'));
    }
    await write(db, run);
    await thief.end();
  });

  test('write_verify repeated after a crash answers the same and writes one result', async () => {
    const { db, root } = await open();
    const done = await cut(db);
    const first = await verifyWrite(db, await verifyOptions(done));
    expect(await verifyWrite(db, await verifyOptions(done))).toEqual(first);
    expect((await countRows(root))['cutter_governance.verify_result']).toBe(1);
  });

  test('a login that is not its role is never used, and no message holds a password', async () => {
    const { settings } = await open();
    const crossed = openPostgres({ ...settings, exec: settings.verify });
    await expect(begin(crossed)).rejects.toMatchObject({ code: 'wrong_role' });
    await crossed.close();
    const refused = openPostgres({ ...settings, exec: { user: 'cutter_exec', password: 'not-this-one' } });
    const error: unknown = await refused.now().catch((thrown: unknown) => thrown);
    await refused.close();
    expect(error).toBeInstanceOf(GovernedFault);
    expect(JSON.stringify(error) + String(error)).not.toContain('not-this-one');
  });

  test('a refused row is not quoted', async () => {
    const { db } = await open();
    const run = await ready(db);
    const [first, ...rest] = run.change.rows;
    if (!first) throw new Error('a charter has rows');
    const rows = [{ ...first, body: 'secret text' }, ...rest];
    const refused = write(db, { ...run, change: { ...run.change, rows } });
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'refused', sqlState: '23514' });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret text');
  });

  test('the database shows its own clock', async () => {
    const { db } = await open();
    expect(Math.abs((await db.now()).getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('installing again changes nothing, also as workflow_admin itself', async () => {
    const { db, root, settings } = await open();
    await cutAndEnact(db);
    const rows = await countRows(root);
    const admin = { user: 'workflow_admin', password: 'admin-only-for-tests' };
    await root.admin((writer) => setPasswords(writer, { workflow_admin: admin }));
    const asAdmin = openPostgresAdmin({ ...settings, admin });
    expect((await installSchema(asAdmin)).mended).toEqual([]);
    expect(await countRows(asAdmin)).toEqual(rows);
    expect(await checkSchema(asAdmin)).toMatchObject({ differences: [], deviations: [] });
    await asAdmin.close();
  });

  test('the check names what differs from the expected schema', async () => {
    const { root } = await open();
    expect(await checkSchema(root)).toMatchObject({ differences: [], deviations: [] });
    await root.admin((writer) =>
      writer.script(`ALTER TABLE public.unit_version DROP CONSTRAINT unit_version_digest;
        ALTER TABLE public.information_unit ADD COLUMN note text;
        CREATE RULE quiet AS ON INSERT TO cutter_governance.signature DO INSTEAD NOTHING;
        CREATE OR REPLACE FUNCTION public.fn_iu_enact(p_run_id text) RETURNS TABLE (unit_id bigint, status text)
          LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint, ''enacted'''`),
    );
    const { differences } = await checkSchema(root);
    expect(
      differences.map(({ object, expected, found }) => [object, expected === null, found === null]),
    ).toEqual([
      ['column information_unit.note', true, false],
      ['constraint unit_version.unit_version_digest', false, true],
      ['function fn_iu_enact(p_run_id text)', false, false],
      ['rule signature.quiet', true, false],
    ]);
  });
});
