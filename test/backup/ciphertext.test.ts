import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, encrypt, type PublicKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectCiphertext } from '../../src/backup/ciphertext.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { makeKey, NOW, type TestKey } from './keys.ts';

let folder: string;
let key: TestKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  key = await makeKey();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sealed(to: PublicKey | PublicKey[], size = 5000): Promise<Buffer> {
  const message = await createMessage({ binary: new Uint8Array(size).fill(7) });
  return Buffer.from(await encrypt({ message, encryptionKeys: to, format: 'binary', date: NOW }));
}

async function inspect(bytes: Uint8Array) {
  const path = join(folder, 'message');
  await writeFile(path, bytes);
  return inspectCiphertext(path);
}

describe('a ciphertext seen without its private key', () => {
  it('tells size, digest and recipient', async () => {
    const bytes = await sealed(key.backupKey.publicKey);
    expect(await inspect(bytes)).toEqual({
      bytes: bytes.length,
      sha256: sha256(bytes),
      keyIds: [key.backupKey.keyIds[1]],
      problem: undefined,
    });
  });

  it('shows every recipient', async () => {
    const other = await makeKey();
    const { keyIds } = await inspect(await sealed([key.backupKey.publicKey, other.backupKey.publicKey]));
    expect(keyIds).toEqual([key.backupKey.keyIds[1], other.backupKey.keyIds[1]]);
  });

  it('is found cut off wherever it was cut', async () => {
    const bytes = await sealed(key.backupKey.publicKey, 300);
    for (let length = 0; length < bytes.length; length += 1)
      expect((await inspect(bytes.subarray(0, length))).problem, `cut at ${length}`).toBeDefined();
  });

  it('is followed across partial lengths and the edges of what is read at a time', async () => {
    const head = await sealed(key.backupKey.publicKey, 10);
    const encryptedAt = 2 + (head[1] ?? 0);
    // Chunks of 2^16 bytes with one odd byte before them, so that length bytes fall on many offsets of a 1 MiB read.
    const chunk = Buffer.concat([Buffer.of(0xe0, 1), Buffer.of(0xf0), Buffer.alloc(1 << 16)]);
    const body = Buffer.concat([
      Buffer.of(0xc0 | 18),
      ...Array.from({ length: 70 }, () => chunk),
      Buffer.of(0),
    ]);
    const message = Buffer.concat([head.subarray(0, encryptedAt), body]);
    expect((await inspect(message)).problem).toBeUndefined();
    expect((await inspect(message.subarray(0, -1))).problem).toContain('cut off');
    expect((await inspect(Buffer.concat([message, Buffer.of(1)]))).problem).toContain(
      'after the encrypted data',
    );
  });

  it.each([
    ['plain SQL', Buffer.from('-- PostgreSQL database dump\n'), 'not an OpenPGP message'],
    ['an empty file', Buffer.alloc(0), 'no encrypted data'],
    ['a literal packet', Buffer.of(0xc0 | 11, 1, 0), 'packet of type 11'],
    ['data without a recipient', Buffer.of(0xc0 | 18, 1, 1), 'names no recipient'],
    ['an indeterminate length', Buffer.of(0x80 | (9 << 2) | 3, 1), 'indeterminate length'],
  ])('refuses %s', async (_, bytes, problem) => {
    expect((await inspect(bytes)).problem).toContain(problem);
  });

  it('refuses bytes after the encrypted data', async () => {
    const bytes = Buffer.concat([await sealed(key.backupKey.publicKey), Buffer.of(0xc0 | 13, 1, 65)]);
    expect((await inspect(bytes)).problem).toContain('after the encrypted data');
  });
});
