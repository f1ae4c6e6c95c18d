import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { decrypt, readMessage } from 'openpgp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeBackup } from '../../src/backup/backup.ts';
import { tableContents } from '../../src/backup/content.ts';
import { fromEmbedded } from '../../src/backup/dump.ts';
import { restoreEmbedded } from '../../src/backup/dump-embedded.ts';
import { envelopeSchema } from '../../src/backup/envelope.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { emptyPglite } from '../support/pglite.ts';
import { makeKey, NOW, type TestKey } from './keys.ts';

let database: PGlite;
let key: TestKey;
let directory: string;

beforeAll(async () => {
  database = await emptyPglite();
  await database.exec(`
    CREATE ROLE cutter_exec;
    CREATE SCHEMA cutter_governance;
    CREATE TABLE public.information_unit (id bigserial PRIMARY KEY, title text, body bytea, at timestamptz DEFAULT now());
    CREATE TABLE cutter_governance.signature (run_id text UNIQUE, fact jsonb);
    GRANT SELECT ON public.information_unit TO cutter_exec;
    INSERT INTO public.information_unit (title, body)
      SELECT 'Điều ' || n || E'.\\n it''s "quoted" \\\\ ', decode(md5(n::text), 'hex') FROM generate_series(1, 500) n;
    INSERT INTO cutter_governance.signature VALUES ('run-1', '{"a": null}');
  `);
  key = await makeKey();
}, 60_000);
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  return () => rm(directory, { recursive: true, force: true });
});

function request(runId = 'run-1') {
  return { runId, directory, recipient: key.backupKey, source: fromEmbedded(database), now: () => NOW };
}

describe('a backup of the embedded database', () => {
  it('comes with a complete envelope that tells the truth about the file', async () => {
    const envelope = await takeBackup(request());
    const bytes = await readFile(join(directory, envelope.path));
    expect(envelope).toMatchObject({
      bytes: bytes.length,
      sha256: sha256(bytes),
      recipient: key.fingerprint,
    });
    expect(
      envelopeSchema.parse(JSON.parse(await readFile(join(directory, 'run-1.envelope.json'), 'utf8'))),
    ).toEqual(envelope);
  });

  it('leaves two files that only their owner can read, and nothing else', async () => {
    await takeBackup(request());
    expect((await readdir(directory)).sort()).toEqual(['run-1.envelope.json', 'run-1.sql.gpg']);
    for (const name of await readdir(directory))
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  it('decrypts and restores to the same content', async () => {
    const envelope = await takeBackup(request());
    const binaryMessage = await readFile(join(directory, envelope.path));
    const { data } = await decrypt({
      message: await readMessage({ binaryMessage }),
      decryptionKeys: key.privateKey,
      date: NOW,
    });
    const copy = await emptyPglite();
    await restoreEmbedded(copy, { text: data as string, like: database });
    expect(await copy.transaction(tableContents)).toEqual(await database.transaction(tableContents));
    await copy.close();
  });

  it('records the proof when the dump is also restored', async () => {
    const envelope = await takeBackup({ ...request(), proof: { maintenance: undefined } });
    expect(envelope.proof?.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['cutter_governance.signature', 1],
      ['public.information_unit', 500],
    ]);
  });

  it('is reused when it was finished before a crash', async () => {
    const first = await takeBackup(request());
    const second = await takeBackup({ ...request(), now: () => new Date('2026-05-21T11:00:00Z') });
    expect(second).toEqual(first);
  });

  it('is taken again when the finished file no longer holds', async () => {
    const first = await takeBackup(request());
    await writeFile(join(directory, first.path), 'something else');
    await writeFile(join(directory, 'run-1.sql.gpg.partial'), 'left by a crash');
    const second = await takeBackup(request());
    expect(second.sha256).toBe(sha256(await readFile(join(directory, second.path))));
    expect(await readdir(directory)).toHaveLength(2);
  });

  it('leaves the embedded session as it was: no open transaction, no changed setting', async () => {
    const settings = async () =>
      (await database.query(`SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY 1`))
        .rows;
    await database.exec(`SET statement_timeout = '7s'`);
    const before = await settings();
    await takeBackup(request());
    expect(await settings()).toEqual(before);
    await database.exec('CREATE TABLE written_after (); DROP TABLE written_after; RESET statement_timeout');
  });

  it('stops, leaving nothing, when a value would be dropped by the embedded pg_dump', async () => {
    await database.exec(
      `CREATE TABLE notes (text text); INSERT INTO notes VALUES (E'psql:\\n\\\\restrict abc')`,
    );
    await expect(takeBackup(request())).rejects.toMatchObject({
      code: 'incomplete_backup',
      detail: expect.stringContaining('restrict'),
    });
    await database.exec('DROP TABLE notes');
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses a run id that is no file name', async () => {
    await expect(takeBackup(request('../run'))).rejects.toThrow(TypeError);
  });
});
