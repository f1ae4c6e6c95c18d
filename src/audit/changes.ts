// What every commit changed against each of its parents, merges too: something that was altered while it was merged shows
// against the parent that had it otherwise. One git process compares all the trees.
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
  const child = startGit(directory, [
    ...['diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff'],
    ...['--no-relative', '--ignore-submodules=none', '-O/dev/null'],
  ]);
  const stderr = firstWords(child);
  const end = ended(child);
  end.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(steps.map(({ from, to }) => `${from} ${to}\n`).join(''));
  let next = 0;
  try {
    for await (const { trees, changes } of comparisons(child.stdout)) {
      const step = steps[next];
      if (!step || trees !== `${step.from} ${step.to}`)
        throw new CloneFault('git_failed', 'git compares other trees than it was asked to');
      next += 1;
      if (changes.length > 0) yield { commit: step.commit, parent: step.parent, changes };
    }
    if ((await end) !== 0 || next !== steps.length)
      throw new CloneFault('incomplete', `the clone lacks a tree: clone it again as a whole (${stderr()})`);
  } finally {
    child.kill();
  }
}

function stepsOf(commit: Commit, byId: ReadonlyMap<string, Commit>) {
  const empty = EMPTY_TREE[commit.tree.length === 64 ? 64 : 40];
  const before = commit.parents.map((id) => byId.get(id)?.tree ?? empty);
  return (before.length === 0 ? [empty] : before).map((from, parent) => ({
    ...{ commit, parent, from, to: commit.tree },
  }));
}

interface Comparison {
  readonly trees: string;
  readonly changes: Change[];
}

/** `<tree> <tree>\n`, then for each difference `:<mode> <mode> <id> <id> <letter>\0<path>\0`. */
async function* comparisons(output: AsyncIterable<Buffer>): AsyncGenerator<Comparison> {
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
}

function changeIn(raw: string, path: string): Change {
  const [before = '', after = '', from = '', to = ''] = raw.split(' ');
  const side = (mode: string, blob: string): Side | null => (mode === '000000' ? null : { mode, blob });
  return { path, before: side(before, from), after: side(after, to) };
}
