// Reads a directory of public keys as it lies on the machine: pinned outside the repository, by the deployment alone.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeyFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every regular file of the directory, in the order of the names. Throws when the directory cannot be read. */
export async function readKeyDirectory(directory: string): Promise<KeyFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, bytes: await readFile(join(directory, name)) })),
  );
}
