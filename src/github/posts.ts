// What the bot puts on GitHub: comments, issues, checks, and the run record as commits. Everything can be put twice and
// stands there once.
import type { ProbotOctokit } from 'probot';
import type { Posts } from '../publish/forge.ts';
import { assignable, type CommentBody, type IssueBody } from '../report/limits.ts';
import { answered, statusOf } from './answer.ts';
import { committer, standingAt } from './commits.ts';
import type { RepositoryFacts, RepositoryName } from './facts.ts';

/** `slug` is the App's own: only comments written by `<slug>[bot]` are ever taken for the bot's. */
export function openPosts(
  octokit: ProbotOctokit,
  { owner, repo, slug, facts }: RepositoryName & { slug: string; facts: RepositoryFacts },
): Omit<Posts, 'name'> {
  const at = { owner, repo };
  const self = `${slug}[bot]`;

  const commitOnBranch = committer(octokit, { at, facts });

  const posts: Omit<Posts, 'name'> = {
    upsertComment: ({ issue, marker, body, id }) =>
      answered(`a comment on #${issue}`, async () => {
        if (id !== undefined && (await edited(id, body))) return id;
        const found = await findComment(issue, marker);
        if (found !== undefined && (await edited(found, body))) return found;
        const { data } = await octokit.rest.issues.createComment({ ...at, issue_number: issue, body });
        return data.id;
      }),

    hasComment: (id) =>
      answered(`comment ${id}`, async () => {
        try {
          await octokit.rest.issues.getComment({ ...at, comment_id: id });
          return true;
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
          return false;
        }
      }),

    upsertIssue: ({ marker, title, body, assignees, number }) =>
      answered('an issue', async () => {
        if (number !== undefined && (await issueEdited(number, { body }))) return number;
        const known = await octokit.paginate(octokit.rest.issues.listForRepo, {
          ...at,
          state: 'all',
          creator: self,
          per_page: 100,
        });
        const found = known.find((issue) => issue.body?.includes(marker));
        if (found && (await issueEdited(found.number, { body }))) return found.number;
        const create = (assigned: readonly string[]) =>
          octokit.rest.issues.create({ ...at, title, body, assignees: [...assigned] });
        try {
          return (await create(assignable(assignees))).data.number;
        } catch (error) {
          // GitHub refuses the whole issue for one reviewer who cannot be assigned; its text names them anyway.
          if (statusOf(error) !== 422 || assignees.length === 0) throw error;
          return (await create([])).data.number;
        }
      }),

    closeIssue: ({ number, body }) =>
      answered(`closing issue #${number}`, async () => {
        await issueEdited(number, { body, state: 'closed', state_reason: 'completed' });
      }),

    standing: async () => standingAt(await facts.recentHead(), facts),

    commitFiles: (commit) => answered('the run record', () => commitOnBranch(commit)),

    publishCheck: ({ name: check, pull, headCommit, conclusion, output: { title, summary, annotations } }) =>
      answered(`the check of #${pull}`, async () => {
        const output = {
          title,
          summary,
          annotations: annotations.map(({ path, line, message, title: heading }) => ({
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
      }),
  };

  // A comment that somebody deleted is no reason to say nothing: false, and it is written anew.
  async function edited(id: number, body: CommentBody): Promise<boolean> {
    try {
      await octokit.rest.issues.updateComment({ ...at, comment_id: id, body });
      return true;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      return false;
    }
  }

  async function issueEdited(
    number: number,
    change: { body: IssueBody; state?: 'closed'; state_reason?: 'completed' },
  ): Promise<boolean> {
    try {
      await octokit.rest.issues.update({ ...at, issue_number: number, ...change });
      return true;
    } catch (error) {
      // 410 as well where the repository has no issues: then opening another one is what says so.
      if (![404, 410].includes(statusOf(error) ?? 0)) throw error;
      return false;
    }
  }

  async function findComment(issue: number, marker: string): Promise<number | undefined> {
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
      ...at,
      issue_number: issue,
      per_page: 100,
    });
    // Anybody can write the marker into a comment of their own; only the bot's own comments count.
    return comments.find(({ user, body }) => user?.login === self && body?.includes(marker))?.id;
  }

  return posts;
}
