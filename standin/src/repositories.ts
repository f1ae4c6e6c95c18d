// Makes bare repositories: new ones with a first commit, and forks, which share history but not the app's installation.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCommit, writeObject } from './git/objects.ts';
import { readRef, swapRef } from './git/refs.ts';
import { runGit } from './git/run.ts';
import { type TreeChange, writeTree } from './git/trees.ts';
import {
  type Account,
  findRepository,
  fullName,
  noReplyAddress,
  type Repository,
  type World,
} from './world.ts';

const DEFAULT_BRANCH = 'main';
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

export interface FirstCommit {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly message: string;
}

/** A repository whose default branch holds the given files. Answers its first commit. */
export async function createRepository(
  world: World,
  { owner, name, ...first }: { owner: Account; name: string } & FirstCommit,
): Promise<{ repository: Repository; head: string }> {
  const repository = await initialise(world, { owner, name, parent: undefined });
  const { directory } = repository;
  const changes: TreeChange[] = [];
  for (const [path, bytes] of Object.entries(first.files)) {
    const sha = await writeObject(directory, { type: 'blob', bytes });
    changes.push({ path, mode: '100644', type: 'blob', sha });
  }
  const tree = await writeTree(directory, { base: null, changes });
  const author = { name: owner.login, email: noReplyAddress(owner), at: world.clock() };
  const message = first.message;
  const head = await writeCommit(directory, { tree, parents: [], author, committer: author, message });
  await swapRef(directory, { ref: `refs/heads/${DEFAULT_BRANCH}`, from: undefined, to: head });
  return { repository, head };
}

/** A copy under another account. An existing fork is answered as it is. */
export async function forkRepository(
  world: World,
  { parent, owner }: { parent: Repository; owner: Account },
): Promise<Repository> {
  const existing = findRepository(world, `${owner.login}/${parent.name}`);
  if (existing) return existing;
  const fork = await initialise(world, { owner, name: parent.name, parent });
  const heads = '+refs/heads/*:refs/heads/*';
  await runGit(fork.directory, ['fetch', '--quiet', '--no-tags', parent.directory, heads]);
  return fork;
}

async function initialise(
  world: World,
  { owner, name, parent }: { owner: Account; name: string; parent: Repository | undefined },
): Promise<Repository> {
  for (const part of [owner.login, name])
    if (!NAME.test(part))
      throw new TypeError(`"${part}" is no owner or repository name: use A-Z a-z 0-9 . _ -`);
  if (findRepository(world, `${owner.login}/${name}`))
    throw new TypeError(`${owner.login}/${name} exists already`);
  const directory = join(world.directory, owner.login, `${name}.git`);
  await mkdir(directory, { recursive: true });
  await runGit(directory, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${DEFAULT_BRANCH}`]);
  if (await readRef(directory, `refs/heads/${DEFAULT_BRANCH}`))
    throw new TypeError(`${directory} already holds a repository: use an empty directory`);
  const repository: Repository = {
    id: world.nextId(),
    owner,
    name,
    directory,
    defaultBranch: DEFAULT_BRANCH,
    parent,
    installation: parent ? undefined : world.installations.get(owner.login.toLowerCase()),
    createdAt: world.clock(),
    pushedAt: world.clock(),
    lastNumber: 0,
    conversations: new Map(),
    comments: new Map(),
    checkRuns: new Map(),
    activities: [],
  };
  world.repositories.set(fullName(repository).toLowerCase(), repository);
  return repository;
}

/** Gives it another name; whoever asks for the old one is sent on. */
export function renameRepository(world: World, { of, name }: { of: string; name: string }): void {
  const repository = findRepository(world, of);
  if (!repository) throw new RangeError(`there is no repository ${of} to rename`);
  world.repositories.delete(of.toLowerCase());
  world.moved.set(of.toLowerCase(), repository);
  repository.name = name;
  world.repositories.set(fullName(repository).toLowerCase(), repository);
}
