// Issues, and what issues and pull requests have in common: they share one numbering.
import type { components } from '@octokit/openapi-webhooks-types';
import { z } from 'zod';
import {
  type Account,
  type Conversation,
  findAccount,
  type Issue,
  type Repository,
  takeNumber,
  type World,
} from '../world.ts';
import { type Actor, mayWrite, requireAccount } from './actor.ts';
import { showIssue } from './conversation-shape.ts';
import { paginate } from './page.ts';
import { notFound, Refusal } from './refusal.ts';
import {
  type Need,
  numericParameter,
  type Reply,
  type RepositoryCall,
  type Route,
  readBody,
  repositoryRoute,
} from './route.ts';
import type { Asks, Subset } from './shapes.ts';

type Webhooks = components['schemas'];

/** Comments on pull requests are open to either permission, issues only to their own. */
const READ_COMMENTS: Need = { anyOf: ['issues', 'pull_requests'], level: 'read' };
const READ: Need = { anyOf: ['issues'], level: 'read' };
const WRITE: Need = { anyOf: ['issues'], level: 'write', openToReaders: true };

export const issueRoutes: readonly Route[] = [
  repositoryRoute('GET /issues', READ, listIssues),
  repositoryRoute('POST /issues', WRITE, openIssue),
  repositoryRoute('GET /issues/{number}', READ_COMMENTS, getIssue),
  repositoryRoute('PATCH /issues/{number}', WRITE, updateIssue),
];

export const LONGEST_TEXT = 65_536;

/** GitHub counts characters, not bytes or UTF-16 units. */
export const conversationText = z
  .string()
  .refine(
    (text) => [...text].length <= LONGEST_TEXT,
    `body is too long (maximum is ${LONGEST_TEXT} characters)`,
  );

export function findConversation(call: RepositoryCall): Conversation {
  const found = call.repository.conversations.get(numericParameter(call, 'number'));
  if (!found) throw notFound();
  return found;
}

async function listIssues(call: RepositoryCall): Promise<Reply> {
  const { world, repository, query } = call;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter(Boolean);
  const creator = query.get('creator');
  const byUpdate = query.get('sort') === 'updated';
  const when = (one: Conversation) => (byUpdate ? one.updatedAt : one.createdAt).getTime();
  const issues = [...repository.conversations.values()]
    .filter((one) => state === 'all' || one.state === state)
    .filter((one) => labels.every((label) => one.labels.includes(label)))
    .filter((one) => !creator || one.author.login === creator)
    .filter((one) => !isOlder(query, one.updatedAt))
    .sort((one, other) => when(one) - when(other) || one.number - other.number);
  const { page, headers } = paginate(call, query.get('direction') === 'asc' ? issues : issues.toReversed());
  return { status: 200, headers, body: page.map((one) => showIssue(world, repository, one)) };
}

export function isOlder(query: URLSearchParams, at: Date): boolean {
  const since = query.get('since');
  return since !== null && at.getTime() < Date.parse(since);
}

const labelName = z.union([
  z.string().min(1),
  z.object({ name: z.string().min(1) }).transform(({ name }) => name),
]);
const issueBody = z.object({
  title: z.coerce.string().trim().min(1),
  body: conversationText.optional(),
  labels: z.array(labelName).default([]),
  assignees: z.array(z.string()).default([]),
}) satisfies Asks<'issues/create'>;

async function openIssue(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { title, body, labels, assignees } = readBody(issueBody, call);
  const author = requireAccount(call.actor);
  const now = world.clock();
  const issue: Issue = {
    kind: 'issue',
    id: world.nextId(),
    number: takeNumber(repository),
    author,
    title,
    body: body ?? null,
    state: 'open',
    labels: [...new Set(labels)],
    assignees: findAssignees(world, assignees),
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
  };
  repository.conversations.set(issue.number, issue);
  announceIssue(call, { issue, action: 'opened' });
  return { status: 201, body: showIssue(world, repository, issue) };
}

/** GitHub drops names that cannot be assigned without a word. */
function findAssignees(world: World, logins: readonly string[]): readonly Account[] {
  return logins.map((login) => findAccount(world, login)).filter((account) => account !== undefined);
}

async function getIssue(call: RepositoryCall): Promise<Reply> {
  return { status: 200, body: showIssue(call.world, call.repository, findConversation(call)) };
}

const updateBody = z.object({
  title: z.string().trim().min(1).optional(),
  body: conversationText.nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  labels: z.array(labelName).optional(),
  assignees: z.array(z.string()).optional(),
}) satisfies Asks<'issues/update'>;

async function updateIssue(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const conversation = findConversation(call);
  const { title, body, state, labels, assignees } = readBody(updateBody, call);
  requireAuthorOrWriter(call, conversation.author);
  if (conversation.kind === 'pull' && state !== undefined && state !== conversation.state)
    throw new Refusal(422, 'Change the state of a pull request at its own address');
  conversation.title = title ?? conversation.title;
  conversation.body = body === undefined ? conversation.body : body;
  conversation.labels = labels ? [...new Set(labels)] : conversation.labels;
  conversation.assignees = assignees ? findAssignees(world, assignees) : conversation.assignees;
  conversation.updatedAt = world.clock();
  const turned = state !== undefined && state !== conversation.state;
  if (turned) {
    conversation.state = state;
    conversation.closedAt = state === 'closed' ? world.clock() : undefined;
  }
  const action = turned ? (state === 'closed' ? 'closed' : 'reopened') : 'edited';
  if (conversation.kind === 'issue') announceIssue(call, { issue: conversation, action });
  return { status: 200, body: showIssue(world, repository, conversation) };
}

export function requireAuthorOrWriter(
  { actor, repository }: { actor: Actor; repository: Repository },
  author: Account,
) {
  if (actor.kind !== 'person' || actor.account.login === author.login) return;
  if (!mayWrite(actor.account, repository))
    throw new Refusal(403, 'Must have write access to this repository.');
}

function announceIssue(
  { world, repository, actor }: RepositoryCall,
  { issue, action }: { issue: Issue; action: string },
): void {
  const payload = { issue: showIssue(world, repository, issue) } satisfies Subset<
    Webhooks['webhook-issues-opened']
  >;
  world.announce({ event: 'issues', action, repository, sender: requireAccount(actor), payload });
}
