// What only a real server shows: separate logins, killed sessions, a fence between processes, refused passwords.
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { GovernedFault } from '../../src/governed/database.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { findWrittenRun } from '../../src/governed/readback.ts';
import { installSchema } from '../../src/governed/schema.ts';
import { checkSchema } from '../../src/governed/schema-check.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import {
  CHARTER,
  countRows,
  cut,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  enabled,
  planFor,
  realBackend,
  runId,
  verifyOptions,
} from './fixture.ts';

const RUN = runId(1);
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

describe('on a real server', () => {
  const openDatabase = databasesOf(realBackend);
  const open = async () => {
    const { settings, ...rest } = await openDatabase();
    if (!settings) throw new Error('a real database has settings');
    return { settings, ...rest };
  };

  test('each role fails to do what it must not', async () => {
    const { db, settings } = await open();
    await cutAndVerify(db, { runId: RUN });
    const forbidden = {
      exec: [
        "INSERT INTO public.information_unit (document_id, key) VALUES ('x', 'y')",
        "UPDATE public.information_unit SET status = 'enacted'",
        "UPDATE public.unit_version SET body = ''",
        'DELETE FROM public.iu_lifecycle_log',
        'UPDATE cutter_governance.cut_change_set SET enacted_at = now()',
        `INSERT INTO cutter_governance.cut_change_set (run_id, reverted_at) VALUES ('${runId(2)}', now())`,
        `INSERT INTO cutter_governance.verify_result (change_set_id, run_id, kind, result, result_sha256) VALUES (1, '${RUN}', 'write', '{}', '${'0'.repeat(64)}')`,
        'DELETE FROM cutter_governance.signature',
        'CREATE TABLE public.mine (n int)',
        'CREATE TEMPORARY TABLE mine (n int)',
        'CREATE SCHEMA mine',
        'SET ROLE cutter_verify',
        'SET ROLE workflow_admin',
        'SELECT * FROM pg_authid',
        "COPY public.unit_version TO '/tmp/stolen'",
      ],
      verify: [
        `SELECT * FROM public.fn_iu_create('${runId(2)}', 'x', '[]')`,
        `SELECT * FROM public.fn_iu_enact('${RUN}')`,
        `SELECT * FROM public.fn_iu_revert('${RUN}', 'soft')`,
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
    const { settings, root } = await open();
    await root.admin((writer) =>
      writer.script(`CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO cutter_exec;
        CREATE FUNCTION trap.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea';
        CREATE FUNCTION trap.encode(bytea, text) RETURNS text LANGUAGE sql AS 'SELECT ''wrong''::text'`),
    );
    const client = new pg.Client({ ...settings, ...settings.exec });
    await client.connect();
    await client.query('SET search_path = trap, pg_catalog, public');
    const call = `SELECT * FROM public.fn_iu_create('${RUN}', 'x', '${JSON.stringify([ROW])}')`;
    await expect(client.query(call)).rejects.toThrow(/unit_version_digest/);
    await client.end();
    expect(Object.values(await countRows(root)).every((rows) => rows === 0)).toBe(true);
  });

  test('a session killed in the middle of the writes leaves nothing, and one killed after them leaves all', async () => {
    const { db, root } = await open();
    const kill = () =>
      root.admin((writer) =>
        writer.script(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cutter_exec' AND datname = current_database()",
        ),
      );
    const killed = db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
      const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
      await writeLegA(writer, { runId: RUN, documentId: 'charter', change });
      await kill();
      await takeSnapshot(writer, 'charter');
    });
    await expect(killed).rejects.toMatchObject({ code: 'connection_lost' });
    expect(Object.values(await countRows(root)).every((rows) => rows === 0)).toBe(true);

    const done = await cut(db, { runId: RUN });
    await kill();
    const found = await db.read('cutter_verify', (reader) => findWrittenRun(reader, RUN));
    expect(found).toMatchObject(done.outputs);
    await cut(db, { runId: runId(2), documentId: 'another' });
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
    await db.write('cutter_exec', { assertEnabled: enabled }, async () => {
      await expect(cut(other, { runId: runId(2) })).rejects.toMatchObject({ code: 'database_busy' });
      const verifying = other.write('cutter_verify', { assertEnabled: enabled }, async () => {});
      await expect(verifying).rejects.toMatchObject({ code: 'database_busy' });
    });
    await cut(other, { runId: runId(2) });
    await other.close();
  });

  test('write_verify repeated after a crash answers the same and writes one result', async () => {
    const { db, root } = await open();
    const done = await cut(db, { runId: RUN });
    const first = await verifyWrite(db, verifyOptions(done));
    expect(await verifyWrite(db, verifyOptions(done))).toEqual(first);
    expect((await countRows(root))['cutter_governance.verify_result']).toBe(1);
  });

  test('a login that is not its role is never used, and no message holds a password', async () => {
    const { settings } = await open();
    const crossed = openPostgres({ ...settings, exec: settings.verify });
    await expect(cut(crossed, { runId: RUN })).rejects.toMatchObject({ code: 'wrong_role' });
    await crossed.close();
    const refused = openPostgres({ ...settings, exec: { user: 'cutter_exec', password: 'not-this-one' } });
    const error: unknown = await refused.now().catch((thrown: unknown) => thrown);
    await refused.close();
    expect(error).toBeInstanceOf(GovernedFault);
    expect(JSON.stringify(error) + String(error)).not.toContain('not-this-one');
  });

  test('a refused row is not quoted', async () => {
    const { db } = await open();
    const refused = db.write('cutter_exec', { assertEnabled: enabled }, (writer) =>
      writer.write("SELECT * FROM public.fn_iu_create($1, 'x', $2::text::jsonb)", [
        RUN,
        JSON.stringify([{ ...ROW, body: 'secret text' }]),
      ]),
    );
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
    await cutAndEnact(db, { runId: RUN });
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
