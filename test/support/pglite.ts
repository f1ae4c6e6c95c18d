// An empty embedded database, in memory or in a directory, from the suite's template.
import { openAsBlob } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';

export async function emptyPglite(dataDir?: string): Promise<PGlite> {
  const loadDataDir = await openAsBlob(inject('pgliteTemplate'));
  return PGlite.create({ loadDataDir, ...(dataDir === undefined ? {} : { dataDir }) });
}
