// Repositories as a whole: their facts, branches, commits, and forks.
import type { components } from '@octokit/openapi-types';
import { listChangedFiles } from '../git/difference.ts';
import { readCommit, resolveCommit } from '../git/objects.ts';
import { listRefs, readRef } from '../git/refs.ts';
import { runGit } from '../git/run.ts';
import { forkRepository } from '../repositories.ts';
import { findAccount, fullName, listPulls } from '../world.ts';
import { showCommit } from './commit-shape.ts';
import { paginate } from './page.ts';
import { showPull, showPullFile } from './pull-shape.ts';
import { notFound, Refusal } from './refusal.ts';
import {
  type Need,
  parameter,
  type Reply,
  type RepositoryCall,
  type Route,
  repositoryRoute,
} from './route.ts';
import { repositoryUrl, type Subset, showRepository } from './shapes.ts';

type Schemas = components['schemas'];

const METADATA: Need = { anyOf: ['metadata', 'contents'], level: 'read' };
const CONTENTS: Need = { anyOf: ['contents'], level: 'read' };

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET', METADATA, async ({ world, repository }) => ({
    status: 200,
    body: showRepository(world, repository),
  })),
  repositoryRoute('DELETE', METADATA, deleteRepository),
  repositoryRoute('POST /forks', METADATA, createFork),
  repositoryRoute('GET /branches', CONTENTS, listBranches),
  repositoryRoute('GET /branches/{branch+}', CONTENTS, getBranch),
  repositoryRoute('GET /rules/branches/{branch+}', METADATA, listRules),
  repositoryRoute('GET /assignees/{assignee}', METADATA, checkAssignee),
  repositoryRoute('GET /commits/{sha}/pulls', { anyOf: ['pull_requests'], level: 'read' }, listPullsOfCommit),
  repositoryRoute('GET /commits/{ref+}', CONTENTS, getCommit),
];

async function deleteRepository({ world, repository, actor }: RepositoryCall): Promise<Reply> {
  if (actor.kind !== 'person' || actor.account.login !== repository.owner.login)
    throw new Refusal(403, 'Must have admin rights to Repository.');
  world.repositories.delete(fullName(repository).toLowerCase());
  return { status: 204 };
}

async function createFork({ world, repository, actor }: RepositoryCall): Promise<Reply> {
  if (actor.kind !== 'person') throw new Refusal(403, 'Resource not accessible by integration');
  if (actor.account.login === repository.owner.login)
    throw new Refusal(403, 'You cannot fork a repository of your own.');
  const fork = await forkRepository(world, { parent: repository, owner: actor.account });
  return { status: 202, body: showRepository(world, fork) };
}

const BRANCHES = 'refs/heads/';

async function listBranches(call: RepositoryCall): Promise<Reply> {
  const { page, headers } = paginate(call, await listRefs(call.repository.directory, BRANCHES));
  const url = `${repositoryUrl(call.world, call.repository)}/commits`;
  const body = page.map(({ ref, sha }) => ({
    name: ref.slice(BRANCHES.length),
    commit: { sha, url: `${url}/${sha}` },
    protected: false,
  })) satisfies Schemas['short-branch'][];
  return { status: 200, headers, body };
}

async function getBranch(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const name = parameter(call, 'branch');
  const tip = await readRef(repository.directory, `${BRANCHES}${name}`);
  const commit = tip && (await readCommit(repository.directory, tip));
  if (!commit) throw new Refusal(404, 'Branch not found');
  const body = {
    name,
    commit: showCommit(world, repository, commit),
    protected: false,
  } satisfies Subset<Schemas['branch-with-protection']>;
  return { status: 200, body };
}

async function listRules(call: RepositoryCall): Promise<Reply> {
  const { page, headers } = paginate(call, [...call.world.app.branchRules]);
  return { status: 200, headers, body: page.map((type) => ({ type })) };
}

async function checkAssignee(call: RepositoryCall): Promise<Reply> {
  if (!findAccount(call.world, parameter(call, 'assignee'))) throw notFound();
  return { status: 204 };
}

async function getCommit(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { directory } = repository;
  const ref = parameter(call, 'ref');
  const sha = await resolveCommit(directory, ref.replace(/^(heads|tags)\//, 'refs/$1/'));
  const commit = sha && (await readCommit(directory, sha));
  if (!commit) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  const from = commit.parents[0] ?? (await emptyTree(directory));
  const files = await listChangedFiles(directory, { from, to: commit.sha });
  const { page, headers } = paginate(call, files);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  const body = {
    ...showCommit(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: page.map(showPullFile(world, { repository, sha: commit.sha })),
  } satisfies Subset<Schemas['commit']>;
  return { status: 200, headers, body };
}

async function emptyTree(directory: string): Promise<string> {
  const { stdout } = await runGit(directory, ['mktree']);
  return stdout.toString('latin1').trim();
}

/** Pull requests that brought a commit in, or would: merged ones by their merge commit, open ones by their head. */
async function listPullsOfCommit(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const sha = parameter(call, 'sha');
  if (!(await readCommit(repository.directory, sha))) throw notFound();
  const pulls = listPulls(repository).filter(({ head, merged }) => head.sha === sha || merged?.sha === sha);
  const { page, headers } = paginate(call, pulls);
  return { status: 200, headers, body: page.map((pull) => showPull(world, repository, pull)) };
}
