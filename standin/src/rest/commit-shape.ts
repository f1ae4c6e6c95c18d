// Commits as JSON: the plain git object, and GitHub's view of it with accounts.
import type { components } from '@octokit/openapi-types';
import type { Commit, Signature } from '../git/objects.ts';
import { type Account, findAccount, nodeId, noReplyAddress, type Repository, type World } from '../world.ts';
import { pageUrl, repositoryUrl, type Subset, showAccount, showInstant } from './shapes.ts';

type Schemas = components['schemas'];

/** GitHub knows a commit's people by their addresses; a stranger's commit has no account. */
function findAuthor(world: World, { email }: Signature): Account | undefined {
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  const account = login === undefined ? undefined : findAccount(world, login);
  return account && noReplyAddress(account) === email ? account : undefined;
}

export function showSignature({ name, email, at }: Signature) {
  return { name, email, date: showInstant(at) };
}

const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
} as const;

export function showGitCommit(world: World, repository: Repository, commit: Commit) {
  const git = `${repositoryUrl(world, repository)}/git`;
  const page = `${pageUrl(world, repository)}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${git}/commits/${commit.sha}`,
    html_url: `${page}/${commit.sha}`,
    author: showSignature(commit.author),
    committer: showSignature(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${git}/commits/${sha}`,
      html_url: `${page}/${sha}`,
    })),
    verification: UNSIGNED,
  } satisfies Schemas['git-commit'];
}

export function showCommit(world: World, repository: Repository, commit: Commit) {
  const plain = showGitCommit(world, repository, commit);
  const url = `${repositoryUrl(world, repository)}/commits/${commit.sha}`;
  const author = findAuthor(world, commit.author);
  const committer = findAuthor(world, commit.committer);
  return {
    sha: commit.sha,
    node_id: plain.node_id,
    url,
    html_url: plain.html_url,
    comments_url: `${url}/comments`,
    commit: {
      url: plain.url,
      author: plain.author,
      committer: plain.committer,
      message: plain.message,
      tree: plain.tree,
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: author ? showAccount(world, author) : null,
    committer: committer ? showAccount(world, committer) : null,
    parents: plain.parents,
  } satisfies Subset<Schemas['commit']>;
}
