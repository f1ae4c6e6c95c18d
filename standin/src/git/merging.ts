// The three ways to merge a pull request, computed on objects alone; the caller moves the branch.
import { listCommits, readCommit, type Signature, writeCommit } from './objects.ts';
import { runGit } from './run.ts';

export interface Ends {
  readonly base: string;
  readonly head: string;
}

/** The tree of base and head merged; undefined when they conflict. */
export async function mergeTrees(directory: string, { base, head }: Ends): Promise<string | undefined> {
  const args = ['merge-tree', '--write-tree', '--no-messages', base, head];
  const { code, stdout, stderr } = await runGit(directory, args, { accept: [0, 1, 128] });
  if (code === 128 && !stderr.includes('unrelated histories'))
    throw new Error(`git merge-tree ${base} ${head}: ${stderr.trim()}`);
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}

interface MergeWords {
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

/** A commit with both ends as parents; undefined on conflict. */
export async function mergeCommits(
  directory: string,
  { base, head, ...words }: Ends & MergeWords,
): Promise<string | undefined> {
  const tree = await mergeTrees(directory, { base, head });
  return tree && (await writeCommit(directory, { tree, parents: [base, head], ...words }));
}

/** One commit on the base with everything the head brings; undefined on conflict. */
export async function squashCommits(
  directory: string,
  { base, head, ...words }: Ends & MergeWords,
): Promise<string | undefined> {
  const tree = await mergeTrees(directory, { base, head });
  return tree && (await writeCommit(directory, { tree, parents: [base], ...words }));
}

/** The head's commits one by one on the base, always rewritten with a new committer; undefined on conflict. */
export async function rebaseCommits(
  directory: string,
  { base, head, committer }: Ends & { committer: Signature },
): Promise<string | undefined> {
  let tip = base;
  for (const id of await listCommits(directory, { base, head, skipMerges: true })) {
    const commit = await readCommit(directory, id);
    if (!commit) throw new Error(`the commit ${id} cannot be read`);
    const tree = await pickTree(directory, { tip, commit: id, parents: commit.parents, committer });
    if (tree === undefined) return undefined;
    const { author, message } = commit;
    tip = await writeCommit(directory, { tree, parents: [tip], author, committer, message });
  }
  return tip;
}

/** merge-tree finds its own merge base, so the tip's tree is given the picked commit's parent as its history. */
async function pickTree(
  directory: string,
  pick: { tip: string; commit: string; parents: readonly string[]; committer: Signature },
): Promise<string | undefined> {
  const tip = await readCommit(directory, pick.tip);
  if (!tip) throw new Error(`the commit ${pick.tip} cannot be read`);
  const grafted = await writeCommit(directory, {
    tree: tip.tree,
    parents: pick.parents,
    author: pick.committer,
    committer: pick.committer,
    message: 'graft',
  });
  return await mergeTrees(directory, { base: grafted, head: pick.commit });
}
