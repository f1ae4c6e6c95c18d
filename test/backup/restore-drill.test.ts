// A backup of a governed database with a cut in it, drilled and restored by the commands of the manual, on a server of its
// own that has never seen the roles.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeBackup } from '../../src/backup/backup.ts';
import { fromPostgres } from '../../src/backup/dump.ts';
import { versionOf } from '../../src/backup/tool.ts';
import { readTools } from '../../src/deployment/config.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { encodeEvent, type Happening } from '../../src/run/events.ts';
import { type Cut, cut, realBackend, type TestDatabase } from '../governed/fixture.ts';
import { command, ROOT } from '../support/command.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { finished, logOf, opened } from '../support/run-events.ts';
import { onlyWhere } from '../support/skip.ts';
import { makeKey, type TestKey } from './keys.ts';

const run = promisify(execFile);
const TOOLS = readTools(process.env);
const backend = await realBackend();
const hasGpg = (await versionOf('gpg', TOOLS)) !== undefined;
const elsewhere = hasGpg && backend && !process.env['TEST_DATABASE_URL'] ? await startPostgres() : null;
const BACKUP = { user: 'cutter_backup', password: 'backup-only-for-tests' };

afterAll(async () => {
  await backend?.stop();
  await elsewhere?.stop();
});

describe('a restore', onlyWhere(elsewhere, 'PostgreSQL absent'), () => {
  let governed: TestDatabase;
  let folder: string;
  let key: TestKey;
  let done: Cut;

  beforeAll(async () => {
    if (!backend) return;
    key = await makeKey({}, new Date());
    folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
    await mkdir(join(folder, 'gnupg'), { mode: 0o700 });
    await writeFile(join(folder, 'key.asc'), key.armoredPrivate);
    await run('gpg', ['--homedir', join(folder, 'gnupg'), '--batch', '--import', join(folder, 'key.asc')]);
    const program = join(folder, 'bin', 'countersign');
    await mkdir(join(folder, 'bin'));
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/src/main.ts' "$@"\n`);
    await chmod(program, 0o700);
    governed = await backend.open();
    await governed.root.admin((writer) => setPasswords(writer, { cutter_backup: BACKUP }));
    done = await cut(governed.db);
    await record(done);
    await back('run-whole');
  });
  afterAll(async () => {
    await run('gpgconf', ['--homedir', join(folder, 'gnupg'), '--kill', 'all']);
    await governed?.close();
    await rm(folder, { recursive: true });
  });

  /** The log of a run, as the bot would have published it. */
  async function record({ runId, sourceSha256, change, outputs }: Cut, more: readonly Happening[] = []) {
    const first = { ...opened(), source: { path: 'charter.md', sha256: sourceSha256 } } as Happening;
    const { cutplan_sha256 } = change;
    const steps = [
      first,
      finished('cutplan', { cutplan_sha256 }),
      finished('leg_b_record', outputs.leg_b_record),
    ];
    await mkdir(join(folder, 'runs', runId), { recursive: true });
    const lines = logOf([...steps, ...more], runId).map(encodeEvent);
    await writeFile(join(folder, 'runs', runId, 'events.jsonl'), lines.join(''));
  }

  async function back(runId: string): Promise<void> {
    const { exec: _exec, verify: _verify, ...place } = governed.settings ?? never();
    const source = fromPostgres({ ...place, login: BACKUP }, TOOLS);
    const directory = join(folder, 'backups');
    await takeBackup({ runId, directory, recipient: key.backupKey, source, now: () => new Date() });
  }

  function environment(server: TestPostgres | null = backend?.server ?? null): Record<string, string> {
    const { PATH = '' } = process.env;
    const { host = '', port = 0, superuser } = server ?? {};
    return {
      PATH: [join(folder, 'bin'), server?.binaries, PATH].join(delimiter),
      ...{ HOME: folder, GNUPGHOME: join(folder, 'gnupg'), NO_COLOR: '1' },
      ...{
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: superuser?.user ?? '',
        PGPASSWORD: superuser?.password ?? '',
      },
      ...{ FILE: join(folder, 'backups/run-whole.sql.gpg'), CLONE: folder },
    };
  }

  function drill(args: readonly string[] = [], server: TestPostgres | null = backend?.server ?? null) {
    const url = `postgres://postgres@${server?.host}:${server?.port}/postgres`;
    const where = ['--server', url, '--runs', join(folder, 'runs'), '--directory', join(folder, 'backups')];
    return command(['restore', 'drill', ...where, ...args], { env: environment(server) });
  }

  const scratch = () =>
    backend?.server.query('postgres', `SELECT 1 FROM pg_database WHERE datname LIKE 'countersign_%'`);

  it('is drilled with the newest backup, and leaves nothing behind', async () => {
    const { code, output, errors } = await drill();
    expect(errors).toBe('');
    expect(
      output.replace(/\d+ (tables|rows|objects)/g, 'N $1').replace(/✔ backup .*/, '✔ backup'),
    ).toBe(`✔ backup
✔ restore  N tables, N rows
✔ schema   N objects and their privileges are as expected
✔ records  1 of 1 change sets are as their records say
✔ later    nothing was committed later
✔ scratch  the scratch database is dropped

This backup can be restored.
DRILL: PASS
`);
    expect(code).toBe(0);
    expect(await scratch()).toEqual([]);
  });

  it('is not good where its runs are not as runs/ says, and says in what', async () => {
    const log = join(folder, 'runs', done.runId, 'events.jsonl');
    await record(done, [finished('lifecycle_enact')]);
    const enacted = await drill(['--json']);
    expect(JSON.parse(enacted.output).checks).toContainEqual({
      ...{ name: 'records', ok: false },
      detail: `${done.runId}: its enactment was committed before the backup, and the database does not have it`,
    });
    expect(enacted.code).toBe(1);
    await writeFile(log, 'no log\n');
    expect((await drill()).output).toMatch(/✖ records .*its log cannot be read/);
    await rm(join(folder, 'runs', done.runId), { recursive: true });
    expect((await drill()).output).toMatch(/✖ records .*it has no record.*\nDRILL: FAIL\n$/s);
    await record(done);
    expect(await scratch()).toEqual([]);
  });

  it('is not good where the schema is not', async () => {
    await governed.root.admin((writer) => writer.script('DROP FUNCTION cutter_governance.fn_note_head'));
    await back('run-broken');
    const { code, output } = await drill();
    expect(output).toMatch(/✖ schema +missing function fn_note_head\(.*✔ records.*DRILL: FAIL\n$/s);
    expect(code).toBe(1);
    await Promise.all(
      ['run-broken.sql.gpg', 'run-broken.envelope.json'].map((name) => rm(join(folder, 'backups', name))),
    );
  });

  it('says on a server without the roles how they are made', async () => {
    const { code, output } = await drill([], elsewhere);
    expect(output).toContain(
      'CREATE ROLE workflow_admin; CREATE ROLE cutter_exec; CREATE ROLE cutter_verify;',
    );
    expect(code).toBe(1);
  });

  it('fails with a word where there is no server', async () => {
    const { code, errors } = await drill(['--server', 'postgres://postgres@127.0.0.1:1/postgres']);
    expect(errors).toMatch(/cannot connect to postgres on 127\.0\.0\.1:1/);
    expect(errors).not.toMatch(/\n +at /);
    expect(code).toBe(2);
  });

  it('works on another server by the commands of the manual, as they are written there', async () => {
    const manual = await readFile(join(ROOT, 'docs/operator.md'), 'utf8');
    const blocks = [...manual.slice(manual.indexOf('## Backups')).matchAll(/```sh\n(.*?)```/gs)].map(
      ([, text]) => text,
    );
    const [drilled = '', restored = '', byHand = ''] = blocks;
    expect([drilled, restored, byHand].map((text) => text.split('\n').length - 1)).toEqual([1, 5, 4]);
    const { host = '', port = 0, superuser } = elsewhere ?? {};
    const env = {
      ...environment(elsewhere),
      ...{ DOT_CUTTER_DB_HOST: host, DOT_CUTTER_DB_PORT: String(port), DOT_CUTTER_DB_NAME: 'governed' },
      ...{ DOT_CUTTER_DB_SSLMODE: 'disable' },
      ...login('ADMIN', superuser ?? BACKUP),
      ...login('EXEC', { user: 'cutter_exec', password: 'exec' }),
      ...login('VERIFY', { user: 'cutter_verify', password: 'verify' }),
      ...login('BACKUP', BACKUP),
    };
    const typed = (text: string) => run('bash', ['-e', '-c', text], { env, cwd: folder });
    const restoring = await typed(restored);
    expect(restoring.stdout).toMatch(/Restored into restored\. Tables: \d+/);
    expect(restoring.stdout).toMatch(/objects and \d+ privileges are as expected\n$/);
    expect((await typed(drilled)).stdout).toMatch(/DRILL: PASS\n$/);
    await typed(byHand);
    for (const database of ['restored', 'by_hand'])
      expect(await elsewhere?.query(database, 'SELECT run_id FROM cutter_governance.cut_change_set')).toEqual(
        [{ run_id: done.runId }],
      );
  });
});

function login(who: string, { user, password }: { user: string; password: string }): Record<string, string> {
  return { [`DOT_CUTTER_${who}_DB_USER`]: user, [`DOT_CUTTER_${who}_DB_PASSWORD`]: password };
}

function never(): never {
  throw new Error('a real database has settings');
}
