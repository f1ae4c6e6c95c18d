// A pull request as JSON, and the facts that GitHub computes for it: its files, and whether it can be merged.
import type { components } from '@octokit/openapi-types';
import { type ChangedFile, listChangedFiles } from '../git/difference.ts';
import { mergeCommits } from '../git/merging.ts';
import { findMergeBase, listCommits } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import {
  findRepository,
  fullName,
  type Measure,
  nodeId,
  noReplyAddress,
  type Pull,
  type Repository,
  type World,
} from '../world.ts';
import { showConversation } from './conversation-shape.ts';
import { pageUrl, repositoryUrl, type Subset, showAccount, showInstant, showRepository } from './shapes.ts';

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
    merge_commit_sha: pull.merged?.sha ?? pull.measure?.trial ?? null,
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
  const { files, commits, trial } = await measurePull(world, repository, pull);
  const mergeable = pull.state === 'open' ? trial !== undefined : null;
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

/**
 * What a pull request changes, from the merge base, so that only its own changes show; computed once for each pair of ends.
 * A closed one keeps the base it was closed on: after a merge its difference would be empty.
 */
export async function measurePull(world: World, repository: Repository, pull: Pull): Promise<Measure> {
  const { directory } = repository;
  const head = pull.head.sha;
  const tip = pull.state === 'open' ? await readRef(directory, `refs/heads/${pull.base.branch}`) : undefined;
  const base = tip ?? pull.base.sha;
  if (pull.measure?.base === base && pull.measure.head === head) return pull.measure;
  const from = (await findMergeBase(directory, { base, head })) ?? base;
  const [files, commits, trial] = await Promise.all([
    listChangedFiles(directory, { from, to: head }),
    listCommits(directory, { base, head }),
    pull.state === 'open' ? tryMerge(world, { repository, pull, base }) : pull.measure?.trial,
  ]);
  pull.measure = { base, head, from, files, commits, trial };
  return pull.measure;
}

/** GitHub's test merge, kept under refs/pull/<n>/merge; undefined on conflict. */
async function tryMerge(
  world: World,
  { repository, pull, base }: { repository: Repository; pull: Pull; base: string },
): Promise<string | undefined> {
  const { directory } = repository;
  const head = pull.head.sha;
  const author = { name: pull.author.login, email: noReplyAddress(pull.author), at: world.clock() };
  const message = `Merge ${head} into ${base}`;
  const sha = await mergeCommits(directory, { base, head, message, author, committer: author });
  const ref = `refs/pull/${pull.number}/merge`;
  if (sha) await swapRef(directory, { ref, from: await readRef(directory, ref), to: sha });
  return sha;
}

/** A repository that was deleted leaves its pull requests behind; GitHub's description does not know of it. */
const GONE = null as unknown as ReturnType<typeof showRepository>;

function showEnd(world: World, end: { repository: Repository; branch: string; sha: string }) {
  const { owner } = end.repository;
  return {
    label: `${owner.login}:${end.branch}`,
    ref: end.branch,
    sha: end.sha,
    user: showAccount(world, owner),
    repo: findRepository(world, fullName(end.repository)) ? showRepository(world, end.repository) : GONE,
  };
}
