// What every commit changed against each of its parents, merges too: something that was altered while it was merged shows
// against the parent that had it otherwise. Two git processes compare the trees, a share of the history each.
import type { Commit } from './commits.ts';
import { CloneFault, ended, firstWords, startGit } from './git.ts';

export interface Side {
  /** As git writes it: 100644 a file, 100755 one that can be run, 120000 a symbolic link, 160000 a submodule. */
  readonly mode: string;
  readonly blob: string;
}

export interface Change {
  readonly path: string;
  /** null: was not there, or is not there any more. */
  readonly before: Side | null;
  readonly after: Side | null;
}

export interface Step {
  readonly commit: Commit;
  /** Which of its parents, from 0; 0 also for a commit without any. */
  readonly parent: number;
  readonly changes: readonly Change[];
}

const EMPTY_TREE = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/** In the order of `commits`, each against all its parents; steps without a change are left out. Throws CloneFault. */
export async function* readChanges(
  commits: readonly Commit[],
  { directory, byId }: { readonly directory: string; readonly byId: ReadonlyMap<string, Commit> },
): AsyncGenerator<Step> {
  const steps = commits.flatMap((commit) => stepsOf(commit, byId)).filter(({ from, to }) => from !== to);
  const pairs = steps.filter((step, index) => !isSame(step, steps[index - 1]));
  const shares: Pair[][] = Array.from({ length: PROCESSES }, () => []);
  for (const [index, pair] of pairs.entries()) shares[shareOf(index)]?.push(pair);
  const comparing = shares.map((share) => compare(share, directory));
  try {
    let next = 0;
    for (let index = 0; index < pairs.length; index += 1) {
      const changes = (await comparing[shareOf(index)]?.next()) ?? [];
      do {
        const { commit, parent } = steps[next++] as PlannedStep;
        if (changes.length > 0) yield { commit, parent, changes };
      } while (isSame(steps[next], steps[next - 1]));
    }
    for (const one of comparing) await one.finish();
  } finally {
    for (const one of comparing) one.stop();
  }
}

/** One for each core that an auditor's machine surely has. */
const PROCESSES = 2;
/** So many neighbours go to the same process, which has their trees at hand, and their changes fit into its pipe. */
const BLOCK = 128;

function shareOf(index: number): number {
  return Math.floor(index / BLOCK) % PROCESSES;
}

interface PlannedStep extends Pair {
  readonly commit: Commit;
  readonly parent: number;
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** A merge and the branch that it brought are one comparison. */
function isSame(a: Pair | undefined, b: Pair | undefined): boolean {
  return a !== undefined && b !== undefined && a.from === b.from && a.to === b.to;
}

function stepsOf(commit: Commit, byId: ReadonlyMap<string, Commit>): PlannedStep[] {
  const empty = EMPTY_TREE[commit.tree.length === 64 ? 64 : 40];
  const before = commit.parents.map((id) => byId.get(id)?.tree ?? empty);
  return (before.length === 0 ? [empty] : before).map((from, parent) => ({
    ...{ commit, parent, from, to: commit.tree },
  }));
}

interface Comparing {
  /** The changes of the next pair. Throws CloneFault. */
  next(): Promise<readonly Change[]>;
  /** Throws CloneFault where git did not answer for each pair and no other. */
  finish(): Promise<void>;
  stop(): void;
}

/** One git process. It begins at once, and waits while nobody reads what it has found. */
function compare(pairs: readonly Pair[], directory: string): Comparing {
  const child = startGit(directory, [
    ...['diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff'],
    ...['--no-relative', '--ignore-submodules=none', '-O/dev/null'],
  ]);
  const stderr = firstWords(child);
  const end = ended(child);
  end.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(pairs.map(({ from, to }) => `${from} ${to}\n`).join(''));
  const found = comparisons(child.stdout);
  const incomplete = () =>
    new CloneFault('incomplete', `the clone lacks a tree: clone it again as a whole (${stderr()})`);
  const otherTrees = () => new CloneFault('git_failed', 'git compares other trees than it was asked to');
  let taken = 0;
  return {
    async next() {
      const pair = pairs[taken++];
      const { value } = await found.next();
      if (!value) await end;
      if (!value) throw incomplete();
      if (!pair || value.trees !== `${pair.from} ${pair.to}`) throw otherTrees();
      return value.changes;
    },
    async finish() {
      if (!(await found.next()).done) throw otherTrees();
      if ((await end) !== 0) throw incomplete();
    },
    stop: () => child.kill(),
  };
}

interface Comparison {
  readonly trees: string;
  readonly changes: Change[];
}

/** `<tree> <tree>\n`, then for each difference `:<mode> <mode> <id> <id> <letter>\0<path>\0`. */
async function* comparisons(output: AsyncIterable<Buffer>): AsyncGenerator<Comparison, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let current: Comparison | undefined;
  for await (const chunk of output) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const isChange = rest[at] === 0x3a;
      const end = rest.indexOf(isChange ? 0x00 : 0x0a, at);
      if (at >= rest.length || end < 0) break;
      if (isChange) {
        const pathEnd = rest.indexOf(0x00, end + 1);
        if (pathEnd < 0) break;
        current?.changes.push(
          changeIn(rest.toString('latin1', at + 1, end), rest.toString('utf8', end + 1, pathEnd)),
        );
        at = pathEnd + 1;
      } else {
        if (current) yield current;
        current = { trees: rest.toString('latin1', at, end), changes: [] };
        at = end + 1;
      }
    }
    rest = rest.subarray(at);
  }
  if (current) yield current;
  return undefined;
}

function changeIn(raw: string, path: string): Change {
  const [before = '', after = '', from = '', to = ''] = raw.split(' ');
  const side = (mode: string, blob: string): Side | null => (mode === '000000' ? null : { mode, blob });
  return { path, before: side(before, from), after: side(after, to) };
}
