// The JSON that answers and webhooks carry. Each shape is a subset of GitHub's published schema, checked by the compiler:
// a field that GitHub does not know, or of another type, does not compile.
import type { components } from '@octokit/openapi-types';
import type { Commit, Signature } from '../git/objects.ts';
import {
  type Account,
  type Annotation,
  type CheckRun,
  type Comment,
  type Conversation,
  findAccount,
  fullName,
  type Installation,
  nodeId,
  noReplyAddress,
  type Repository,
  type World,
} from '../world.ts';

type Schemas = components['schemas'];

/** Some of a schema's fields, at any depth. */
export type Subset<T> = T extends readonly (infer Item)[]
  ? readonly Subset<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Subset<T[Name]> | undefined }
    : T;

/** GitHub's instants have no fraction of a second. */
export function showInstant(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function showAccount(world: World, { id, login, type }: Account) {
  const api = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${world.url}/-/avatar.svg`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${encodeURIComponent(login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  } satisfies Schemas['simple-user'];
}

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${fullName(repository)}`;
}

export function pageUrl(world: World, repository: Repository): string {
  return `${world.url}/${fullName(repository)}`;
}

export function showRepository(world: World, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: true,
    visibility: 'private',
    owner: showAccount(world, repository.owner),
    html_url: pageUrl(world, repository),
    description: null,
    fork: repository.parent !== undefined,
    url: repositoryUrl(world, repository),
    clone_url: `${pageUrl(world, repository)}.git`,
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    has_issues: true,
    created_at: showInstant(repository.createdAt),
    updated_at: showInstant(repository.pushedAt),
    pushed_at: showInstant(repository.pushedAt),
  } satisfies Subset<Schemas['full-repository']>;
}

export function showApp(world: World) {
  const { app } = world;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: showAccount(world, app.bot),
    name: app.slug,
    description: null,
    external_url: world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: showInstant(new Date(0)),
    updated_at: showInstant(new Date(0)),
    permissions: { ...app.permissions },
    events: [...app.events],
  } satisfies Subset<NonNullable<Schemas['integration']>>;
}

export function showInstallation(world: World, { id, account, createdAt }: Installation) {
  return {
    id,
    account: showAccount(world, account),
    repository_selection: 'all',
    access_tokens_url: `${world.apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...world.app.permissions },
    events: [...world.app.events],
    created_at: showInstant(createdAt),
    updated_at: showInstant(createdAt),
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  } satisfies Subset<Schemas['installation']>;
}

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

export function showAssociation(account: Account, repository: Repository) {
  if (account.login === repository.owner.login) return 'OWNER';
  const access = 'access' in account ? account.access : 'read';
  return access === 'read' ? 'NONE' : 'COLLABORATOR';
}

export function showComment(world: World, repository: Repository, comment: Comment) {
  const issue = `${repositoryUrl(world, repository)}/issues`;
  const kind = repository.conversations.get(comment.number)?.kind === 'pull' ? 'pull' : 'issues';
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${issue}/comments/${comment.id}`,
    issue_url: `${issue}/${comment.number}`,
    html_url: `${pageUrl(world, repository)}/${kind}/${comment.number}#issuecomment-${comment.id}`,
    user: showAccount(world, comment.author),
    created_at: showInstant(comment.createdAt),
    updated_at: showInstant(comment.updatedAt),
    author_association: showAssociation(comment.author, repository),
    body: comment.body,
    performed_via_github_app: null,
  } satisfies Subset<Schemas['issue-comment']>;
}

function showLabel(world: World, repository: Repository, name: string) {
  const url = `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(name)}`;
  const id = nodeId('LA', `${repository.id}${name}`);
  return { node_id: id, url, name, description: '', color: 'ededed', default: false };
}

/** What issues and pull requests have in common. */
export function showConversation(world: World, repository: Repository, conversation: Conversation) {
  return {
    id: conversation.id,
    number: conversation.number,
    state: conversation.state,
    locked: false,
    title: conversation.title,
    body: conversation.body,
    user: showAccount(world, conversation.author),
    labels: conversation.labels.map((name) => showLabel(world, repository, name)),
    assignees: conversation.assignees.map((account) => showAccount(world, account)),
    assignee: conversation.assignees[0] ? showAccount(world, conversation.assignees[0]) : null,
    author_association: showAssociation(conversation.author, repository),
    created_at: showInstant(conversation.createdAt),
    updated_at: showInstant(conversation.updatedAt),
    closed_at: conversation.closedAt ? showInstant(conversation.closedAt) : null,
  } as const;
}

/** An issue, or a pull request seen as one: GitHub lists both under `issues`. */
export function showIssue(world: World, repository: Repository, conversation: Conversation) {
  const { number } = conversation;
  const api = repositoryUrl(world, repository);
  const comments = [...repository.comments.values()].filter((comment) => comment.number === number);
  const isPull = conversation.kind === 'pull';
  const page = `${pageUrl(world, repository)}/${isPull ? 'pull' : 'issues'}/${number}`;
  const link = isPull ? { pull_request: { url: `${api}/pulls/${number}`, html_url: page } } : {};
  return {
    ...showConversation(world, repository, conversation),
    ...link,
    node_id: nodeId(isPull ? 'PR' : 'I', conversation.id),
    url: `${api}/issues/${number}`,
    repository_url: api,
    comments_url: `${api}/issues/${number}/comments`,
    html_url: page,
    comments: comments.length,
  } satisfies Subset<Schemas['issue']>;
}

export function showCheckRun(world: World, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = `${pageUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    name: run.name,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: Number.parseInt(run.headSha.slice(0, 8), 16) },
    app: showApp(world),
    pull_requests: [],
  } satisfies Subset<Schemas['check-run']>;
}

export function showAnnotation(world: World, repository: Repository, run: CheckRun) {
  return (annotation: Annotation) =>
    ({
      path: annotation.path,
      start_line: annotation.start_line,
      end_line: annotation.end_line,
      start_column: annotation.start_column ?? null,
      end_column: annotation.end_column ?? null,
      annotation_level: annotation.annotation_level,
      title: annotation.title ?? null,
      message: annotation.message,
      raw_details: annotation.raw_details ?? null,
      blob_href: `${pageUrl(world, repository)}/blob/${run.headSha}/${annotation.path}`,
    }) satisfies Schemas['check-annotation'];
}
