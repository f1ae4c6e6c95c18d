// Pull requests: opened, listed, read, closed and reopened, and merged in GitHub's three ways.
import { z } from 'zod';
import { announceMove, announcePull, closePull, fetchPullHead } from '../branches.ts';
import { type Ends, mergeCommits, rebaseCommits, squashCommits } from '../git/merging.ts';
import { findMergeBase, listCommits, readCommit, type Signature } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import {
  type Account,
  findRepository,
  listPulls,
  noReplyAddress,
  type Pull,
  type Repository,
  takeNumber,
} from '../world.ts';
import { mayWrite, requireAccount } from './actor.ts';
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
import { showCommit } from './shapes.ts';

const READ: Need = { anyOf: ['pull_requests'], level: 'read' };
const OPEN: Need = { anyOf: ['pull_requests'], level: 'write', openToReaders: true };
const MERGE: Need = { anyOf: ['contents'], level: 'write' };

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls', READ, listAll),
  repositoryRoute('POST /pulls', OPEN, openPull),
  repositoryRoute('GET /pulls/{number}', READ, getPull),
  repositoryRoute('PATCH /pulls/{number}', OPEN, updatePull),
  repositoryRoute('GET /pulls/{number}/files', READ, getFiles),
  repositoryRoute('GET /pulls/{number}/commits', READ, getCommits),
  repositoryRoute('GET /pulls/{number}/merge', READ, isMerged),
  repositoryRoute('PUT /pulls/{number}/merge', MERGE, mergePull),
];

function findPull(call: RepositoryCall): Pull {
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
  body: conversationText.nullable().default(null),
  draft: z.boolean().default(false),
});

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
    body,
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
  body: conversationText.nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
});

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
    pull.body = changes.body === undefined ? pull.body : changes.body;
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

async function getFiles(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const pull = findPull(call);
  const { page, headers } = paginate(call, (await measurePull(world, repository, pull)).files);
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

async function isMerged(call: RepositoryCall): Promise<Reply> {
  if (!findPull(call).merged) throw notFound();
  return { status: 204 };
}

const mergeBody = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});
type MergeBody = z.output<typeof mergeBody>;

async function mergePull(call: RepositoryCall): Promise<Reply> {
  const pull = findPull(call);
  const asked = readBody(mergeBody, call);
  if (asked.sha !== undefined && asked.sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (pull.merging) throw new Refusal(405, 'Merge already in progress');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (pull.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  pull.merging = true;
  try {
    const sha = await moveBase(call, { pull, asked });
    return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
  } finally {
    pull.merging = false;
  }
}

async function moveBase(
  { world, repository, actor }: RepositoryCall,
  { pull, asked }: { pull: Pull; asked: MergeBody },
): Promise<string> {
  const { directory } = repository;
  const ref = `refs/heads/${pull.base.branch}`;
  const base = await readRef(directory, ref);
  if (base === undefined) throw new Refusal(405, 'Base branch does not exist');
  const account = requireAccount(actor);
  const at = world.clock();
  const sha = await writeMerge(repository, { pull, asked, base, account, at });
  if (sha === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  if (!(await swapRef(directory, { ref, from: base, to: sha })))
    throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
  pull.base.sha = base;
  pull.merged = { at, by: account, sha };
  await closePull(world, { repository, pull, actor: account });
  await announceMove(world, { repository, ref, before: base, after: sha, actor: account });
  return sha;
}

interface Merge {
  readonly pull: Pull;
  readonly asked: MergeBody;
  readonly base: string;
  readonly account: Account;
  readonly at: Date;
}

/** Commits made in the browser are committed by GitHub itself. */
async function writeMerge(repository: Repository, merge: Merge): Promise<string | undefined> {
  const { pull, asked, base, account, at } = merge;
  const { directory } = repository;
  const ends: Ends = { base, head: pull.head.sha };
  const author: Signature = { name: account.login, email: noReplyAddress(account), at };
  const committer: Signature = { name: 'GitHub', email: 'noreply@github.com', at };
  const words = (title: string, text: string) => ({
    message: joinMessage(asked.commit_title ?? title, asked.commit_message ?? text),
    author,
    committer,
  });
  switch (asked.merge_method) {
    case 'merge': {
      const from = `${pull.head.repository.owner.login}/${pull.head.branch}`;
      const title = `Merge pull request #${pull.number} from ${from}`;
      return await mergeCommits(directory, { ...ends, ...words(title, pull.title) });
    }
    case 'squash': {
      const title = `${pull.title} (#${pull.number})`;
      return await squashCommits(directory, { ...ends, ...words(title, await listTitles(directory, ends)) });
    }
    case 'rebase':
      return await rebaseCommits(directory, { ...ends, committer });
    default:
      return asked.merge_method satisfies never;
  }
}

/** A squash of several commits lists their subjects; of one, it carries that commit's text. */
async function listTitles(directory: string, ends: Ends): Promise<string> {
  const ids = await listCommits(directory, ends);
  const messages = await Promise.all(ids.map(async (id) => (await readCommit(directory, id))?.message ?? ''));
  if (messages.length === 1) return (messages[0] ?? '').split('\n').slice(1).join('\n').trim();
  return messages.map((message) => `* ${message.trim()}`).join('\n\n');
}

function joinMessage(title: string, text: string): string {
  return text === '' ? title : `${title}\n\n${text}`;
}
