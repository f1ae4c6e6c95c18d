// Makes three embedded databases for the whole suite: an empty one, and the governed database and the state as they are
// before anything is in them. Loading one takes a tenth of the time of making another.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { installSchema } from '../../src/governed/schema.ts';
import { openEmbeddedStore } from '../../src/store/store.ts';

/** Their dumps, each an archive of a data folder. */
export interface PgliteTemplates {
  readonly empty: string;
  readonly governed: string;
  readonly state: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    pgliteTemplates: PgliteTemplates;
  }
}

export default async function makeTemplates(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-template-'));
  const keep = async (name: keyof PgliteTemplates, dump: Blob): Promise<string> => {
    const file = join(directory, `${name}.tar`);
    await writeFile(file, Buffer.from(await dump.arrayBuffer()));
    return file;
  };
  // Its log in small files: most of an empty database is the first of them.
  const first = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] });
  const loadDataDir = await first.dumpDataDir('none');
  await installSchema(openEmbedded(first));
  const governed = await first.dumpDataDir('none');
  await first.close();
  project.provide('pgliteTemplates', {
    empty: await keep('empty', loadDataDir),
    governed: await keep('governed', governed),
    state: await keep('state', await makeState(await PGlite.create({ loadDataDir }))),
  });
  return () => rm(directory, { recursive: true, force: true });
}

async function makeState(database: PGlite): Promise<Blob> {
  const store = await openEmbeddedStore(database, (error) => {
    throw error;
  });
  await store.boss.stop({ graceful: true, close: false });
  const dump = await database.dumpDataDir('none');
  await store.close();
  return dump;
}
