// The recorder's key on this machine, and the command that signs instead: what is refused, and that nothing of a key or of
// an answer is told.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { externalSigner } from '../../src/deployment/external-signer.ts';
import { openRecorder } from '../../src/deployment/recorder.ts';
import {
  assertOutsideRepository,
  makeRecorderKeyFile,
  readRecorderKeyFile,
} from '../../src/deployment/recorder-key-file.ts';
import { readRecorderSettings } from '../../src/deployment/recorder-settings.ts';
import { isSignedBy } from '../../src/record/recorder-key.ts';
import { RECORDER_KEY } from '../support/recorder.ts';

const folder = await mkdtemp(join(tmpdir(), 'countersign-recorder-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = join(folder, 'made', 'recorder.key');
const key = await makeRecorderKeyFile(path);
const message = Buffer.from('a message');

function problemsOf(environment: Record<string, string>, ownFolder?: string): readonly string[] {
  const read = readRecorderSettings(environment, { ownFolder });
  return read.ok ? [] : read.problems;
}

describe('a key file', () => {
  it('is made for its owner alone, and signs as the public key says', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const signer = readRecorderKeyFile(path);
    expect(signer.key).toBe(key);
    expect(isSignedBy(key, { message, signature: await signer.sign(message) })).toBe(true);
  });

  it('is never written over', async () => {
    const before = await readFile(path, 'utf8');
    await expect(makeRecorderKeyFile(path)).rejects.toMatchObject({ code: 'exists' });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(join(folder, 'made'))).toEqual(['recorder.key']);
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o610])('is refused with mode %o', async (mode) => {
    await chmod(path, mode);
    expect(() => readRecorderKeyFile(path)).toThrow(/can be read by others than its owner: chmod 600/);
    await chmod(path, 0o600);
    expect(readRecorderKeyFile(path).key).toBe(key);
  });

  it('is judged by what a link leads to', async () => {
    const link = join(folder, 'link.key');
    await symlink(path, link);
    expect(readRecorderKeyFile(link).key).toBe(key);
    await chmod(path, 0o644);
    expect(() => readRecorderKeyFile(link)).toThrow(/others/);
    await chmod(path, 0o600);
  });

  it('that is another kind of key, a public key, a folder or not there is refused without a word of it', async () => {
    const odd = join(folder, 'odd.key');
    for (const content of [
      'secret words',
      '',
      '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----',
    ]) {
      await writeFile(odd, content, { mode: 0o600 });
      expect(() => readRecorderKeyFile(odd)).toThrow(`${odd} is not an Ed25519 private key in PEM form`);
    }
    await mkdir(join(folder, 'directory'), { mode: 0o700 });
    expect(() => readRecorderKeyFile(join(folder, 'directory'))).toThrow(/cannot be read/);
    expect(() => readRecorderKeyFile(join(folder, 'nothing'))).toThrow(/is not there/);
  });

  it('has no place in a repository, however deep', async () => {
    await mkdir(join(folder, 'clone', '.git'), { recursive: true });
    await writeFile(join(folder, 'clone', 'file'), '');
    expect(() => assertOutsideRepository(join(folder, 'clone', 'a', 'b.key'))).toThrow(
      `lies in the git repository ${join(folder, 'clone')}`,
    );
    expect(() => assertOutsideRepository(join(folder, 'b.key'))).not.toThrow();
  });
});

describe('the settings of a recorder', () => {
  it('are a file, several, or a command whose key comes first', async () => {
    const older = join(folder, 'older.key');
    const olderKey = await makeRecorderKeyFile(older);
    const opened = async (environment: Record<string, string>) => {
      const read = readRecorderSettings(environment, { ownFolder: undefined });
      if (!read.ok) throw new Error(read.problems.join());
      const { current, older: others } = await openRecorder(read.settings, {});
      return [current.key, ...others.map((signer) => signer.key)];
    };
    expect(await opened({ RECORDER_KEY_PATH: path })).toEqual([key]);
    expect(await opened({ RECORDER_KEY_PATH: ` ${path} , ${older}` })).toEqual([key, olderKey]);
    const command = { RECORDER_SIGNER: '["sign"]', RECORDER_PUBLIC_KEY: RECORDER_KEY };
    expect(await opened({ ...command, RECORDER_KEY_PATH: older })).toEqual([RECORDER_KEY, olderKey]);
  });

  it('are made beside embedded databases, once', async () => {
    const read = readRecorderSettings({}, { ownFolder: join(folder, 'data') });
    if (!read.ok) throw new Error(read.problems.join());
    const first = await openRecorder(read.settings, {});
    expect((await openRecorder(read.settings, {})).current.key).toBe(first.current.key);
    expect((await stat(join(folder, 'data', 'recorder.key'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['nothing', {}, /^RECORDER_KEY_PATH is missing: `countersign recorder init PATH` makes/],
    [
      'a file that is not there',
      { RECORDER_KEY_PATH: '/nowhere/key' },
      /^RECORDER_KEY_PATH: .* is not there$/,
    ],
    ['a key without its command', { RECORDER_PUBLIC_KEY: RECORDER_KEY, RECORDER_KEY_PATH: path }, /without/],
    ['a command that is a line', { RECORDER_SIGNER: 'sign --now' }, /^RECORDER_SIGNER must be a JSON array/],
    ['a command of nothing', { RECORDER_SIGNER: '[]' }, /^RECORDER_SIGNER must be a JSON array/],
    ['a command with a number', { RECORDER_SIGNER: '["sign",1]' }, /^RECORDER_SIGNER must be a JSON array/],
    ['a command without a key', { RECORDER_SIGNER: '["sign"]' }, /^RECORDER_PUBLIC_KEY is missing/],
    [
      'a key under which anybody signs',
      { RECORDER_SIGNER: '["sign"]', RECORDER_PUBLIC_KEY: `01${'00'.repeat(31)}` },
      /anybody can sign/,
    ],
  ])('are refused with %s', (_, environment, problem) => {
    expect(problemsOf(environment)).toEqual([expect.stringMatching(problem)]);
  });

  it('name every file that cannot be used', () => {
    expect(problemsOf({ RECORDER_KEY_PATH: '/nowhere/one,/nowhere/two' })).toHaveLength(2);
  });
});

describe('a command that signs', () => {
  const node = (script: string, deadlineMs = 20_000) =>
    externalSigner({ argv: [process.execPath, '-e', script, path], key }, { tools: {}, deadlineMs });
  const signs = `const { sign, createPrivateKey } = require('node:crypto');
    const { readFileSync } = require('node:fs');
    const secret = createPrivateKey(readFileSync(process.argv[1]));
    const answer = sign(null, readFileSync(0), secret).toString('base64');`;

  it('gets the bytes on its input and is believed when its answer verifies', async () => {
    const signature = await node(`${signs} console.log(answer)`).sign(message);
    expect(isSignedBy(key, { message, signature })).toBe(true);
  });

  it('is told nothing of the settings of the bot', async () => {
    process.env['DATABASE_URL'] = 'postgres://secret';
    const script = `${signs} if (process.env.DATABASE_URL) process.exit(1); console.log(answer)`;
    await expect(node(script).sign(message)).resolves.toHaveLength(64);
    delete process.env['DATABASE_URL'];
  });

  it.each([
    [
      'signs something else',
      `${signs.replace('readFileSync(0)', "'else'")} console.log(answer)`,
      'wrong_signature',
    ],
    ['answers twice', `${signs} console.log(answer + '\\n' + answer)`, 'malformed_answer'],
    ['answers with words', "console.log('secret words')", 'malformed_answer'],
    ['answers without end', "for (;;) require('node:fs').writeSync(1, 'A'.repeat(1 << 16))", 'timed_out'],
    ['fails', "console.error('secret words'); process.exit(3)", 'failed'],
  ])('and %s is not believed, nor repeated', async (_, script, code) => {
    const fault = await node(script, code === 'timed_out' ? 500 : 20_000)
      .sign(message)
      .catch((error) => error);
    expect(fault).toMatchObject({ name: 'RecorderSignerFault', code });
    expect(String(fault.message)).not.toContain('secret');
  });

  it('and is not there is a failure like any other', async () => {
    const absent = externalSigner({ argv: ['/nowhere/sign'], key }, { tools: {} });
    await expect(absent.sign(message)).rejects.toThrow(
      '/nowhere/sign could not be started instead of signing',
    );
  });
});
