// The proof of a backup with exactly the roles that the manual prescribes, on a governed database with a cut in it.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeBackup } from '../../src/backup/backup.ts';
import { type Connection, withClient } from '../../src/backup/connection.ts';
import { fromPostgres } from '../../src/backup/dump.ts';
import { withScratchDatabase } from '../../src/backup/scratch.ts';
import { selftest } from '../../src/backup/selftest.ts';
import { type Config, readTools } from '../../src/deployment/config.ts';
import { preflight } from '../../src/deployment/preflight.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { cut, realBackend, type TestDatabase } from '../governed/fixture.ts';
import { ROOT } from '../support/command.ts';
import { onlyWhere } from '../support/skip.ts';
import { keyFile, makeKey, type TestKey } from './keys.ts';

const TOOLS = readTools(process.env);
const backend = await realBackend();
const BACKUP = { user: 'cutter_backup', password: 'backup-only-for-tests' };
const PROOF = { user: 'cutter_proof', password: 'proof-only-for-tests' };

afterAll(() => backend?.stop());

describe(
  'BACKUP_PROOF=restore, with the logins of the manual',
  onlyWhere(backend, 'PostgreSQL absent'),
  () => {
    let governed: TestDatabase;
    let directory: string;
    let key: TestKey;

    beforeAll(async () => {
      if (!backend) return;
      key = await makeKey({}, new Date());
      directory = await mkdtemp(join(tmpdir(), 'countersign-test-'));
      governed = await backend.open();
      await governed.root.admin((writer) => setPasswords(writer, { cutter_backup: BACKUP }));
      await cut(governed.db);
      const manual = (await readFile(join(ROOT, 'docs/operator.md'), 'utf8')).replaceAll(/\s+/g, ' ');
      const [statement = 'the manual says no such thing'] =
        /CREATE ROLE cutter_proof [^`]*/.exec(manual) ?? [];
      await backend.server.query('postgres', statement.replace("'…'", `'${PROOF.password}'`));
    });
    afterAll(async () => {
      await governed?.close();
      await rm(directory, { recursive: true });
    });

    const place = (): Omit<Connection, 'login'> => {
      const { exec: _exec, verify: _verify, ...rest } = governed.settings ?? never();
      return rest;
    };
    const source = () => fromPostgres({ ...place(), login: BACKUP }, TOOLS);
    const proof = () => ({ maintenance: { ...place(), database: 'postgres', login: PROOF } });
    const leftBehind = () =>
      backend?.server.query('postgres', `SELECT 1 FROM pg_database WHERE datname LIKE 'countersign_%'`);
    const rehearsal = () =>
      selftest({
        ...{ source: source(), directory, keyFiles: [keyFile(key.armoredPublic)], proof: proof() },
        ...{ fingerprint: key.fingerprint, now: new Date() },
      });

    it('proves every table of a governed database with a cut in it', async () => {
      const recipient = key.backupKey;
      const request = { runId: 'run', directory, recipient, source: source(), now: () => new Date() };
      const envelope = await takeBackup({ ...request, proof: proof() });
      const rows = Object.fromEntries(envelope.proof?.tables.map(({ name, rows }) => [name, rows]) ?? []);
      expect(rows).toMatchObject({ 'public.information_unit': 4, 'public.unit_version': 4 });
      expect(rows['cutter_governance.cut_change_set']).toBe(1);
      expect(await leftBehind()).toEqual([]);
      await Promise.all((await readdir(directory)).map((name) => rm(join(directory, name))));
    });

    it('is tried by the selftest, which leaves nothing behind', async () => {
      const checks = await rehearsal();
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(checks.at(-1)?.detail).toMatch(
        /^cutter_proof made a scratch database, restored \d+ tables, dropped it$/,
      );
      expect(await leftBehind()).toEqual([]);
      expect(await readdir(directory)).toEqual([]);
    });

    it('fails the selftest, and names the statement, where that login may create no database', async () => {
      await backend?.server.query('postgres', 'ALTER ROLE cutter_proof NOCREATEDB');
      const failed = (await rehearsal()).filter(({ ok }) => !ok);
      await backend?.server.query('postgres', 'ALTER ROLE cutter_proof CREATEDB');
      expect(failed).toEqual([
        {
          name: 'proof',
          ok: false,
          detail:
            'the login cutter_proof may not create a scratch database; as a superuser run: ALTER ROLE "cutter_proof" CREATEDB',
        },
      ]);
    });

    it('lets no bot start where that login may create no database', async () => {
      const { exec, verify } = governed.settings ?? never();
      const settings = { ...place(), exec, verify, backup: BACKUP, proof: PROOF };
      const config = { governed: settings, backup: { directory, tools: TOOLS } } as Config;
      // Whatever else a bot needs is not there, and is not asked about here.
      const aboutProof = async () =>
        (await preflight(config, { now: () => new Date(), port: false })).causes.filter(
          (cause) => 'what' in cause && cause.what.includes(PROOF.user),
        );
      expect(await aboutProof()).toEqual([]);
      await backend?.server.query('postgres', 'ALTER ROLE cutter_proof NOCREATEDB');
      expect(await aboutProof()).toMatchObject([
        { what: expect.stringContaining('may not create a scratch database') },
      ]);
      await backend?.server.query('postgres', 'ALTER ROLE cutter_proof CREATEDB');
    });

    it('restores where nobody else may enter, and drops that whatever happens', async () => {
      const entering = withScratchDatabase(proof().maintenance, async (scratch) => {
        await withClient({ ...scratch, login: BACKUP }, async () => {});
      });
      await expect(entering).rejects.toMatchObject({
        detail: expect.stringContaining('permission denied for database'),
      });
      expect(await leftBehind()).toEqual([]);
    });

    it('fails the selftest where that login may not connect', async () => {
      const wrong = { maintenance: { ...proof().maintenance, login: { ...PROOF, password: 'wrong' } } };
      const checks = await selftest({
        ...{ source: source(), directory, keyFiles: [keyFile(key.armoredPublic)], proof: wrong },
        ...{ fingerprint: key.fingerprint, now: new Date() },
      });
      expect(checks.filter(({ ok }) => !ok)).toMatchObject([
        { name: 'proof', detail: expect.stringContaining('password authentication failed') },
      ]);
    });
  },
);

function never(): never {
  throw new Error('a real database has settings');
}
