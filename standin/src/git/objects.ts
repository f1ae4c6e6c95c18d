// Blobs and commits of a bare repository, read and written byte for byte.
// Commits are written as raw objects, so that their dates come from the passed clock and no message is reformatted.
import { readGit, runGit } from './run.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly at: Date;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const OBJECT_ID = /^[0-9a-f]{40}$/;

export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text);
}

/** An object of the wanted type by its full id; undefined when it is absent or of another type. */
export async function readObject(
  directory: string,
  { id, type }: { id: string; type: ObjectType },
): Promise<Buffer | undefined> {
  if (!isObjectId(id)) return undefined;
  const { stdout } = await runGit(directory, ['cat-file', '--batch'], { input: `${id}\n` });
  const headerEnd = stdout.indexOf('\n');
  const [, foundType, size] = stdout.toString('latin1', 0, headerEnd).split(' ');
  if (foundType !== type) return undefined;
  return stdout.subarray(headerEnd + 1, headerEnd + 1 + Number(size));
}

export async function writeObject(
  directory: string,
  { type, bytes }: { type: 'blob' | 'commit'; bytes: Uint8Array | string },
): Promise<string> {
  const { stdout } = await runGit(directory, ['hash-object', '-w', '-t', type, '--stdin'], { input: bytes });
  return stdout.toString('latin1').trim();
}

export async function readCommit(directory: string, id: string): Promise<Commit | undefined> {
  const bytes = await readObject(directory, { id, type: 'commit' });
  return bytes && parseCommit(id, bytes.toString('utf8'));
}

export async function writeCommit(directory: string, commit: Omit<Commit, 'sha'>): Promise<string> {
  const bytes = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer)}`,
    '',
    commit.message,
  ].join('\n');
  return await writeObject(directory, { type: 'commit', bytes });
}

/** The commit a name leads to (id, abbreviated id, branch or tag); undefined when there is none. */
export async function resolveCommit(directory: string, name: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await runGit(directory, args, { accept: [0, 1, 128] });
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}

/** Commits reachable from `head` and not from `base`, oldest first. */
export async function listCommits(
  directory: string,
  { base, head, skipMerges = false }: { base: string; head: string; skipMerges?: boolean },
): Promise<readonly string[]> {
  const filter = skipMerges ? ['--no-merges'] : [];
  const text = await readGit(directory, [
    'rev-list',
    '--reverse',
    '--topo-order',
    ...filter,
    `${base}..${head}`,
  ]);
  return text === '' ? [] : text.split('\n');
}

/** The best common ancestor of two commits; undefined for unrelated histories. */
export async function findMergeBase(
  directory: string,
  { base, head }: { base: string; head: string },
): Promise<string | undefined> {
  const { code, stdout } = await runGit(directory, ['merge-base', base, head], { accept: [0, 1] });
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}

export async function isAncestor(
  directory: string,
  { ancestor, descendant }: { ancestor: string; descendant: string },
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  return (await runGit(directory, args, { accept: [0, 1] })).code === 0;
}

function parseCommit(sha: string, text: string): Commit {
  const headerEnd = text.indexOf('\n\n');
  const parents: string[] = [];
  const fields = new Map<string, string>();
  for (const line of text.slice(0, headerEnd).split('\n')) {
    const space = line.indexOf(' ');
    const name = line.slice(0, space);
    const value = line.slice(space + 1);
    if (name === 'parent') parents.push(value);
    else if (name !== '') fields.set(name, value);
  }
  return {
    sha,
    parents,
    tree: fields.get('tree') ?? '',
    author: parseSignature(fields.get('author') ?? ''),
    committer: parseSignature(fields.get('committer') ?? ''),
    message: text.slice(headerEnd + 2),
  };
}

function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<(.*)> (\d+) [+-]\d{4}$/.exec(text);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', at: new Date(Number(match?.[3] ?? 0) * 1000) };
}

function formatSignature({ name, email, at }: Signature): string {
  // Angle brackets and line ends would let a name write headers of its own.
  const clean = (text: string) => text.replace(/[<>\n\r\0]/g, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(at.getTime() / 1000)} +0000`;
}
