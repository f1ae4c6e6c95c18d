// Trees of a bare repository: listed, and written as changes on a base tree, without an index or a work tree.
import { runGit } from './run.ts';

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; only blobs have a size. */
  readonly size?: number;
}

export type TreeChange = Omit<TreeEntry, 'size' | 'sha'> & {
  /** null removes the path. */
  readonly sha: string | null;
};

/** A change that no tree can hold. The message is shown to the client. */
export class TreeFault extends Error {
  readonly code: 'malformed_path' | 'missing_path' | 'missing_object';

  constructor(code: TreeFault['code'], message: string) {
    super(message);
    this.name = 'TreeFault';
    this.code = code;
  }
}

/** The entries of a tree or commit; undefined when there is no such tree. Recursive listings name the subtrees too. */
export async function listTree(
  directory: string,
  { tree, recursive = false }: { tree: string; recursive?: boolean },
): Promise<readonly TreeEntry[] | undefined> {
  const args = ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), tree];
  const { code, stdout } = await runGit(directory, args, { accept: [0, 128] });
  if (code !== 0) return undefined;
  return stdout.toString('utf8').split('\0').filter(Boolean).map(parseEntry);
}

/** Writes the tree that results from changes on a base (null: an empty one). Throws TreeFault for an impossible change. */
export async function writeTree(
  directory: string,
  { base, changes }: { base: string | null; changes: readonly TreeChange[] },
): Promise<string> {
  for (const { path } of changes) refuseMalformedPath(path);
  return (await writeLevel(directory, { base, changes })) ?? (await makeTree(directory, []));
}

async function writeLevel(
  directory: string,
  { base, changes }: { base: string | null; changes: readonly TreeChange[] },
): Promise<string | undefined> {
  const listed = base === null ? [] : await listTree(directory, { tree: base });
  if (!listed) throw new TreeFault('missing_object', `the tree ${base} does not exist`);
  const entries = new Map<string, TreeEntry>(listed.map((entry) => [entry.path, entry]));
  const below = new Map<string, TreeChange[]>();
  for (const change of changes) {
    const slash = change.path.indexOf('/');
    if (slash === -1) applyChange(entries, change);
    else {
      const name = change.path.slice(0, slash);
      below.set(name, [...(below.get(name) ?? []), { ...change, path: change.path.slice(slash + 1) }]);
    }
  }
  for (const [path, inner] of below) {
    const existing = entries.get(path);
    const innerBase = existing?.type === 'tree' ? existing.sha : null;
    const sha = await writeLevel(directory, { base: innerBase, changes: inner });
    if (sha === undefined) entries.delete(path);
    else entries.set(path, { path, mode: '040000', type: 'tree', sha });
  }
  return entries.size === 0 ? undefined : await makeTree(directory, [...entries.values()]);
}

function applyChange(entries: Map<string, TreeEntry>, { path, mode, type, sha }: TreeChange): void {
  if (sha !== null) entries.set(path, { path, mode, type, sha });
  else if (!entries.delete(path)) throw new TreeFault('missing_path', `${path} is not in the base tree`);
}

async function makeTree(directory: string, entries: readonly TreeEntry[]): Promise<string> {
  const input = entries.map(({ mode, type, sha, path }) => `${mode} ${type} ${sha}\t${path}\0`).join('');
  const { code, stdout, stderr } = await runGit(directory, ['mktree', '-z'], { input, accept: [0, 128] });
  if (code !== 0) throw new TreeFault('missing_object', stderr.trim());
  return stdout.toString('latin1').trim();
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
  const entry = { path: line.slice(tab + 1), mode, type: type as TreeEntry['type'], sha };
  return size === '-' ? entry : { ...entry, size: Number(size) };
}

function refuseMalformedPath(path: string): void {
  const malformed = path.split('/').some((part) => /^(|\.{1,2}|\.git)$/i.test(part)) || path.includes('\0');
  if (malformed) throw new TreeFault('malformed_path', 'tree.path contains a malformed path component');
}
