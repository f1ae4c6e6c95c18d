// Who holds a folder: a living process and no other, also where every container's process is number 1.
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerOf, releaseLock, takeLock } from '../../src/deployment/directory-lock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it('is held by the process that took it until that lets it go', async () => {
    const lock = join(folder, 'own');
    expect(await takeLock(lock)).toEqual({ heldBy: undefined });
    expect(await ownerOf(lock)).toBe(process.pid);
    expect(await takeLock(lock)).toEqual({ heldBy: process.pid });
    await releaseLock(lock);
    expect(await ownerOf(lock)).toBeUndefined();
  });

  it('is void when its process is gone, or when another was given its number', async () => {
    const lock = join(folder, 'gone');
    await takeLock(lock);
    const [pid = '', , space] = (await readFile(lock, 'utf8')).trim().split(' ');
    await writeFile(lock, `4194304 1 ${space}\n`);
    expect(await ownerOf(lock)).toBeUndefined();
    await writeFile(lock, `${pid} 1 ${space}\n`);
    expect(await ownerOf(lock)).toBeUndefined();
    expect(await takeLock(lock)).toEqual({ heldBy: undefined });
    await releaseLock(lock);
  });

  it('of the process 1 of an earlier container is void once it beats no more, and holds while it does', async () => {
    const lock = join(folder, 'container');
    await writeFile(lock, '1 77 another-boot/pid:[1]\n');
    expect(await ownerOf(lock)).toBe(1);
    const minuteAgo = new Date(Date.now() - 60_000);
    await utimes(lock, minuteAgo, minuteAgo);
    expect(await ownerOf(lock)).toBeUndefined();
    expect(await takeLock(lock)).toEqual({ heldBy: undefined });
    expect(await ownerOf(lock)).toBe(process.pid);
    await releaseLock(lock);
  });

  it('is waited for where its container may just have ended', { timeout: 30_000 }, async () => {
    const lock = join(folder, 'just-ended');
    await writeFile(lock, '1 77 another-boot/pid:[1]\n');
    const nearlyStale = new Date(Date.now() - 9_000);
    await utimes(lock, nearlyStale, nearlyStale);
    expect(await takeLock(lock)).toEqual({ heldBy: undefined });
    expect((await stat(lock)).mtimeMs).toBeGreaterThan(nearlyStale.getTime() + 500);
    await releaseLock(lock);
  });

  it('of an older version, with a process id alone, is understood', async () => {
    const lock = join(folder, 'older');
    await writeFile(lock, `${process.pid}\n`);
    expect(await ownerOf(lock)).toBe(process.pid);
    await writeFile(lock, '4194304\n');
    expect(await ownerOf(lock)).toBeUndefined();
  });
});
