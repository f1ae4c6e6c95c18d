// Real documents of other people's, which lie beside the checkout and not in it. Tests that want them run where they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CANDIDATES = ['../../../shared/documents', '../../../../shared/documents'];

const folder = CANDIDATES.map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path));

/** Names of the documents; none where there are none. */
export const SHARED_DOCUMENTS: readonly string[] =
  folder === undefined ? [] : readdirSync(folder).filter((name) => name !== 'INDEX.md');

export function sharedDocument(name: string): string {
  if (folder === undefined) throw new Error('there are no shared documents');
  return readFileSync(join(folder, name), 'utf8');
}
