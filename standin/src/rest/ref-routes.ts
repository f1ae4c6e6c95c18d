// The git data API's refs: a ref moves only forward unless forced, and every move is told to the world.
import type { components } from '@octokit/openapi-types';
import { z } from 'zod';
import { announceMove } from '../branches.ts';
import { isObjectId, readObject } from '../git/objects.ts';
import { advanceRef, isRefName, readRef, swapRef } from '../git/refs.ts';
import { nodeId } from '../world.ts';
import { requireAccount } from './actor.ts';
import { notFound, unprocessable, validationFailed } from './refusal.ts';
import {
  type Need,
  parameter,
  type Reply,
  type RepositoryCall,
  type Route,
  readBody,
  repositoryRoute,
} from './route.ts';
import { type Asks, repositoryUrl } from './shapes.ts';

type Schemas = components['schemas'];

const READ: Need = { anyOf: ['contents'], level: 'read' };
const WRITE: Need = { anyOf: ['contents'], level: 'write' };

export const refRoutes: readonly Route[] = [
  repositoryRoute('GET /git/ref/{ref+}', READ, getRef),
  repositoryRoute('POST /git/refs', WRITE, createRef),
  repositoryRoute('PATCH /git/refs/{ref+}', WRITE, updateRef),
  repositoryRoute('DELETE /git/refs/{ref+}', WRITE, deleteRef),
];

function showRef({ world, repository }: RepositoryCall, { ref, sha }: { ref: string; sha: string }) {
  const git = `${repositoryUrl(world, repository)}/git`;
  return {
    ref,
    node_id: nodeId('REF', `${repository.id}${ref}`),
    url: `${git}/${ref}`,
    object: { type: 'commit', sha, url: `${git}/commits/${sha}` },
  } satisfies Schemas['git-ref'];
}

async function getRef(call: RepositoryCall): Promise<Reply> {
  const ref = `refs/${parameter(call, 'ref')}`;
  const sha = await readRef(call.repository.directory, ref);
  if (!sha) throw notFound();
  return { status: 200, body: showRef(call, { ref, sha }) };
}

const newRefBody = z.object({ ref: z.string(), sha: z.string() }) satisfies Asks<'git/create-ref'>;

async function createRef(call: RepositoryCall): Promise<Reply> {
  const { ref, sha } = readBody(newRefBody, call);
  const { directory } = call.repository;
  if (!/^refs\/(heads|tags)\/./.test(ref) || !(await isRefName(directory, ref)))
    throw unprocessable(`${ref} is not a valid ref name.`);
  await requireCommit(call, sha);
  if ((await readRef(directory, ref)) || !(await swapRef(directory, { ref, from: undefined, to: sha })))
    throw unprocessable('Reference already exists');
  await announce(call, { ref, before: undefined, after: sha });
  return { status: 201, body: showRef(call, { ref, sha }) };
}

const refBody = z.object({
  sha: z.string(),
  force: z.boolean().default(false),
}) satisfies Asks<'git/update-ref'>;

async function updateRef(call: RepositoryCall): Promise<Reply> {
  const { sha, force } = readBody(refBody, call);
  const ref = `refs/${parameter(call, 'ref')}`;
  await requireCommit(call, sha);
  const advance = await advanceRef(call.repository.directory, { ref, to: sha, force });
  switch (advance.outcome) {
    case 'missing':
      throw unprocessable('Reference does not exist');
    case 'not_fast_forward':
      throw unprocessable('Update is not a fast forward');
    case 'moved':
      if (advance.before !== sha) await announce(call, { ref, before: advance.before, after: sha });
      return { status: 200, body: showRef(call, { ref, sha }) };
    default:
      return advance satisfies never;
  }
}

async function deleteRef(call: RepositoryCall): Promise<Reply> {
  const ref = `refs/${parameter(call, 'ref')}`;
  const { directory, defaultBranch } = call.repository;
  const before = await readRef(directory, ref);
  if (!before) throw unprocessable('Reference does not exist');
  if (ref === `refs/heads/${defaultBranch}`) throw unprocessable('Cannot delete the default branch');
  if (!(await swapRef(directory, { ref, from: before, to: undefined })))
    throw unprocessable('Reference update failed');
  await announce(call, { ref, before, after: undefined });
  return { status: 204 };
}

async function requireCommit({ repository }: RepositoryCall, sha: string): Promise<void> {
  const field = { resource: 'Reference', field: 'sha', code: 'invalid' } as const;
  if (!isObjectId(sha)) throw validationFailed(field);
  const found = await readObject(repository.directory, { id: sha, type: 'commit' });
  if (!found) throw unprocessable('Object does not exist');
}

async function announce(
  call: RepositoryCall,
  move: { ref: string; before: string | undefined; after: string | undefined },
): Promise<void> {
  const actor = requireAccount(call.actor);
  await announceMove(call.world, { repository: call.repository, actor, ...move });
}
