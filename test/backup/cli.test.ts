import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeBackup } from '../../src/backup/backup.ts';
import { fromEmbedded } from '../../src/backup/dump.ts';
import { compileCache } from '../support/compile-cache.ts';
import { placePglite } from '../support/pglite.ts';
import { makeKey, type TestKey } from './keys.ts';

const program = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let key: TestKey;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  key = await makeKey({}, new Date());
  await writeFile(join(folder, 'backup.asc'), key.armoredPublic);
  const config = {
    repository: 'acme/charter',
    deployment: 'acme',
    targets: [{ document_id: 'charter', path: 'charter.md' }],
    governed: 'embedded',
    data: join(folder, 'data'),
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  environment = {
    BACKUP_GPG_FPR: key.fingerprint,
    BACKUP_KEY_DIR: folder,
    BACKUP_DIR: join(folder, 'backups'),
    NO_COLOR: '1',
  };
  await placePglite('empty', join(folder, 'data/governed'));
  const database = await PGlite.create(join(folder, 'data/governed'));
  await database.exec('CREATE TABLE unit (n int); INSERT INTO unit VALUES (1)');
  await takeBackup({
    runId: 'run-1',
    directory: environment['BACKUP_DIR'] ?? '',
    recipient: key.backupKey,
    source: fromEmbedded(database),
    now: () => new Date(),
  });
  await database.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function backup(args: string[], env: Record<string, string> = environment) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const { PATH = '' } = process.env;
    const child = execFile(
      process.execPath,
      [program, 'backup', ...args],
      { env: { PATH, ...compileCache(), ...env } },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

describe('countersign backup', () => {
  it('selftest tries everything on the embedded database', async () => {
    const { status, stdout, stderr } = await backup(['selftest', '--config', join(folder, 'config.json')]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\nA backup would succeed now\.\nSELFTEST: PASS\n$/);
    expect(stdout.match(/^✔/gm)).toHaveLength(6);
    expect(status).toBe(0);
  });

  it('selftest makes no database where there is none', async () => {
    const config = join(folder, 'elsewhere.json');
    const settings = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    await writeFile(config, JSON.stringify({ ...settings, data: join(folder, 'elsewhere') }));
    const { status, stderr } = await backup(['selftest', '--config', config]);
    expect(stderr).toContain('there is no embedded database in');
    expect(status).toBe(2);
  });

  it('list shows each backup on a line, or as JSON', async () => {
    expect((await backup(['list'])).stdout).toMatch(
      /^✔ run-1 {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d+\.\d KiB {2}complete\n$/,
    );
    const [entry] = JSON.parse((await backup(['list', '--json'])).stdout);
    expect(entry).toMatchObject({ run_id: 'run-1', problem: null, envelope: { recipient: key.fingerprint } });
  });

  it('names the setting that is missing and exits 2', async () => {
    const { status, stderr } = await backup(['list'], {});
    expect(stderr).toContain('BACKUP_GPG_FPR is missing');
    expect(status).toBe(2);
  });

  it('verify exits 0 for a whole file and 1 for a truncated one', async () => {
    const file = join(environment['BACKUP_DIR'] ?? '', 'run-1.sql.gpg');
    expect(await backup(['verify', file])).toMatchObject({ status: 0, stderr: '' });
    await truncate(file, 100);
    const { status, stdout } = await backup(['verify', file, '--json']);
    expect(status).toBe(1);
    const failed = JSON.parse(stdout).checks.filter(({ ok }: { ok: boolean }) => !ok);
    expect(failed.map(({ name }: { name: string }) => name)).toEqual(['size', 'digest', 'packets']);
  });

  it('restore refuses a target that is no database URL', async () => {
    const { status, stderr } = await backup(['restore', 'run-1.sql.gpg', '--into', 'mydb']);
    expect(stderr).toContain('postgres://user@host:5432/database');
    expect(status).toBe(2);
  });

  it('prune refuses a count that is no number', async () => {
    const { status, stderr } = await backup(['prune', '--keep', 'all', '--days', '30']);
    expect(stderr).toContain('whole number');
    expect(status).not.toBe(0);
  });
});
