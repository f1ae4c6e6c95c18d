// The key directory is asked at every judgement: what changes in it counts at the next one, and what cannot be read is a
// fault, never the ring of before.
import { mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revokeKey } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyRing } from '../../src/approval/key-ring.ts';
import { liveKeys } from '../../src/deployment/live-keys.ts';
import { makeKey, placeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';

const NOW = new Date('2026-05-21T12:00:00Z');
const BORN = new Date('2026-05-01T00:00:00Z');

let directory: string;
let key: ThrowawayKey;
let file: string;
let read: () => Promise<KeyRing>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
  key = await makeKey('Sovereign', BORN);
  await placeKey(key, directory);
  file = join(directory, `${key.fingerprint}.asc`);
  read = liveKeys({ directory, pinned: [key.fingerprint], now: () => NOW });
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const useOf = ({ keys }: KeyRing) => keys.get(key.fingerprint)?.unusable;

async function revoked(): Promise<string> {
  const { publicKey } = await revokeKey({ key: key.privateKey, date: NOW, format: 'object' });
  return publicKey.armor();
}

describe('the pinned keys', () => {
  it('are worked out once while nothing changes', async () => {
    const ring = await read();
    expect(useOf(ring)).toBeUndefined();
    expect(await read()).toBe(ring);
    await utimes(file, NOW, NOW);
    expect(await read()).toBe(ring);
  });

  it('count as revoked at the very next look', async () => {
    await read();
    await writeFile(file, await revoked());
    expect(useOf(await read())).toBe('key_revoked');
  });

  it('count as revoked where the file keeps its size and its time', async () => {
    const certificate = await revoked();
    const size = Math.max(certificate.length, key.publicArmored.length);
    const padded = (text: string) => text + '\n'.repeat(size - text.length);
    await writeFile(file, padded(key.publicArmored));
    await utimes(file, BORN, BORN);
    expect(useOf(await read())).toBeUndefined();
    await writeFile(file, padded(certificate));
    await utimes(file, BORN, BORN);
    expect(await stat(file)).toMatchObject({ size, mtime: BORN });
    expect(useOf(await read())).toBe('key_revoked');
  });

  it('count as revoked where a link is pointed at another file', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
    const [sound, withdrawn] = [join(elsewhere, 'sound.asc'), join(elsewhere, 'revoked.asc')];
    await writeFile(sound, key.publicArmored);
    await writeFile(withdrawn, await revoked());
    await rm(file);
    await symlink(sound, file);
    expect(useOf(await read())).toBeUndefined();
    await symlink(withdrawn, `${directory}/next`);
    await rename(`${directory}/next`, file);
    expect(useOf(await read())).toBe('key_revoked');
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('are none once one of them is taken away, and are back with it', async () => {
    await read();
    await rm(file);
    await expect(read()).rejects.toMatchObject({ name: 'KeyFault', code: 'pinned_not_found' });
    await writeFile(file, key.publicArmored);
    expect(useOf(await read())).toBeUndefined();
  });

  it('are none once a second copy lies beside, which may lack a revocation', async () => {
    await read();
    await writeFile(join(directory, 'copy.asc'), key.publicArmored);
    await expect(read()).rejects.toMatchObject({ name: 'KeyFault', code: 'pinned_twice' });
  });

  it('are none once the directory is gone', async () => {
    await read();
    await rm(directory, { recursive: true });
    await expect(read()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
