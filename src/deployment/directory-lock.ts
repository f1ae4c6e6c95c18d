// One process at a time: a lock is a file beside a directory, and the process id in it says who holds it. A lock whose
// owner no longer lives is void.
import { readFile, rm, writeFile } from 'node:fs/promises';

/** Takes it, or tells which living process holds it. */
export async function takeLock(lock: string): Promise<{ heldBy: number | undefined }> {
  const mine = `${process.pid}\n`;
  try {
    await writeFile(lock, mine, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const heldBy = await ownerOf(lock);
    if (heldBy !== undefined) return { heldBy };
    await writeFile(lock, mine);
  }
  return { heldBy: undefined };
}

/** The living process that holds it; undefined when nobody does. */
export async function ownerOf(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  const owner = Number.parseInt(text, 10);
  return owner > 0 && isAlive(owner) ? owner : undefined;
}

export function releaseLock(lock: string): Promise<void> {
  return rm(lock, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
