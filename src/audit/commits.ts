// The history of a clone from its raw commits: parents, times and names as the commits say them, so that no graft, replaced
// object or cached graph of the clone can tell another story.
import { visible } from '../document/visible.ts';
import { CloneFault } from './git.ts';
import type { ObjectReader } from './objects.ts';

export interface Person {
  /** `Name <address>`, nothing invisible in it. */
  readonly name: string;
  readonly at: Date;
}

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  /** Of a merge on a forge: who pressed the button, or the forge itself. */
  readonly committer: Person;
}

export interface CommitGraph {
  readonly head: Commit;
  /** Parents before children. */
  readonly commits: readonly Commit[];
  readonly byId: ReadonlyMap<string, Commit>;
  /** The first parents from the first commit to the head: the default branch as it grew. */
  readonly mainline: readonly Commit[];
  /** Where a commit stands on the mainline, by its id. */
  readonly place: ReadonlyMap<string, number>;
}

/**
 * Everything that `head` descends from. `likely` are ids that are read ahead, many at once: whatever they are, only the parents
 * that commits name are followed. Throws CloneFault `incomplete` where a parent is not in the clone.
 */
export async function readCommits(
  head: string,
  { objects, likely }: { readonly objects: ObjectReader; readonly likely: readonly string[] },
): Promise<CommitGraph> {
  const ahead = new Map(likely.map((id) => [id, readCommit(id, objects)]));
  for (const reading of ahead.values()) reading.catch(() => undefined);
  const byId = new Map<string, Commit>();
  let frontier = [head];
  while (frontier.length > 0) {
    const read = await Promise.all(frontier.map((id) => ahead.get(id) ?? readCommit(id, objects)));
    for (const commit of read) byId.set(commit.id, commit);
    frontier = [...new Set(read.flatMap(({ parents }) => parents))].filter((id) => !byId.has(id));
  }
  const at = byId.get(head) as Commit;
  const mainline = firstParents(at, byId);
  const place = new Map(mainline.map(({ id }, index) => [id, index]));
  return { head: at, byId, commits: parentsFirst(at, byId), mainline, place };
}

function firstParents(head: Commit, byId: ReadonlyMap<string, Commit>): Commit[] {
  const line: Commit[] = [];
  for (let commit: Commit | undefined = head; commit; commit = byId.get(commit.parents[0] ?? ''))
    line.push(commit);
  return line.reverse();
}

/** Without recursion: a history may be as long as it likes. */
function parentsFirst(head: Commit, byId: ReadonlyMap<string, Commit>): Commit[] {
  const done = new Set<string>();
  const order: Commit[] = [];
  const stack = [head];
  while (stack.length > 0) {
    const commit = stack.at(-1) as Commit;
    const missing = commit.parents.filter((id) => !done.has(id));
    if (done.has(commit.id) || missing.length === 0) {
      stack.pop();
      if (!done.has(commit.id)) order.push(commit);
      done.add(commit.id);
      continue;
    }
    for (const id of missing) stack.push(byId.get(id) as Commit);
  }
  return order;
}

async function readCommit(id: string, objects: ObjectReader): Promise<Commit> {
  const found = await objects.read(id);
  if (!found)
    throw new CloneFault(
      'incomplete',
      `the clone lacks the commit ${id}: fetch its whole history (git fetch --unshallow)`,
    );
  if (found.type !== 'commit') throw new CloneFault('corrupt', `${id} is a ${found.type}, not a commit`);
  return parseCommit(id, found.bytes.toString('utf8'));
}

function parseCommit(id: string, text: string): Commit {
  const end = text.indexOf('\n\n');
  const lines = (end < 0 ? text : text.slice(0, end)).split('\n');
  const all = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [tree] = all('tree');
  const [author, committer] = [person(all('author')[0]), person(all('committer')[0])];
  if (tree === undefined || !author || !committer)
    throw new CloneFault('corrupt', `the commit ${id} cannot be read: clone again`);
  return { id, tree, parents: all('parent'), author, committer };
}

function person(line: string | undefined): Person | undefined {
  const [, name = '', address = '', seconds] =
    /^(.*?) ?<([^<>]*)> (-?\d{1,12}) [+-]\d{4}$/.exec(line ?? '') ?? [];
  if (seconds === undefined) return undefined;
  return { name: visible(`${name} <${address}>`).trim(), at: new Date(Number(seconds) * 1000) };
}
