// A pull request as JSON, and the facts that GitHub computes for it: its files, and whether it can be merged.
import type { components } from '@octokit/openapi-types';
import { type ChangedFile, listChangedFiles } from '../git/difference.ts';
import { mergeCommits } from '../git/merging.ts';
import { findMergeBase, listCommits } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { fullName, nodeId, noReplyAddress, type Pull, type Repository, type World } from '../world.ts';
import {
  pageUrl,
  repositoryUrl,
  type Subset,
  showAccount,
  showConversation,
  showInstant,
  showRepository,
} from './shapes.ts';

type Schemas = components['schemas'];

/** What lists and webhooks show of a pull request. */
export function showPull(world: World, repository: Repository, pull: Pull) {
  const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
  const page = `${pageUrl(world, repository)}/pull/${pull.number}`;
  const issue = `${repositoryUrl(world, repository)}/issues/${pull.number}`;
  return {
    ...showConversation(world, repository, pull),
    node_id: nodeId('PR', pull.id),
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    comments_url: `${issue}/comments`,
    commits_url: `${url}/commits`,
    statuses_url: `${repositoryUrl(world, repository)}/statuses/${pull.head.sha}`,
    draft: pull.draft,
    merged_at: pull.merged ? showInstant(pull.merged.at) : null,
    merge_commit_sha: pull.merged?.sha ?? pull.trial?.sha ?? null,
    head: showEnd(world, pull.head),
    base: showEnd(world, { repository, ...pull.base }),
    auto_merge: null,
    milestone: null,
    requested_reviewers: [],
    requested_teams: [],
  } satisfies Subset<Schemas['pull-request-simple']>;
}

/** A single pull request, with what takes work to compute. */
export async function showPullInFull(world: World, repository: Repository, pull: Pull) {
  const mergeable = pull.state === 'open' ? (await tryMerge(world, repository, pull)) !== undefined : null;
  const files = await listPullFiles(repository, pull);
  const commits = await listPullCommits(repository, pull);
  const comments = [...repository.comments.values()].filter(({ number }) => number === pull.number);
  return {
    ...showPull(world, repository, pull),
    merged: pull.merged !== undefined,
    merged_by: pull.merged ? showAccount(world, pull.merged.by) : null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === null ? 'unknown' : mergeable ? 'clean' : 'dirty',
    comments: comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  } satisfies Subset<Schemas['pull-request']>;
}

export function showPullFile(world: World, { repository, sha }: { repository: Repository; sha: string }) {
  const page = pageUrl(world, repository);
  const api = repositoryUrl(world, repository);
  return (file: ChangedFile) => {
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    const previous = file.previousPath === undefined ? {} : { previous_filename: file.previousPath };
    return {
      sha: file.sha,
      filename: file.path,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      changes: file.additions + file.deletions,
      blob_url: `${page}/blob/${sha}/${path}`,
      raw_url: `${page}/raw/${sha}/${path}`,
      contents_url: `${api}/contents/${path}?ref=${sha}`,
      ...previous,
    } satisfies Schemas['diff-entry'];
  };
}

/** Both ends of a pull request's difference: from the merge base, so that only its own changes show. */
export async function readPullEnds(
  repository: Repository,
  pull: Pull,
): Promise<{ from: string; to: string }> {
  const base = await readPullBase(repository, pull);
  const from = await findMergeBase(repository.directory, { base, head: pull.head.sha });
  return { from: from ?? base, to: pull.head.sha };
}

export async function listPullFiles(repository: Repository, pull: Pull): Promise<readonly ChangedFile[]> {
  return await listChangedFiles(repository.directory, await readPullEnds(repository, pull));
}

export async function listPullCommits(repository: Repository, pull: Pull): Promise<readonly string[]> {
  const base = await readPullBase(repository, pull);
  return await listCommits(repository.directory, { base, head: pull.head.sha });
}

/** A closed pull request keeps the base it was closed on; merging would otherwise empty its difference. */
async function readPullBase({ directory }: Repository, { state, base }: Pull): Promise<string> {
  const tip = state === 'open' ? await readRef(directory, `refs/heads/${base.branch}`) : undefined;
  return tip ?? base.sha;
}

/** GitHub's test merge, kept under refs/pull/<n>/merge; undefined on conflict. Computed once for each pair of ends. */
async function tryMerge(world: World, repository: Repository, pull: Pull): Promise<string | undefined> {
  const { directory } = repository;
  const head = pull.head.sha;
  const base = await readPullBase(repository, pull);
  if (pull.trial?.base === base && pull.trial.head === head) return pull.trial.sha;
  const author = { name: pull.author.login, email: noReplyAddress(pull.author), at: world.clock() };
  const message = `Merge ${head} into ${base}`;
  const sha = await mergeCommits(directory, { base, head, message, author, committer: author });
  pull.trial = { base, head, sha };
  const ref = `refs/pull/${pull.number}/merge`;
  if (sha) await swapRef(directory, { ref, from: await readRef(directory, ref), to: sha });
  return sha;
}

function showEnd(world: World, end: { repository: Repository; branch: string; sha: string }) {
  const { owner } = end.repository;
  return {
    label: `${owner.login}:${end.branch}`,
    ref: end.branch,
    sha: end.sha,
    user: showAccount(world, owner),
    repo: showRepository(world, end.repository),
  };
}

export function describeHead({ head }: Pull): string {
  return `${fullName(head.repository)}:${head.branch}`;
}
