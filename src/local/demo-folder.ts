// The demo's own folder: emptied before each demo, and therefore only when an earlier demo made it and nobody lives in it.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerOf, releaseLock, takeLock } from '../deployment/directory-lock.ts';

/** Written into the folder, so that only a folder of a demo is ever emptied. */
const MARKER = '.countersign-demo';

/** The folder cannot be had; the message says what to do. */
export class DemoFolderFault extends Error {
  readonly code: 'in_use' | 'foreign';

  constructor(code: DemoFolderFault['code'], message: string) {
    super(message);
    this.name = 'DemoFolderFault';
    this.code = code;
  }
}

export interface DemoFolder {
  /** Lets the next demo have it. What lies there stays. */
  release(): Promise<void>;
}

/** Empties the folder, or makes it, and keeps it until it is released. Throws DemoFolderFault, everything left as it was. */
export async function claimDemoFolder(directory: string): Promise<DemoFolder> {
  await mkdir(dirname(directory), { recursive: true });
  const lock = `${directory}.lock`;
  const { heldBy } = await takeLock(lock);
  if (heldBy !== undefined) throw inUse(directory, heldBy);
  try {
    await assertOurs(directory);
    // A look into what an ended demo left behind holds its database alone.
    for (const name of ['governed', 'state']) {
      const owner = await ownerOf(join(directory, `${name}.lock`));
      if (owner !== undefined) throw inUse(directory, owner);
    }
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    await writeFile(join(directory, MARKER), '');
  } catch (error) {
    await releaseLock(lock);
    throw error;
  }
  return { release: () => releaseLock(lock) };
}

async function assertOurs(directory: string): Promise<void> {
  const there = existsSync(directory) ? await readdir(directory) : [];
  if (there.length > 0 && !there.includes(MARKER))
    throw new DemoFolderFault(
      'foreign',
      `${directory} is not empty and is no folder of an earlier demo: name an empty or new one with --data`,
    );
}

function inUse(directory: string, pid: number): DemoFolderFault {
  return new DemoFolderFault(
    'in_use',
    `${directory} is in use by process ${pid}: end that one first, or name another folder with --data`,
  );
}
