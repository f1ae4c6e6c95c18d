// Reads a directory of public keys as it lies on the machine: pinned outside the repository, by the deployment alone.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyFile } from '../approval/key-ring.ts';

/** Every regular file of the directory, in the order of the names. Throws when the directory cannot be read. */
export async function readKeyDirectory(directory: string): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  for (const name of (await readdir(directory)).sort()) {
    const path = join(directory, name);
    // Mounted secrets are symbolic links beside a linked folder: what counts is what they lead to.
    if ((await stat(path)).isFile()) files.push({ name, bytes: await readFile(path) });
  }
  return files;
}
