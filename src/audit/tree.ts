// git trees, read from their own bytes: `<mode> <name>\0<id>` one after the other.
import type { ObjectReader } from './objects.ts';

export interface Entry {
  /** Six digits, as git prints it. */
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

export function parseTree(bytes: Buffer, idBytes: number): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0x00, blank);
    if (blank < 0 || end < 0) break;
    entries.push({
      mode: bytes.toString('latin1', at, blank).padStart(6, '0'),
      name: bytes.toString('utf8', blank + 1, end),
      id: bytes.toString('hex', end + 1, end + 1 + idBytes),
    });
    at = end + 1 + idBytes;
  }
  return entries;
}

/** What has this path in a tree; undefined where nothing has. */
export async function entryAt(
  path: string,
  { tree, objects }: { readonly tree: string; readonly objects: ObjectReader },
): Promise<Entry | undefined> {
  let found: Entry | undefined = { mode: '040000', name: '', id: tree };
  for (const part of path.split('/')) {
    if (found?.mode !== '040000') return undefined;
    const folder = await objects.read(found.id);
    if (folder?.type !== 'tree') return undefined;
    found = parseTree(folder.bytes, tree.length / 2).find(({ name }) => name === part);
  }
  return found;
}
