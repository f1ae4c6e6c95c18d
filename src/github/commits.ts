// The run record as commits on the default branch: only what differs is uploaded, a push in between is no failure, and a
// log never takes the place of a longer or another one.
import type { ProbotOctokit } from 'probot';
import { SourceUnavailable } from '../phases/context.ts';
import { type Commit, GitHubRefusal } from '../publish/forge.ts';
import type { Standing } from '../record/log-files.ts';
import { isNotFastForward, ruleRefusal, statusOf } from './answer.ts';
import { gitBlobId, type RepositoryFacts, type RepositoryName } from './facts.ts';

/**
 * How much text one tree carries inline. GitHub names no limit for the request and ends what takes it longer than ten
 * seconds; a record of some thousand rows is below this.
 */
const INLINE_BYTES = 2 * 1024 * 1024;

/** Commits the files; null when they all stand there already. */
export function committer(
  octokit: ProbotOctokit,
  { at, facts }: { at: RepositoryName; facts: RepositoryFacts },
): (commit: Commit) => Promise<string | null> {
  return async ({ message, files, contradicts }) => {
    // Somebody may push between the reading and the update of the branch: then the whole is tried on the new head.
    for (let tries = 0; tries < 5; tries += 1) {
      const branch = await facts.recentBranch();
      const head = await (tries === 0 ? facts.recentHead() : facts.head());
      const changed = await changedAgainst(head, files);
      if (changed.size === 0) return null;
      // On the very head that is committed upon: a push in between makes the whole be tried again.
      const contradiction = await contradicts?.(standingAt(head, facts));
      if (contradiction) throw new GitHubRefusal('record_rewound', { doing: contradiction });
      const { data: made } = await octokit.rest.git.createTree({
        ...at,
        base_tree: await facts.rootOf(head),
        tree: await entriesOf(changed),
      });
      const { data: commit } = await octokit.rest.git.createCommit({
        ...at,
        message,
        tree: made.sha,
        parents: [head],
      });
      try {
        await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha, force: false });
        facts.moved(commit.sha, made.sha);
        return commit.sha;
      } catch (error) {
        // Words differ from rule to rule. Where the branch has not moved, it is a rule that refuses the commit, and the
        // next one would be refused too.
        const status = statusOf(error);
        if (status !== 409 && status !== 422) throw error;
        if ((await facts.head()) !== head) continue;
        if (isNotFastForward(error))
          throw new SourceUnavailable('moving the default branch', { cause: error });
        throw ruleRefusal(error);
      }
    }
    throw new Error('the default branch moved five times while the run record was being committed');
  };

  async function changedAgainst(
    head: string,
    files: ReadonlyMap<string, string>,
  ): Promise<Map<string, string>> {
    const changed = new Map<string, string>();
    for (const [path, text] of files) {
      const found = await facts.entry(head, path);
      if (found?.sha !== gitBlobId(Buffer.from(text))) changed.set(path, text);
    }
    return changed;
  }

  // Each file of a usual record goes in the tree's own request; what would make that too big is uploaded before it.
  async function entriesOf(changed: ReadonlyMap<string, string>) {
    let room = INLINE_BYTES;
    const entries: { path: string; mode: '100644'; type: 'blob'; content?: string; sha?: string }[] = [];
    for (const [path, text] of changed) {
      const entry = { path, mode: '100644', type: 'blob' } as const;
      const size = Buffer.byteLength(text);
      if (size <= room) {
        room -= size;
        entries.push({ ...entry, content: text });
        continue;
      }
      // As text: a long plan in base64 would be in memory twice more.
      const { data } = await octokit.rest.git.createBlob({ ...at, content: text, encoding: 'utf-8' });
      entries.push({ ...entry, sha: data.sha });
    }
    return entries;
  }
}

/** What stands at a commit. */
export function standingAt(
  commit: string,
  { entry, blob }: Pick<RepositoryFacts, 'entry' | 'blob'>,
): Standing {
  return {
    async read(path) {
      const found = await entry(commit, path);
      return found?.type === 'blob' ? blob(found.sha) : null;
    },
    holds: async (path, text) => (await entry(commit, path))?.sha === gitBlobId(Buffer.from(text)),
    exists: async (path) => (await entry(commit, path)) !== null,
  };
}
