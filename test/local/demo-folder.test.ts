import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDemoFolder } from '../../src/local/demo-folder.ts';

let folder: string;
let directory: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-demo folder-'));
  directory = join(folder, 'data', 'demo');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content = ''): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

/** The id of a process that has ended. */
function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  return new Promise((resolve) => child.once('close', () => resolve(child.pid ?? 0)));
}

describe("the demo's folder", () => {
  it('is made where there is none, and emptied after an earlier demo', async () => {
    const first = await claimDemoFolder(directory);
    const left = put('left-behind.txt');
    await first.release();
    const second = await claimDemoFolder(directory);
    expect(existsSync(left)).toBe(false);
    expect(existsSync(directory)).toBe(true);
    await second.release();
    expect(existsSync(`${directory}.lock`)).toBe(false);
  });

  it('of a demo that is running is refused by its process id, and stays as it is', async () => {
    await claimDemoFolder(directory);
    const used = put('used.txt');
    await expect(claimDemoFolder(directory)).rejects.toMatchObject({
      code: 'in_use',
      message: expect.stringContaining(`in use by process ${process.pid}`),
    });
    expect(existsSync(used)).toBe(true);
    expect(existsSync(`${directory}.lock`)).toBe(true);
  });

  it.each(['governed', 'state'])('whose %s database somebody looks into is refused', async (name) => {
    put('.countersign-demo');
    const used = put(`${name}.lock`, `${process.pid}\n`);
    await expect(claimDemoFolder(directory)).rejects.toMatchObject({ code: 'in_use' });
    expect(existsSync(used)).toBe(true);
    expect(existsSync(`${directory}.lock`)).toBe(false);
  });

  it('of a demo that was killed is taken over', async () => {
    const left = put('.countersign-demo');
    writeFileSync(`${directory}.lock`, `${await endedPid()}\n`);
    put('governed.lock', `${await endedPid()}\n`);
    const claimed = await claimDemoFolder(directory);
    expect(existsSync(left)).toBe(true);
    expect(existsSync(join(directory, 'governed.lock'))).toBe(false);
    await claimed.release();
  });

  it('is never one that holds something else', async () => {
    const precious = put('precious.txt');
    await expect(claimDemoFolder(directory)).rejects.toMatchObject({ code: 'foreign' });
    expect(existsSync(precious)).toBe(true);
    expect(existsSync(`${directory}.lock`)).toBe(false);
  });
});
