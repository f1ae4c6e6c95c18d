// Embedded databases from the suite's templates, in memory or in a folder: empty, or as the bot has made them before anything
// is in them.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';
import type { PgliteTemplates } from './pglite-template.ts';

type Template = keyof PgliteTemplates;

const dumps: Partial<Record<Template, Promise<Blob>>> = {};

async function inMemory(template: Template): Promise<PGlite> {
  dumps[template] ??= readFile(inject('pgliteTemplates')[template]).then((bytes) => new Blob([bytes]));
  return PGlite.create({ loadDataDir: await dumps[template] });
}

export function emptyPglite(): Promise<PGlite> {
  return inMemory('empty');
}

/** As `db init` leaves it. */
export function governedPglite(): Promise<PGlite> {
  return inMemory('governed');
}

/** As the bot leaves it when it has been started once. */
export function statePglite(): Promise<PGlite> {
  return inMemory('state');
}

/** The files of such a database, for whoever opens it there. */
export async function placePglite(template: Template, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await promisify(execFile)('tar', ['-xf', inject('pgliteTemplates')[template], '-C', folder]);
}
