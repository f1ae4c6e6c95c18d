// Merging a pull request in GitHub's three ways: by a merge commit, squashed, or rebased.
// The base moves by compare-and-swap from the value the merge was computed on, so nothing pushed meanwhile is lost.
import { z } from 'zod';
import { announceMove, closePull } from '../branches.ts';
import { type Ends, mergeCommits, rebaseCommits, squashCommits } from '../git/merging.ts';
import { listCommits, readCommit, type Signature } from '../git/objects.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { type Account, noReplyAddress, type Pull, type Repository } from '../world.ts';
import { requireAccount } from './actor.ts';
import { findPull } from './pull-routes.ts';
import { notFound, Refusal } from './refusal.ts';
import {
  type Need,
  type Reply,
  type RepositoryCall,
  type Route,
  readBody,
  repositoryRoute,
} from './route.ts';
import type { Asks } from './shapes.ts';

const READ: Need = { anyOf: ['pull_requests'], level: 'read' };
const MERGE: Need = { anyOf: ['contents'], level: 'write' };

export const mergeRoutes: readonly Route[] = [
  repositoryRoute('GET /pulls/{number}/merge', READ, isMerged),
  repositoryRoute('PUT /pulls/{number}/merge', MERGE, mergePull),
];

async function isMerged(call: RepositoryCall): Promise<Reply> {
  if (!findPull(call).merged) throw notFound();
  return { status: 204 };
}

const mergeBody = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
}) satisfies Asks<'pulls/merge'>;
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
  await announceMove(world, { repository, ref, before: base, after: sha, actor: account, merge: true });
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
