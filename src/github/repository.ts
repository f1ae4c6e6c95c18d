// One repository on GitHub, through the few operations the bot needs. Webhooks are hints: whatever is judged is read
// here again, by commit. Reading goes by git/trees and git/blobs, because the contents API follows symbolic links.
import { createHash } from 'node:crypto';
import type { ProbotOctokit } from 'probot';
import { SourceUnavailable } from '../phases/context.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly mergeCommit: string | null;
  readonly headCommit: string;
  readonly headRepository: string | null;
  readonly base: string;
  readonly author: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: string;
  readonly previousPath?: string;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

export interface Repository {
  readonly name: string;
  defaultBranch(): Promise<string>;
  /** The commit that the default branch points at. */
  head(): Promise<string>;
  pull(number: number): Promise<PullRequest>;
  /** Every file that the pull request changes; GitHub lists at most 3,000. */
  changedFiles(number: number): Promise<ChangedFile[]>;
  /** Closed pull requests, those updated last first, until `since`. */
  closedPulls(since: Date): Promise<PullRequest[]>;
  /** The entries directly in `folder` at a commit, or null when it is no folder there. */
  folder(commit: string, path: string): Promise<TreeEntry[] | null>;
  /** The entry itself, of whatever type; null when nothing has that path. */
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  blob(sha: string): Promise<Uint8Array>;
  now(): Promise<Date>;
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
export function openRepository(octokit: ProbotOctokit, name: RepositoryName & { slug: string }): Repository {
  const { owner, repo } = name;
  const at = { owner, repo };
  const self = `${name.slug}[bot]`;
  const trees = new Map<string, Promise<TreeEntry[]>>();

  // A tree is named by its content, so one reading is good for ever; the map lives as long as one job.
  const tree = (sha: string): Promise<TreeEntry[]> => {
    const known = trees.get(sha);
    if (known) return known;
    const reading = reads(`reading tree ${sha}`, async () => {
      const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: sha });
      if (data.truncated) throw new Error(`GitHub truncated tree ${sha}`);
      return data.tree.map(({ path = '', mode = '', type = '', sha: entry = '' }) => ({
        path,
        mode,
        type,
        sha: entry,
      }));
    });
    trees.set(sha, reading);
    return reading;
  };

  const rootOf = async (commit: string): Promise<string> => {
    const { data } = await reads(`reading commit ${commit}`, () =>
      octokit.rest.git.getCommit({ ...at, commit_sha: commit }),
    );
    return data.tree.sha;
  };

  const entry = async (commit: string, path: string): Promise<TreeEntry | null> => {
    let sha = await rootOf(commit);
    const names = path.split('/');
    for (const [depth, segment] of names.entries()) {
      const found = (await tree(sha)).find((candidate) => candidate.path === segment);
      if (!found) return null;
      if (depth === names.length - 1) return { ...found, path };
      if (found.type !== 'tree') return null;
      sha = found.sha;
    }
    return null;
  };

  const repository: Repository = {
    name: `${owner}/${repo}`,
    entry,

    async defaultBranch() {
      const { data } = await reads('reading the repository', () => octokit.rest.repos.get(at));
      return data.default_branch;
    },

    async head() {
      const branch = await repository.defaultBranch();
      const { data } = await reads('reading the default branch', () =>
        octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` }),
      );
      return data.object.sha;
    },

    async pull(number) {
      const { data } = await reads(`reading pull request ${number}`, () =>
        octokit.rest.pulls.get({ ...at, pull_number: number }),
      );
      return decodePull(data);
    },

    async changedFiles(number) {
      const files = await reads(`listing the files of pull request ${number}`, () =>
        octokit.paginate(octokit.rest.pulls.listFiles, { ...at, pull_number: number, per_page: 100 }),
      );
      return files.map(({ filename, status, previous_filename }) => ({
        path: filename,
        status,
        ...(previous_filename === undefined ? {} : { previousPath: previous_filename }),
      }));
    },

    async closedPulls(since) {
      const list = octokit.rest.pulls.list;
      const query = { ...at, state: 'closed', sort: 'updated', direction: 'desc', per_page: 50 } as const;
      return reads('listing closed pull requests', async () => {
        const found: PullRequest[] = [];
        for await (const { data } of octokit.paginate.iterator(list, query)) {
          for (const pull of data) {
            if (new Date(pull.updated_at) < since) return found;
            found.push(decodePull(pull));
          }
        }
        return found;
      });
    },

    async folder(commit, path) {
      const found = await entry(commit, path);
      if (found?.type !== 'tree') return null;
      return (await tree(found.sha)).map((child) => ({ ...child, path: `${path}/${child.path}` }));
    },

    async blob(sha) {
      const { data } = await reads(`reading blob ${sha}`, () =>
        octokit.rest.git.getBlob({ ...at, file_sha: sha }),
      );
      const bytes = Buffer.from(data.content, 'base64');
      if (gitBlobId(bytes) !== sha)
        throw new SourceUnavailable(`reading blob ${sha}`, { cause: new Error('the bytes have another id') });
      return bytes;
    },

    async now() {
      const { headers } = await reads('asking for the time', () => octokit.rest.repos.get(at));
      const date = new Date(headers.date ?? '');
      if (Number.isNaN(date.getTime()))
        throw new SourceUnavailable('asking for the time', { cause: new Error('no Date header') });
      return date;
    },

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
        const branch = await repository.defaultBranch();
        const { data: ref } = await octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` });
        const head = ref.object.sha;
        const changed = await changedAgainst(head, files);
        if (changed.size === 0) return null;
        const { data: made } = await octokit.rest.git.createTree({
          ...at,
          base_tree: await rootOf(head),
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
      const mine = data.check_runs.find(({ app }) => app?.slug === name.slug);
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
      const found = await entry(head, path);
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

  return repository;
}

/** The id that git gives a blob: SHA-1 over `blob <size>\0<bytes>`. */
export function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

interface PullData {
  number: number;
  state: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { sha: string; repo: { full_name: string } | null };
  base: { ref: string };
  user: { login: string } | null;
}

function decodePull(data: PullData): PullRequest {
  return {
    number: data.number,
    open: data.state === 'open',
    merged: data.merged_at !== null,
    mergeCommit: data.merge_commit_sha,
    headCommit: data.head.sha,
    headRepository: data.head.repo?.full_name ?? null,
    base: data.base.ref,
    author: data.user?.login ?? 'ghost',
  };
}

export function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

// Network failures and 5xx say nothing about the facts: they are told apart so that the look is simply repeated.
async function reads<T>(doing: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const status = statusOf(error);
    if (
      error instanceof SourceUnavailable ||
      (status !== undefined && status < 500 && status !== 429 && status !== 403)
    )
      throw error;
    throw new SourceUnavailable(doing, { cause: error });
  }
}
