// What GitHub says, read by commit. Webhooks are hints: whatever is judged is read here again. Reading goes by git/trees
// and git/blobs, because the contents API follows symbolic links.
import { createHash } from 'node:crypto';
import type { ProbotOctokit } from 'probot';
import { z } from 'zod';
import type { TreeEntry } from '../approval/admission.ts';
import type { Forge, PullRequest } from '../intake/forge.ts';
import { SourceUnavailable } from '../phases/context.ts';
import { GitHubRefusal } from '../publish/forge.ts';
import { answered, statusOf } from './answer.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface RepositoryFacts extends Forge {
  /** The commit that the default branch points at. */
  head(): Promise<string>;
  /** As it was within the last seconds: for whatever is only shown, or notices by itself that it has moved. */
  recentHead(): Promise<string>;
  /** Tells where the bot's own commit has moved the branch, and that commit's tree. */
  moved(commit: string, root: string): void;
  /** The name of the default branch as it was within the last minute: good for reading and writing, not for judging. */
  recentBranch(): Promise<string>;
  /** The tree of a commit. */
  rootOf(commit: string): Promise<string>;
  /** GitHub's own clock, by the Date header of an answer. */
  now(): Promise<Date>;
}

/** What GitHub has listed of a folder, and whether that is all of it. */
interface Listed {
  readonly entries: readonly TreeEntry[];
  readonly whole: boolean;
}

const FILE_QUERY = `query($owner: String!, $repo: String!, $commit: GitObjectID!, $path: String!) {
  repository(owner: $owner, name: $repo) {
    object(oid: $commit) { ... on Commit { file(path: $path) { mode type oid size } } }
  }
}`;

const fileAnswer = z.object({
  repository: z.object({
    object: z
      .object({
        file: z
          .object({ mode: z.number().int(), type: z.string(), oid: z.string(), size: z.number().int() })
          .nullable(),
      })
      .nullable(),
  }),
});

const TREES_KEPT = 64;
/** A folder of tens of thousands of files is megabytes, and another one after each merge. */
const LARGE = 2_000;
const LARGE_TREES_KEPT = 2;
const COMMITS_KEPT = 256;
/** Small files are read again and again, by each phase and each look; a large one is not held. */
const BLOBS_KEPT = 64;
const LARGEST_BLOB_KEPT = 256 * 1024;

const BRANCH_RECENT_MS = 60_000;
const HEAD_RECENT_MS = 2_000;

/** Every reading throws SourceUnavailable when GitHub cannot be reached or is out of order, GitHubRefusal when it says no. */
export function readFacts(octokit: ProbotOctokit, { owner, repo }: RepositoryName): RepositoryFacts {
  const at = { owner, repo };
  // Named by their content, so what was read once holds for ever; only the newest are kept.
  const trees = newest<Listed>(TREES_KEPT);
  const largeTrees = newest<Listed>(LARGE_TREES_KEPT);
  const roots = newest<string>(COMMITS_KEPT);
  const blobs = newest<Uint8Array>(BLOBS_KEPT);

  let branch: { name: string; readAt: number } | undefined;
  let head: { commit: string; readAt: number } | undefined;

  const tree = async (sha: string): Promise<Listed> => {
    const known = trees.get(sha) ?? largeTrees.get(sha);
    if (known) return known;
    const listed = await answered(`reading tree ${sha}`, async () => {
      const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: sha });
      const entries = data.tree.map(({ path = '', mode = '', type = '', sha: entry = '', size }) => ({
        ...{ path, mode, type, sha: entry },
        // A file whose size GitHub does not tell is not read.
        ...(type === 'blob' ? { size: size ?? Number.POSITIVE_INFINITY } : {}),
      }));
      return { entries, whole: !data.truncated };
    });
    (listed.entries.length > LARGE ? largeTrees : trees).keep(sha, listed);
    return listed;
  };

  // GitHub lists no more of a folder than 7 MB of it; what it leaves out is asked for by itself.
  const entryAlone = (commit: string, path: string): Promise<TreeEntry | null> =>
    answered(`reading ${path} at ${commit}`, async () => {
      const { repository } = fileAnswer.parse(await octokit.graphql(FILE_QUERY, { ...at, commit, path }));
      if (!repository.object) throw new GitHubRefusal('not_found', { doing: `reading ${path} at ${commit}` });
      const { file } = repository.object;
      if (!file) return null;
      const { mode, type, oid: sha, size } = file;
      return {
        path,
        mode: mode.toString(8).padStart(6, '0'),
        type,
        sha,
        ...(type === 'blob' ? { size } : {}),
      };
    });

  const rootOf = async (commit: string): Promise<string> => {
    const known = roots.get(commit);
    if (known) return known;
    const { data } = await answered(`reading commit ${commit}`, () =>
      octokit.rest.git.getCommit({ ...at, commit_sha: commit }),
    );
    roots.keep(commit, data.tree.sha);
    return data.tree.sha;
  };

  const entry = async (commit: string, path: string): Promise<TreeEntry | null> => {
    let sha = await rootOf(commit);
    const names = path.split('/');
    for (const [depth, segment] of names.entries()) {
      const { entries, whole } = await tree(sha);
      const found = entries.find((candidate) => candidate.path === segment);
      if (!found && !whole) return entryAlone(commit, path);
      if (!found) return null;
      if (depth === names.length - 1) return { ...found, path };
      if (found.type !== 'tree') return null;
      sha = found.sha;
    }
    return null;
  };

  /** null: no common history, no such commit any more, or not yet where this was asked. */
  const compare = (one: string, other: string) =>
    answered(`comparing ${one} with ${other}`, async () => {
      try {
        const asked = { ...at, basehead: `${one}...${other}`, per_page: 1 };
        return (await octokit.rest.repos.compareCommitsWithBasehead(asked)).data;
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    });

  const facts: RepositoryFacts = {
    name: `${owner}/${repo}`,
    entry,
    rootOf,

    async defaultBranch() {
      const { data } = await answered('reading the repository', () => octokit.rest.repos.get(at));
      branch = { name: data.default_branch, readAt: performance.now() };
      return data.default_branch;
    },

    async head() {
      const name = await facts.recentBranch();
      const { data } = await answered('reading the default branch', () =>
        octokit.rest.git.getRef({ ...at, ref: `heads/${name}` }),
      );
      head = { commit: data.object.sha, readAt: performance.now() };
      return data.object.sha;
    },

    async recentHead() {
      return head && performance.now() - head.readAt < HEAD_RECENT_MS ? head.commit : facts.head();
    },

    moved(commit, root) {
      roots.keep(commit, root);
      head = { commit, readAt: performance.now() };
    },

    async recentBranch() {
      if (branch && performance.now() - branch.readAt < BRANCH_RECENT_MS) return branch.name;
      return facts.defaultBranch();
    },

    async placeOf(commit) {
      // By its id: a tag may have the name of the branch.
      const tip = await facts.head();
      if (tip === commit) return 'on';
      const compared = await compare(tip, commit);
      if (!compared) return 'unknown';
      const { status } = compared;
      if (status === 'behind' || status === 'identical') return 'on';
      return status === 'diverged' ? 'off' : status;
    },

    mergeBase: async (one, other) => (await compare(one, other))?.merge_base_commit.sha ?? null,

    async pull(number) {
      const { data } = await answered(`reading pull request ${number}`, () =>
        octokit.rest.pulls.get({ ...at, pull_number: number }),
      );
      return decodePull(data);
    },

    async changedFiles(number) {
      const files = await answered(`listing the files of pull request ${number}`, () =>
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
      return answered('listing closed pull requests', async () => {
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

    async folder(commit, path, { with: wanted = [] } = {}) {
      const found = await entry(commit, path);
      if (found?.type !== 'tree') return null;
      const { entries, whole } = await tree(found.sha);
      const listed = entries.map((child) => ({ ...child, path: `${path}/${child.path}` }));
      if (whole) return listed;
      const known = new Set(listed.map((child) => child.path));
      const alone = await Promise.all(
        wanted.filter((one) => !known.has(one)).map((one) => entryAlone(commit, one)),
      );
      return [...listed, ...alone.filter((one) => one !== null)];
    },

    async blob(sha) {
      const known = blobs.get(sha);
      if (known) return known;
      const { data } = await answered(`reading blob ${sha}`, () =>
        octokit.rest.git.getBlob({ ...at, file_sha: sha }),
      );
      const bytes = Buffer.from(data.content, 'base64');
      if (gitBlobId(bytes) !== sha)
        throw new SourceUnavailable(`reading blob ${sha}`, { cause: new Error('the bytes have another id') });
      if (bytes.length <= LARGEST_BLOB_KEPT) blobs.keep(sha, bytes);
      return bytes;
    },

    async now() {
      const { headers } = await answered('asking for the time', () => octokit.rest.repos.get(at));
      const date = new Date(headers.date ?? '');
      if (Number.isNaN(date.getTime()))
        throw new SourceUnavailable('asking for the time', { cause: new Error('no Date header') });
      return date;
    },
  };
  return facts;
}

function newest<T>(most: number) {
  const kept = new Map<string, T>();
  return {
    get: (key: string) => kept.get(key),
    keep(key: string, value: T): void {
      kept.set(key, value);
      for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
    },
  };
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
  head: { sha: string; repo: { id: number } | null };
  changed_files?: number;
  base: { ref: string; sha: string; repo: { id: number } };
  user: { login: string } | null;
}

function decodePull(data: PullData): PullRequest {
  return {
    number: data.number,
    open: data.state === 'open',
    merged: data.merged_at !== null,
    mergedAt: data.merged_at === null ? null : new Date(data.merged_at),
    mergeCommit: data.merge_commit_sha,
    headCommit: data.head.sha,
    baseCommit: data.base.sha,
    changes: data.changed_files ?? null,
    // By their ids: a name changes with a rename, a transfer, and with how somebody writes it.
    fork: data.head.repo?.id !== data.base.repo.id,
    base: data.base.ref,
    author: data.user?.login ?? 'ghost',
  };
}
