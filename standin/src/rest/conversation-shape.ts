// Issues, comments and what pull requests share with them, as JSON.
import type { components } from '@octokit/openapi-types';
import {
  type Account,
  type Comment,
  type Conversation,
  nodeId,
  type Repository,
  type World,
} from '../world.ts';
import { pageUrl, repositoryUrl, type Subset, showAccount, showInstant } from './shapes.ts';

type Schemas = components['schemas'];

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
