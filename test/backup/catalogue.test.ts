import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, encrypt } from 'openpgp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expiredBackups, listBackups, removeBackup } from '../../src/backup/catalogue.ts';
import { inspectCiphertext } from '../../src/backup/ciphertext.ts';
import type { Envelope } from '../../src/backup/envelope.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { makeKey, NOW, type TestKey } from './keys.ts';

const DAY_MS = 86_400_000;
let key: TestKey;
let directory: string;

beforeAll(async () => {
  key = await makeKey();
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  return () => rm(directory, { recursive: true, force: true });
});

/** A backup that was finished so many days before NOW. */
async function backupOf(runId: string, daysAgo: number): Promise<Envelope> {
  const path = `${runId}.sql.gpg`;
  const finishedAt = new Date(NOW.getTime() - daysAgo * DAY_MS).toISOString();
  const message = await createMessage({ text: `-- ${runId}` });
  const encryptionKeys = key.backupKey.publicKey;
  await writeFile(
    join(directory, path),
    await encrypt({ message, encryptionKeys, format: 'binary', date: NOW }),
  );
  const { bytes, sha256, keyIds } = await inspectCiphertext(join(directory, path));
  const envelope: Envelope = {
    format: 'countersign/backup/1',
    run_id: runId,
    path,
    bytes,
    sha256,
    recipient: key.fingerprint,
    dump: { tool: 'pg_dump', version: '15.18', server_version: '15.18' },
    encryption: { tool: 'openpgp.js', version: '6.3.2', key_id: keyIds[0] ?? '' },
    processes: [],
    started_at: finishedAt,
    finished_at: finishedAt,
  };
  await writeFile(join(directory, `${runId}.envelope.json`), JSON.stringify(envelope));
  return envelope;
}

async function failing(runId: string, expected?: Parameters<typeof verifyBackup>[1]): Promise<string[]> {
  const { checks } = await verifyBackup(join(directory, `${runId}.sql.gpg`), expected);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

describe('verifying a backup file', () => {
  it('accepts a whole one, by its envelope and by the key itself', async () => {
    await backupOf('run', 1);
    expect(await failing('run')).toEqual([]);
    expect(await failing('run', key.backupKey)).toEqual([]);
    expect(await failing('run', { fingerprint: key.fingerprint, keyIds: undefined })).toEqual([]);
  });

  it('finds a file that was cut off', async () => {
    const { bytes } = await backupOf('run', 1);
    await truncate(join(directory, 'run.sql.gpg'), bytes - 1);
    expect(await failing('run')).toEqual(['size', 'digest', 'packets']);
  });

  it('finds one changed byte', async () => {
    const { bytes } = await backupOf('run', 1);
    const changed = await readFile(join(directory, 'run.sql.gpg'));
    changed[bytes - 5] = (changed[bytes - 5] ?? 0) ^ 1;
    await writeFile(join(directory, 'run.sql.gpg'), changed);
    expect(await failing('run')).toEqual(['digest']);
  });

  it('finds a wrong recipient, also when the envelope claims the right one', async () => {
    const other = await makeKey();
    const envelope = await backupOf('run', 1);
    expect(await failing('run', other.backupKey)).toEqual(['recipient']);
    const lying = { ...envelope, recipient: other.fingerprint };
    await writeFile(join(directory, 'run.envelope.json'), JSON.stringify(lying));
    expect(await failing('run', other.backupKey)).toEqual(['recipient']);
  });

  it.each(['sha256', 'finished_at', 'dump', 'encryption'] as const)(
    'refuses an envelope without %s',
    async (member) => {
      const { [member]: _, ...rest } = await backupOf('run', 1);
      await writeFile(join(directory, 'run.envelope.json'), JSON.stringify(rest));
      expect(await failing('run')).toContain('envelope');
    },
  );

  it('refuses an envelope that points elsewhere', async () => {
    const envelope = await backupOf('run', 1);
    await writeFile(
      join(directory, 'run.envelope.json'),
      JSON.stringify({ ...envelope, path: '/tmp/run.sql.gpg' }),
    );
    expect(await failing('run')).toContain('envelope');
  });
});

describe('the catalogue', () => {
  it('lists the newest first and says what is wrong with each', async () => {
    await backupOf('old', 9);
    await backupOf('new', 1);
    await backupOf('gone', 3);
    await rm(join(directory, 'gone.sql.gpg'));
    await writeFile(join(directory, 'new.sql.gpg.partial'), '');
    const entries = await listBackups(directory);
    expect(entries.map(({ runId, problem }) => [runId, problem])).toEqual([
      ['new', undefined],
      ['gone', 'the encrypted file is gone'],
      ['old', undefined],
    ]);
  });

  it('lets go only what is both old and not among the newest', async () => {
    for (const [runId, daysAgo] of [
      ['a', 1],
      ['b', 20],
      ['c', 40],
      ['d', 50],
    ] as const)
      await backupOf(runId, daysAgo);
    const expired = async (count: number, days: number) =>
      (await expiredBackups(directory, { count, ageMs: days * DAY_MS, now: NOW })).map(({ runId }) => runId);
    expect(await expired(2, 30)).toEqual(['c', 'd']);
    expect(await expired(3, 30)).toEqual(['d']);
    expect(await expired(1, 100)).toEqual([]);
    expect(await expired(0, 40)).toEqual(['d']);
  });

  it('never lets the last good one go', async () => {
    await backupOf('good', 90);
    const { bytes } = await backupOf('damaged', 60);
    const damaged = await readFile(join(directory, 'damaged.sql.gpg'));
    damaged[bytes - 1] = (damaged[bytes - 1] ?? 0) ^ 1;
    await writeFile(join(directory, 'damaged.sql.gpg'), damaged);
    const expired = await expiredBackups(directory, { count: 0, ageMs: 0, now: NOW });
    expect(expired.map(({ runId }) => runId)).toEqual(['damaged']);
    for (const entry of expired) await removeBackup(entry, directory);
    expect((await readdir(directory)).sort()).toEqual(['good.envelope.json', 'good.sql.gpg']);
  });
});
