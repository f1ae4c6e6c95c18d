// A governed database that version 0.1.0 made (upgrade/0.1.0.sql, dumped from a real one: a charter enacted by one run and
// cut again by a second), brought over by `db init`.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planRevert } from '../../src/governed/compensation.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { findWrittenRun } from '../../src/governed/readback.ts';
import { installSchema } from '../../src/governed/schema.ts';
import { checkSchema } from '../../src/governed/schema-check.ts';
import { readUnits } from '../../src/governed/units.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { foundDeployment } from '../support/signing.ts';
import { leaveOut } from '../support/skip.ts';
import { CHARTER, countRows, cutAndEnact, revert, sovereign } from './fixture.ts';

const ENACTED = 'run-20260521-0000000000000001';
const WAITING = 'run-20260521-0000000000000002';
/** With guards, signatures and heads, as it was before the next release: one run enacted, one waiting for SG_2. */
const GUARDED = readFileSync(new URL('./upgrade/two-runs.sql', import.meta.url), 'utf8');
const OLD = readFileSync(new URL('./upgrade/0.1.0.sql', import.meta.url), 'utf8');

let server: TestPostgres | null;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

interface Old {
  readonly root: AdminDatabase;
  readonly db: GovernedDatabase;
  upgrade(): Promise<void>;
  close(): Promise<void>;
}

async function openOld(running: TestPostgres, dump = OLD): Promise<Old> {
  const database = await running.createDatabase();
  for (const role of ['workflow_admin', 'cutter_exec', 'cutter_verify', 'cutter_backup'])
    await running.query(
      database,
      `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
  await running.query(database, dump);
  const exec = { user: 'cutter_exec', password: 'exec-only-for-tests' };
  const verify = { user: 'cutter_verify', password: 'verify-only-for-tests' };
  const place = { host: running.host, port: running.port, database, sslMode: 'disable' as const };
  const settings = { ...place, sslRootCertificate: undefined, exec, verify };
  const root = openPostgresAdmin({ ...settings, admin: running.superuser });
  const db = openPostgres(settings);
  return {
    root,
    db,
    async upgrade() {
      await installSchema(root, (writer) =>
        setPasswords(writer, { cutter_exec: exec, cutter_verify: verify }),
      );
      await foundDeployment(root, { signers: [await sovereign()] });
    },
    async close() {
      await Promise.all([root.close(), db.close()]);
      await running.dropDatabase(database);
    },
  };
}

describe('a governed database of version 0.1.0', () => {
  test('is brought over with every row, and is then as a new one would be', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const old = await openOld(server);
    const before = await countRows(old.root);
    const found = await checkSchema(old.root);
    expect(found.differences.length).toBeGreaterThan(0);
    await old.upgrade();
    expect(await countRows(old.root)).toEqual(before);
    expect(await checkSchema(old.root)).toMatchObject({ differences: [], deviations: [] });
    await old.upgrade();
    expect(await countRows(old.root)).toEqual(before);
    expect(await checkSchema(old.root)).toMatchObject({ differences: [], deviations: [] });
    await old.close();
  });

  test('still tells what its runs have written, and what is in force', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const old = await openOld(server);
    await old.upgrade();
    const run = await old.db.read('cutter_verify', (reader) => findWrittenRun(reader, ENACTED));
    expect(run).toMatchObject({
      document_id: 'charter',
      cutplan_sha256: null,
      structural_verify: { source_sha256: run?.source_sha256 },
      lifecycle_enact: { enacted: 4 },
      leg_b_record: { affected_rows: 4, signature_ids: ['1', '2'] },
    });
    await old.close();
  });

  test('has an exit for every run that it held: signed, a waiting cut is taken back, and the document cut again', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const old = await openOld(server);
    await old.upgrade();
    const { db } = old;
    const planned = (runId: string) =>
      db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    expect(await planned(ENACTED)).toMatchObject({ verdict: 'refused', reason: 'cut_again' });
    const plan = await planned(WAITING);
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    await revert(db, plan);
    const units = await db.read('cutter_exec', (reader) => readUnits(reader, 'charter'));
    expect(units.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'document enacted',
      'art-1 enacted',
      'art-2 enacted',
      'art-3 enacted',
    ]);
    const markdown = CHARTER.replace('Anyone', 'Everybody');
    const { change } = await cutAndEnact(db, { markdown });
    expect(change.counts).toEqual({ create: 0, revise: 1, move: 0, renumber: 0, keep: 3, retire: 0 });
    await old.close();
  });
});

describe('a governed database with guards, from before the next release', () => {
  const enacted = 'run-20261130-24e706b8bb1aa590';
  const waiting = 'run-20261130-38c69a100d56057c';

  test('is brought over with every row, and is then as a new one would be', async () => {
    if (!server) return leaveOut('PostgreSQL absent');
    const old = await openOld(server, GUARDED);
    const before = await countRows(old.root);
    expect(Object.values(before).some((rows) => rows > 0)).toBe(true);
    await old.upgrade();
    expect(await countRows(old.root)).toEqual(before);
    expect(await checkSchema(old.root)).toMatchObject({ differences: [], deviations: [] });
    const written = (runId: string) =>
      old.db.read('cutter_verify', (reader) => findWrittenRun(reader, runId));
    expect(await written(enacted)).toMatchObject({ document_id: 'charter', lifecycle_enact: { enacted: 4 } });
    expect(await written(waiting)).toMatchObject({ document_id: 'charter', lifecycle_enact: null });
    await old.close();
  });
});
