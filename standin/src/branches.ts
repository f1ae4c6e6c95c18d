// What follows from a moved branch: a push event, pull requests whose head or base it is, and their events.
import type { components } from '@octokit/openapi-webhooks-types';
import { isAncestor, listCommits, readCommit } from './git/objects.ts';
import { readRef, swapRef } from './git/refs.ts';
import { runGit } from './git/run.ts';
import { showSignature } from './rest/commit-shape.ts';
import { showPullInFull } from './rest/pull-shape.ts';
import { pageUrl, type Subset } from './rest/shapes.ts';
import {
  type Account,
  type Activity,
  listPulls,
  noReplyAddress,
  type Pull,
  type Repository,
  type World,
} from './world.ts';

type Webhooks = components['schemas'];

const ABSENT = '0'.repeat(40);
const BRANCH = 'refs/heads/';

export interface Move {
  readonly repository: Repository;
  /** The full ref; only branches and tags are announced. */
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly actor: Account;
  /** By the button of a pull request. */
  readonly merge?: boolean;
}

/** Tells the world that a ref has moved, after it has. */
export async function announceMove(world: World, move: Move): Promise<void> {
  move.repository.pushedAt = world.clock();
  await recordMove(world, move);
  await announcePush(world, move);
  if (!move.ref.startsWith(BRANCH)) return;
  const branch = move.ref.slice(BRANCH.length);
  for (const repository of world.repositories.values()) {
    for (const pull of listPulls(repository)) {
      if (pull.state === 'closed') continue;
      if (pull.head.repository === move.repository && pull.head.branch === branch)
        await followHead(world, { repository, pull, move });
      else if (repository === move.repository && pull.base.branch === branch)
        await followBase(world, { repository, pull, move });
    }
  }
}

async function recordMove(
  world: World,
  { repository, ref, before, after, actor, merge }: Move,
): Promise<void> {
  const forced = async (from: string, to: string) =>
    !(await isAncestor(repository.directory, { ancestor: from, descendant: to }));
  const type = async (): Promise<Activity['type']> => {
    if (before === undefined) return 'branch_creation';
    if (after === undefined) return 'branch_deletion';
    if (merge) return 'pr_merge';
    return (await forced(before, after)) ? 'force_push' : 'push';
  };
  const move = { ref, before: before ?? ABSENT, after: after ?? ABSENT, type: await type() };
  repository.activities.push({ id: world.nextId(), ...move, actor, at: world.clock() });
}

/** Keeps refs/pull/<n>/head, through which a fork's commits become readable in the base repository. */
export async function fetchPullHead(repository: Repository, pull: Pull): Promise<void> {
  const ref = `refs/pull/${pull.number}/head`;
  const source = pull.head.repository.directory;
  if (source !== repository.directory)
    await runGit(repository.directory, ['fetch', '--quiet', '--no-tags', source, `+${pull.head.sha}:${ref}`]);
  else await swapRef(source, { ref, from: await readRef(source, ref), to: pull.head.sha });
}

export async function announcePull(
  world: World,
  event: { repository: Repository; pull: Pull; action: string; actor: Account; more?: object },
): Promise<void> {
  const { repository, pull, action, actor, more } = event;
  const shown = await showPullInFull(world, repository, pull);
  const known = { number: pull.number, pull_request: shown } satisfies Subset<
    Webhooks['webhook-pull-request-opened']
  >;
  const payload = { ...known, ...more };
  world.announce({ event: 'pull_request', action, repository, sender: actor, payload });
}

/** Closes a pull request, merged or not. The caller has recorded a merge already. */
export async function closePull(
  world: World,
  { repository, pull, actor }: { repository: Repository; pull: Pull; actor: Account },
): Promise<void> {
  pull.state = 'closed';
  pull.closedAt = world.clock();
  pull.updatedAt = pull.closedAt;
  await announcePull(world, { repository, pull, action: 'closed', actor });
}

async function followHead(
  world: World,
  { repository, pull, move }: { repository: Repository; pull: Pull; move: Move },
): Promise<void> {
  if (move.after === undefined) return await closePull(world, { repository, pull, actor: move.actor });
  const before = pull.head.sha;
  pull.head.sha = move.after;
  pull.updatedAt = world.clock();
  await fetchPullHead(repository, pull);
  const more = { before, after: move.after };
  await announcePull(world, { repository, pull, action: 'synchronize', actor: move.actor, more });
}

/** A head that became reachable from its base counts as merged, even when someone pushed it there directly. */
async function followBase(
  world: World,
  { repository, pull, move }: { repository: Repository; pull: Pull; move: Move },
): Promise<void> {
  if (move.after === undefined || pull.merging) return;
  const ends = { ancestor: pull.head.sha, descendant: move.after };
  if (!(await isAncestor(repository.directory, ends))) return;
  pull.base.sha = move.before ?? pull.base.sha;
  pull.merged = { at: world.clock(), by: move.actor, sha: move.after };
  await closePull(world, { repository, pull, actor: move.actor });
}

const MOST_PUSHED_COMMITS = 2048;

async function announcePush(world: World, move: Move): Promise<void> {
  const { repository, ref, before, after, actor } = move;
  const { directory } = repository;
  const known = before !== undefined && after !== undefined;
  const ids = known ? await listCommits(directory, { base: before, head: after }) : after ? [after] : [];
  const commits = await Promise.all(
    ids.slice(0, MOST_PUSHED_COMMITS).map((id) => showPushed(world, repository, id)),
  );
  const payload = {
    ref,
    before: before ?? ABSENT,
    after: after ?? ABSENT,
    base_ref: null,
    created: before === undefined,
    deleted: after === undefined,
    forced: known && !(await isAncestor(directory, { ancestor: before, descendant: after })),
    compare: `${pageUrl(world, repository)}/compare/${before ?? ABSENT}...${after ?? ABSENT}`,
    commits,
    head_commit: commits.at(-1) ?? null,
    pusher: { name: actor.login, email: noReplyAddress(actor) },
  } satisfies Subset<Webhooks['webhook-push']>;
  world.announce({ event: 'push', repository, sender: actor, payload });
}

async function showPushed(world: World, repository: Repository, id: string) {
  const commit = await readCommit(repository.directory, id);
  if (!commit) throw new Error(`the pushed commit ${id} cannot be read`);
  return {
    id,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: showSignature(commit.committer).date,
    url: `${pageUrl(world, repository)}/commit/${id}`,
    author: showSignature(commit.author),
    committer: showSignature(commit.committer),
  };
}
