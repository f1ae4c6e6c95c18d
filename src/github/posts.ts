// What the bot puts on GitHub: comments, issues, checks, and the run record as commits. Everything can be put twice and
// stands there once.
import type { ProbotOctokit } from 'probot';
import { gitBlobId, type RepositoryFacts, type RepositoryName, statusOf } from './facts.ts';

export interface RepositoryPosts {
  /** Creates the comment, or edits the bot's own one that holds `marker`. Returns its id. */
  upsertComment(options: {
    issue: number;
    marker: string;
    body: string;
    id?: number | undefined;
  }): Promise<number>;
  openIssue(options: {
    marker: string;
    title: string;
    body: string;
    assignees: readonly string[];
  }): Promise<number>;
  /** Puts the files on the default branch in one commit; null when they all stand there already. */
  commitFiles(options: { message: string; files: ReadonlyMap<string, string> }): Promise<string | null>;
  publishCheck(check: CheckRun): Promise<void>;
}

export interface CheckRun {
  readonly name: string;
  readonly pull: number;
  readonly headCommit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly { path: string; line: number; message: string; title: string }[];
}

/** `slug` is the App's own: only comments written by `<slug>[bot]` are ever taken for the bot's. */
export function openPosts(
  octokit: ProbotOctokit,
  { owner, repo, slug, facts }: RepositoryName & { slug: string; facts: RepositoryFacts },
): RepositoryPosts {
  const at = { owner, repo };
  const self = `${slug}[bot]`;

  const posts: RepositoryPosts = {
    async upsertComment({ issue, marker, body, id }) {
      const known = id ?? (await findComment(issue, marker));
      if (known !== undefined) {
        await octokit.rest.issues.updateComment({ ...at, comment_id: known, body });
        return known;
      }
      const { data } = await octokit.rest.issues.createComment({ ...at, issue_number: issue, body });
      return data.id;
    },

    async openIssue({ marker, title, body, assignees }) {
      const known = await octokit.paginate(octokit.rest.issues.listForRepo, {
        ...at,
        state: 'all',
        creator: self,
        per_page: 100,
      });
      const found = known.find((issue) => issue.body?.includes(marker));
      if (found) return found.number;
      const { data } = await octokit.rest.issues.create({ ...at, title, body, assignees: [...assignees] });
      return data.number;
    },

    async commitFiles({ message, files }) {
      // Somebody may push between the reading and the update of the branch: then the whole is tried on the new head.
      for (let tries = 0; tries < 5; tries += 1) {
        const branch = await facts.defaultBranch();
        const { data: ref } = await octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` });
        const head = ref.object.sha;
        const changed = await changedAgainst(head, files);
        if (changed.size === 0) return null;
        const { data: made } = await octokit.rest.git.createTree({
          ...at,
          base_tree: await facts.rootOf(head),
          tree: await Promise.all([...changed].map(([path, text]) => uploaded(path, text))),
        });
        const { data: commit } = await octokit.rest.git.createCommit({
          ...at,
          message,
          tree: made.sha,
          parents: [head],
        });
        try {
          await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha, force: false });
          return commit.sha;
        } catch (error) {
          if (statusOf(error) !== 422 && statusOf(error) !== 409) throw error;
        }
      }
      throw new Error('the default branch moved five times while the run record was being committed');
    },

    async publishCheck({ name: check, pull, headCommit, conclusion, title, summary, annotations }) {
      const output = {
        title,
        summary,
        annotations: annotations.slice(0, 50).map(({ path, line, message, title: heading }) => ({
          path,
          start_line: line,
          end_line: line,
          annotation_level: 'failure' as const,
          message,
          title: heading,
        })),
      };
      const { data } = await octokit.rest.checks.listForRef({
        ...at,
        ref: headCommit,
        check_name: check,
        filter: 'latest',
      });
      const mine = data.check_runs.find(({ app }) => app?.slug === slug);
      const result = { ...at, status: 'completed' as const, conclusion, output };
      if (mine) await octokit.rest.checks.update({ ...result, check_run_id: mine.id });
      else
        await octokit.rest.checks.create({
          ...result,
          name: check,
          head_sha: headCommit,
          external_id: String(pull),
        });
    },
  };

  async function findComment(issue: number, marker: string): Promise<number | undefined> {
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
      ...at,
      issue_number: issue,
      per_page: 100,
    });
    // Anybody can write the marker into a comment of their own; only the bot's own comments count.
    return comments.find(({ user, body }) => user?.login === self && body?.includes(marker))?.id;
  }

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

  async function uploaded(path: string, text: string) {
    const { data } = await octokit.rest.git.createBlob({
      ...at,
      content: Buffer.from(text).toString('base64'),
      encoding: 'base64',
    });
    return { path, mode: '100644' as const, type: 'blob' as const, sha: data.sha };
  }

  return posts;
}
