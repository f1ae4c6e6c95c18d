// An embedded database in a directory, opened by one process at a time: a second one would destroy it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { releaseLock, takeLock } from './directory-lock.ts';

export class DirectoryInUse extends Error {
  readonly code = 'in_use';

  constructor(directory: string, pid: number) {
    super(
      `${directory} is in use by process ${pid}, and an embedded database serves one process at a time: stop that one first`,
    );
    this.name = 'DirectoryInUse';
  }
}

export class NoSuchDatabase extends Error {
  readonly code = 'absent';

  constructor(directory: string) {
    super(`there is no embedded database in ${directory}`);
    this.name = 'NoSuchDatabase';
  }
}

/** Opens, and creates unless `existing`. The lock goes when the database is closed. Throws DirectoryInUse. */
export async function openEmbeddedDirectory(
  directory: string,
  {
    existing = false,
    open = openOnly,
  }: { existing?: boolean; open?: (dataDir: string) => Promise<PGlite> } = {},
): Promise<PGlite> {
  if (existing && !existsSync(`${directory}/PG_VERSION`)) throw new NoSuchDatabase(directory);
  await mkdir(dirname(directory), { recursive: true });
  const lock = `${directory}.lock`;
  const { heldBy } = await takeLock(lock);
  if (heldBy !== undefined) throw new DirectoryInUse(directory, heldBy);
  const pglite = await open(directory);
  const close = pglite.close.bind(pglite);
  pglite.close = async () => {
    await close();
    await releaseLock(lock);
  };
  return pglite;
}

function openOnly(dataDir: string): Promise<PGlite> {
  return PGlite.create({ dataDir });
}
