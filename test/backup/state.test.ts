// The bot's own state, backed up and restored by the commands: an embedded one here, one on a server in test/scenario/rewound.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableContents } from '../../src/backup/content.ts';
import { versionOf } from '../../src/backup/tool.ts';
import { readTools } from '../../src/deployment/config.ts';
import { command, type Outcome } from '../support/command.ts';
import { placePglite } from '../support/pglite.ts';
import { onlyWhere } from '../support/skip.ts';
import { makeKey } from './keys.ts';

const run = promisify(execFile);
const gpg = await versionOf('gpg', readTools(process.env));

describe('a backup of the state', onlyWhere(gpg, 'gpg absent'), () => {
  let folder: string;
  let file: string;
  let environment: Record<string, string>;
  const backup = (...args: string[]): Promise<Outcome> =>
    command(['backup', ...args], { cwd: folder, env: environment });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
    const key = await makeKey({}, new Date());
    await writeFile(join(folder, 'backup.asc'), key.armoredPublic);
    const home = await mkdtemp(join(tmpdir(), 'countersign-gpg-'));
    await writeFile(join(home, 'key.asc'), key.armoredPrivate);
    await run('gpg', ['--homedir', home, '--batch', '--import', join(home, 'key.asc')]);
    environment = {
      ...{ PATH: process.env['PATH'] ?? '', GNUPGHOME: home, NO_COLOR: '1' },
      ...{ BACKUP_GPG_FPR: key.fingerprint, BACKUP_KEY_DIR: folder, BACKUP_DIR: join(folder, 'backups') },
    };
    await placePglite('state', join(folder, 'data/state'));
    const state = await PGlite.create(join(folder, 'data/state'));
    await state.exec(`INSERT INTO setting (name, value) VALUES ('thing', '"Điều 1\\n\\\\."')`);
    await state.close();
    const taken = JSON.parse((await backup('state', '--json')).output);
    file = taken.file;
    expect(taken.envelope.recipient).toBe(key.fingerprint);
  });
  afterAll(async () => {
    const { GNUPGHOME: home = '' } = environment;
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true });
    await rm(folder, { recursive: true });
  });

  async function contentsOf(directory: string) {
    const database = await PGlite.create(join(folder, directory));
    const contents = await database.transaction(tableContents);
    await database.close();
    return contents;
  }

  it('lies encrypted beside those of the governed database, and is none of them', async () => {
    expect(file).toMatch(/\/backups\/state\/state-\d{8}T\d{6}Z\.sql\.gpg$/);
    expect((await backup('list')).output).toBe('There are no backups.\n');
    expect((await backup('list', '--directory', 'backups/state')).output).toMatch(
      /^✔ state-\S+ .*complete\n$/,
    );
    expect((await readFile(file)).includes('Điều')).toBe(false);
  });

  it('comes back whole, the log still growing only', async () => {
    const restored = await backup('restore', file, '--folder', 'restored/state');
    expect(restored.errors).toBe('');
    expect(restored.output).toMatch(/^✔ Restored into .*restored\/state\. Tables: \d+, rows: \d+\.\n$/);
    expect(await contentsOf('restored/state')).toEqual(await contentsOf('data/state'));
    const database = await PGlite.create(join(folder, 'restored/state'));
    await database.exec(`SET search_path = public;
      INSERT INTO run VALUES ('run-20260521-0123456789abcdef', 'a/b', 'c', now())`);
    await expect(database.exec('DELETE FROM run')).rejects.toThrow('append-only');
    await database.close();
  });

  it('is restored into no folder that is there, and into one place alone', async () => {
    const there = await backup('restore', file, '--folder', 'data/state');
    expect(there.errors).toMatch(/data\/state is there already: restore into a new folder/);
    const nowhere = await backup('restore', file);
    expect(nowhere.errors).toMatch(/say where to: --into a database on a server, or --folder/);
    const both = await backup('restore', file, '--folder', 'x', '--into', 'postgres://me@localhost/copy');
    expect(both.errors).toMatch(/say where to/);
    expect([there.code, nowhere.code, both.code]).toEqual([2, 2, 2]);
  });

  it('is not restored at all where a byte of it is another', async () => {
    const bytes = await readFile(file);
    const at = bytes.length - 40;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(folder, 'backups/state/other.sql.gpg'), bytes);
    const { code, output } = await backup(
      'restore',
      'backups/state/other.sql.gpg',
      '--folder',
      'other/state',
    );
    expect(output).toContain('Nothing was restored: the backup is not whole.');
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'other'))).toBe(false);
    expect(await readdir(join(folder, 'backups'))).toEqual(['state']);
  });

  it('is not taken while a bot holds the state, nor where there is none', async () => {
    await writeFile(join(folder, 'data/state.lock'), `${process.pid}\n`);
    const held = await backup('state');
    await rm(join(folder, 'data/state.lock'));
    const none = await backup('state', '--data', 'elsewhere');
    expect(none.errors).toContain('there is no embedded database in');
    expect(held.errors).toMatch(/is in use by process \d+/);
    expect([held.code, none.code]).toEqual([2, 2]);
  });
});
