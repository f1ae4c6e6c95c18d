// Which file of the clone around an approval is the document that it names: looked for by digest in HEAD, so that nobody has
// to be believed about its path.
import { dirname } from 'node:path';
import { sha256 } from '../digest/digest.ts';
import { visible } from '../document/visible.ts';
import { askGit, CloneFault } from './git.ts';
import { openObjects, resolveCommit } from './objects.ts';

export type SourceLookup =
  /** The path in HEAD; null: no file there has this digest. */
  { readonly looked: true; readonly path: string | null } | { readonly looked: false; readonly why: string };

/** A document is no larger (src/document/mark-document.ts). */
const MOST_BYTES = 32 * 1024 * 1024;
/** More than these are not read for one answer. */
const MOST_FILES = 20_000;
const MOST_IN_ALL = 512 * 1024 * 1024;

/** Reads the repository that the file lies in. A fault of git is an answer here, not an exception. */
export async function findSource(approvalFile: string, sourceSha256: string): Promise<SourceLookup> {
  const directory = dirname(approvalFile);
  try {
    const head = await resolveCommit(directory, 'HEAD');
    const files = await filesAt(head, directory);
    if (typeof files === 'string') return { looked: false, why: files };
    return { looked: true, path: await fileWith(sourceSha256, { files, directory }) };
  } catch (error) {
    if (!(error instanceof CloneFault)) throw error;
    return { looked: false, why: visible(error.message) };
  }
}

interface ListedFile {
  readonly path: string;
  readonly id: string;
}

/** Plain files that may be a document; a string says why they are not read. */
async function filesAt(head: string, directory: string): Promise<readonly ListedFile[] | string> {
  const { code, stdout } = await askGit(directory, ['ls-tree', '-r', '-z', '--long', '--full-tree', head]);
  if (code !== 0) return 'the files of HEAD cannot be listed';
  const files: ListedFile[] = [];
  let all = 0;
  for (const entry of stdout.toString('utf8').split('\0')) {
    const [, id, size, path] = /^100(?:644|755) blob ([0-9a-f]+) +([0-9]+)\t(.+)$/s.exec(entry) ?? [];
    if (id === undefined || path === undefined || Number(size) > MOST_BYTES) continue;
    files.push({ path, id });
    all += Number(size);
  }
  if (files.length > MOST_FILES || all > MOST_IN_ALL)
    return `HEAD has ${files.length} files of ${all} bytes, more than are read for this`;
  return files;
}

async function fileWith(
  wanted: string,
  { files, directory }: { readonly files: readonly ListedFile[]; readonly directory: string },
): Promise<string | null> {
  const objects = openObjects(directory);
  try {
    for (const { path, id } of files) {
      const found = await objects.read(id);
      if (found && sha256(found.bytes) === wanted) return path;
    }
    return null;
  } finally {
    await objects.close();
  }
}
