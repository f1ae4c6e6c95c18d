// Pull requests: opened, listed, read, edited, closed and reopened.
import { z } from 'zod';
import { announcePull, closePull, fetchPullHead } from '../branches.ts';
import { findMergeBase, listCommits, readCommit } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { type Account, findRepository, listPulls, type Pull, type Repository, takeNumber } from '../world.ts';
import { mayWrite, requireAccount } from './actor.ts';
import { showCommit } from './commit-shape.ts';
import { conversationText } from './issue-routes.ts';
import { paginate } from './page.ts';
import { measurePull, showPull, showPullFile, showPullInFull } from './pull-shape.ts';
import { notFound, Refusal, validationFailed } from './refusal.ts';
import {
  type Need,
  numericParameter,
  type Reply,
  type RepositoryCall,
  type Route,
  readBody,
  repositoryRoute,
} from './route.ts';
import type { Asks } from './shapes.ts';

const READ: Need = { anyOf: ['pull_requests'], level: 'read' };
const OPEN: Need = { anyOf: ['pull_requests'], level: 'write', openToReaders: true };

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls', READ, listAll),
  repositoryRoute('POST /pulls', OPEN, openPull),
  repositoryRoute('GET /pulls/{number}', READ, getPull),
  repositoryRoute('PATCH /pulls/{number}', OPEN, updatePull),
  repositoryRoute('GET /pulls/{number}/files', READ, getFiles),
  repositoryRoute('GET /pulls/{number}/commits', READ, getCommits),
];

export function findPull(call: RepositoryCall): Pull {
  const found = call.repository.conversations.get(numericParameter(call, 'number'));
  if (found?.kind !== 'pull') throw notFound();
  return found;
}

async function listAll(call: RepositoryCall): Promise<Reply> {
  const { world, repository, query } = call;
  const state = query.get('state') ?? 'open';
  const sort = query.get('sort') ?? 'created';
  const descending = (query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc';
  const [base, head] = [query.get('base'), query.get('head')];
  const when = (pull: Pull) => (sort === 'updated' ? pull.updatedAt : pull.createdAt).getTime();
  const pulls = listPulls(repository)
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => !base || pull.base.branch === base)
    .filter((pull) => !head || `${pull.head.repository.owner.login}:${pull.head.branch}` === head)
    .sort((one, other) => when(one) - when(other) || one.number - other.number);
  const { page, headers } = paginate(call, descending ? pulls.toReversed() : pulls);
  return { status: 200, headers, body: page.map((pull) => showPull(world, repository, pull)) };
}

const openBody = z.object({
  title: z.string().trim().min(1),
  head: z.string(),
  base: z.string(),
  body: conversationText.optional(),
  draft: z.boolean().default(false),
}) satisfies Asks<'pulls/create'>;

async function openPull(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { title, head, base, body, draft } = readBody(openBody, call);
  const author = requireAccount(call.actor);
  const source = await findHead(call, head);
  const baseSha = await readRef(repository.directory, `refs/heads/${base}`);
  if (!source) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (!baseSha) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  refuseSecondPull(repository, { source, base });
  const now = world.clock();
  const pull: Pull = {
    kind: 'pull',
    id: world.nextId(),
    number: takeNumber(repository),
    author,
    title,
    body: body ?? null,
    draft,
    state: 'open',
    labels: [],
    assignees: [],
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    head: source,
    base: { branch: base, sha: baseSha },
    merged: undefined,
    merging: false,
    measure: undefined,
  };
  await fetchPullHead(repository, pull);
  await refuseEmptyPull(repository, pull);
  repository.conversations.set(pull.number, pull);
  await announcePull(world, { repository, pull, action: 'opened', actor: author });
  return { status: 201, body: await showPullInFull(world, repository, pull) };
}

/** `branch`, or `owner:branch` for a branch of this repository or of a fork. */
async function findHead(
  { world, repository }: RepositoryCall,
  head: string,
): Promise<Pull['head'] | undefined> {
  const colon = head.indexOf(':');
  const owner = colon === -1 ? repository.owner.login : head.slice(0, colon);
  const branch = head.slice(colon + 1);
  const source = findRepository(world, `${owner}/${repository.name}`);
  if (!source || (source !== repository && source.parent !== repository)) return undefined;
  const sha = await readRef(source.directory, `refs/heads/${branch}`);
  return sha === undefined ? undefined : { repository: source, branch, sha };
}

function refuseSecondPull(
  repository: Repository,
  { source, base }: { source: Pull['head']; base: string },
): void {
  const same = (pull: Pull) =>
    pull.state === 'open' &&
    pull.head.repository === source.repository &&
    pull.head.branch === source.branch &&
    pull.base.branch === base;
  if (!listPulls(repository).some(same)) return;
  const message = `A pull request already exists for ${source.repository.owner.login}:${source.branch}.`;
  throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'custom', message });
}

async function refuseEmptyPull({ directory }: Repository, { head, base }: Pull): Promise<void> {
  const ends = { base: base.sha, head: head.sha };
  const refuse = (message: string) =>
    validationFailed({ resource: 'PullRequest', field: 'head', code: 'custom', message });
  if (!(await findMergeBase(directory, ends)))
    throw refuse(`The ${base.branch} branch has no history in common with ${head.branch}`);
  if ((await listCommits(directory, ends)).length === 0)
    throw refuse(`No commits between ${base.branch} and ${head.branch}`);
}

async function getPull(call: RepositoryCall): Promise<Reply> {
  return { status: 200, body: await showPullInFull(call.world, call.repository, findPull(call)) };
}

const updateBody = z.object({
  title: z.string().trim().min(1).optional(),
  body: conversationText.optional(),
  state: z.enum(['open', 'closed']).optional(),
}) satisfies Asks<'pulls/update'>;

async function updatePull(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const pull = findPull(call);
  const changes = readBody(updateBody, call);
  const actor = requireAccount(call.actor);
  if (
    call.actor.kind === 'person' &&
    actor.login !== pull.author.login &&
    !mayWrite(call.actor.account, repository)
  )
    throw new Refusal(403, 'Must have write access to this repository.');
  if (changes.title !== undefined || changes.body !== undefined) {
    pull.title = changes.title ?? pull.title;
    pull.body = changes.body ?? pull.body;
    pull.updatedAt = world.clock();
    await announcePull(world, { repository, pull, action: 'edited', actor, more: { changes: {} } });
  }
  if (changes.state === 'closed' && pull.state === 'open')
    await closePull(world, { repository, pull, actor });
  if (changes.state === 'open' && pull.state === 'closed') await reopenPull(call, { pull, actor });
  return { status: 200, body: await showPullInFull(world, repository, pull) };
}

async function reopenPull(
  { world, repository }: RepositoryCall,
  { pull, actor }: { pull: Pull; actor: Account },
): Promise<void> {
  const tip = await readRef(pull.head.repository.directory, `refs/heads/${pull.head.branch}`);
  if (pull.merged || tip === undefined) {
    const message = pull.merged
      ? 'state cannot be changed. The pull request cannot be reopened.'
      : `state cannot be changed. The ${pull.head.branch} branch has been deleted.`;
    throw validationFailed({ resource: 'PullRequest', field: 'state', code: 'invalid', message });
  }
  pull.head.sha = tip;
  pull.state = 'open';
  pull.closedAt = undefined;
  pull.updatedAt = world.clock();
  await fetchPullHead(repository, pull);
  await announcePull(world, { repository, pull, action: 'reopened', actor });
}

/** GitHub lists no more files of a pull request than these. */
const MOST_FILES = 3_000;

async function getFiles(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const pull = findPull(call);
  const { page, headers } = paginate(
    call,
    (await measurePull(world, repository, pull)).files.slice(0, MOST_FILES),
  );
  return { status: 200, headers, body: page.map(showPullFile(world, { repository, sha: pull.head.sha })) };
}

async function getCommits(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { commits: ids } = await measurePull(world, repository, findPull(call));
  const { page, headers } = paginate(call, ids);
  const commits = await Promise.all(page.map((id) => readCommit(repository.directory, id)));
  const body = commits.filter((one) => one !== undefined).map((one) => showCommit(world, repository, one));
  return { status: 200, headers, body };
}
