// Comments on issues and pull requests.
import type { components } from '@octokit/openapi-webhooks-types';
import { z } from 'zod';
import type { Comment } from '../world.ts';
import { requireAccount } from './actor.ts';
import { showComment, showIssue } from './conversation-shape.ts';
import { findConversation, isOlder, LONGEST_TEXT, requireAuthorOrWriter } from './issue-routes.ts';
import { paginate } from './page.ts';
import { notFound, validationFailed } from './refusal.ts';
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

/** Either permission will do, whichever of the two the comment is on. */
const READ: Need = { anyOf: ['issues', 'pull_requests'], level: 'read' };
const WRITE: Need = { anyOf: ['issues', 'pull_requests'], level: 'write', openToReaders: true };

export const commentRoutes: readonly Route[] = [
  repositoryRoute('GET /issues/comments', READ, listAllComments),
  repositoryRoute('GET /issues/comments/{id}', READ, getComment),
  repositoryRoute('PATCH /issues/comments/{id}', WRITE, updateComment),
  repositoryRoute('DELETE /issues/comments/{id}', WRITE, deleteComment),
  repositoryRoute('GET /issues/{number}/comments', READ, listComments),
  repositoryRoute('POST /issues/{number}/comments', WRITE, createComment),
];

function findComment(call: RepositoryCall): Comment {
  const comment = call.repository.comments.get(numericParameter(call, 'id'));
  if (!comment) throw notFound();
  return comment;
}

async function listComments(call: RepositoryCall): Promise<Reply> {
  const { number } = findConversation(call);
  const comments = [...call.repository.comments.values()].filter((comment) => comment.number === number);
  return showComments(call, comments);
}

async function listAllComments(call: RepositoryCall): Promise<Reply> {
  const comments = [...call.repository.comments.values()];
  return showComments(call, call.query.get('direction') === 'desc' ? comments.toReversed() : comments);
}

function showComments(call: RepositoryCall, comments: readonly Comment[]): Reply {
  const recent = comments.filter(({ updatedAt }) => !isOlder(call.query, updatedAt));
  const { page, headers } = paginate(call, recent);
  const body = page.map((comment) => showComment(call.world, call.repository, comment));
  return { status: 200, headers, body };
}

async function getComment(call: RepositoryCall): Promise<Reply> {
  return { status: 200, body: showComment(call.world, call.repository, findComment(call)) };
}

const commentBody = z.object({ body: z.string() }) satisfies Asks<'issues/create-comment'>;

function readComment(call: RepositoryCall): string {
  const { body } = readBody(commentBody, call);
  const refuse = (message: string) =>
    validationFailed({ resource: 'IssueComment', field: 'data', code: 'unprocessable', message });
  if (body.trim() === '') throw refuse("Body can't be blank");
  if ([...body].length > LONGEST_TEXT)
    throw refuse(`Body is too long (maximum is ${LONGEST_TEXT} characters)`);
  return body;
}

async function createComment(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const conversation = findConversation(call);
  const body = readComment(call);
  const now = world.clock();
  const author = requireAccount(call.actor);
  const id = world.nextId();
  const comment: Comment = { id, number: conversation.number, author, body, createdAt: now, updatedAt: now };
  repository.comments.set(id, comment);
  conversation.updatedAt = now;
  announceComment(call, { comment, action: 'created' });
  return { status: 201, body: showComment(world, repository, comment) };
}

async function updateComment(call: RepositoryCall): Promise<Reply> {
  const comment = findComment(call);
  requireAuthorOrWriter(call, comment.author);
  const before = comment.body;
  comment.body = readComment(call);
  comment.updatedAt = call.world.clock();
  announceComment(call, { comment, action: 'edited', more: { changes: { body: { from: before } } } });
  return { status: 200, body: showComment(call.world, call.repository, comment) };
}

async function deleteComment(call: RepositoryCall): Promise<Reply> {
  const comment = findComment(call);
  requireAuthorOrWriter(call, comment.author);
  call.repository.comments.delete(comment.id);
  announceComment(call, { comment, action: 'deleted' });
  return { status: 204 };
}

function announceComment(
  { world, repository, actor }: RepositoryCall,
  { comment, action, more }: { comment: Comment; action: string; more?: object },
): void {
  const conversation = repository.conversations.get(comment.number);
  if (!conversation) return;
  // The published schema of this event's issue contradicts itself (assignees without a field), so only the comment is checked.
  const said = { comment: showComment(world, repository, comment) } satisfies Subset<
    Webhooks['webhook-issue-comment-created']
  >;
  const payload = { issue: showIssue(world, repository, conversation), ...said, ...more };
  world.announce({ event: 'issue_comment', action, repository, sender: requireAccount(actor), payload });
}
