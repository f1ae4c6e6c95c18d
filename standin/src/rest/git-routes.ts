// The git data API's objects: blobs, trees and commits, each answered from the real repository.
import type { components } from '@octokit/openapi-types';
import { z } from 'zod';
import {
  isObjectId,
  readCommit,
  readObject,
  type Signature,
  writeCommit,
  writeObject,
} from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { listTree, type TreeChange, TreeFault, writeTree } from '../git/trees.ts';
import { nodeId, noReplyAddress } from '../world.ts';
import { requireAccount } from './actor.ts';
import { showGitCommit } from './commit-shape.ts';
import { notFound, unprocessable } from './refusal.ts';
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

export const gitRoutes: readonly Route[] = [
  repositoryRoute('GET /git/blobs/{sha}', READ, getBlob),
  repositoryRoute('POST /git/blobs', WRITE, createBlob),
  repositoryRoute('GET /git/trees/{sha+}', READ, getTree),
  repositoryRoute('POST /git/trees', WRITE, createTree),
  repositoryRoute('GET /git/commits/{sha}', READ, getCommit),
  repositoryRoute('POST /git/commits', WRITE, createCommit),
];

async function getBlob(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const sha = parameter(call, 'sha');
  const bytes = await readObject(repository.directory, { id: sha, type: 'blob' });
  if (!bytes) throw notFound();
  const body = {
    sha,
    node_id: nodeId('B', sha),
    url: `${repositoryUrl(world, repository)}/git/blobs/${sha}`,
    size: bytes.length,
    encoding: 'base64',
    // GitHub breaks base64 into lines of 60 characters; a client must not rely on one line.
    content: bytes.toString('base64').replace(/.{1,60}/g, '$&\n'),
  } satisfies Schemas['blob'];
  return { status: 200, body };
}

const blobBody = z.object({
  content: z.string(),
  encoding: z.enum(['utf-8', 'base64']).default('utf-8'),
}) satisfies Asks<'git/create-blob'>;

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

async function createBlob(call: RepositoryCall): Promise<Reply> {
  const { content, encoding } = readBody(blobBody, call);
  if (encoding === 'base64' && !BASE64.test(content)) throw unprocessable('content is not valid Base64');
  const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  const sha = await writeObject(call.repository.directory, { type: 'blob', bytes });
  const url = `${repositoryUrl(call.world, call.repository)}/git/blobs/${sha}`;
  return { status: 201, body: { sha, url } satisfies Schemas['short-blob'] };
}

const MOST_TREE_ENTRIES = 100_000;
const MOST_TREE_BYTES = 7 * 1024 * 1024;

async function getTree(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  // GitHub takes any value of `recursive` for yes, "0" and "false" too.
  const recursive = call.query.has('recursive');
  const name = parameter(call, 'sha');
  const sha = isObjectId(name) ? name : await readRef(directory, `refs/heads/${name}`);
  const entries = sha && (await listTree(directory, { tree: sha, recursive }));
  if (!sha || !entries) throw notFound();
  return { status: 200, body: showTree(call, { sha, entries }) };
}

function showTree(
  { world, repository }: RepositoryCall,
  { sha, entries }: { sha: string; entries: NonNullable<Awaited<ReturnType<typeof listTree>>> },
): Schemas['git-tree'] {
  const git = `${repositoryUrl(world, repository)}/git`;
  const tree: Schemas['git-tree']['tree'] = [];
  let bytes = 0;
  for (const entry of entries.slice(0, MOST_TREE_ENTRIES)) {
    const shown = { ...entry, url: `${git}/${entry.type}s/${entry.sha}` };
    bytes += JSON.stringify(shown).length + 1;
    if (bytes > MOST_TREE_BYTES) break;
    tree.push(shown);
  }
  return { sha, url: `${git}/trees/${sha}`, tree, truncated: tree.length < entries.length };
}

const treeBody = z.object({
  base_tree: z.string().optional(),
  tree: z
    .array(
      z.object({
        path: z.string().min(1),
        mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
        type: z.enum(['blob', 'tree', 'commit']).default('blob'),
        sha: z.string().nullable().optional(),
        content: z.string().optional(),
      }),
    )
    .min(1),
}) satisfies Asks<'git/create-tree'>;

async function createTree(call: RepositoryCall): Promise<Reply> {
  const { directory } = call.repository;
  const { base_tree: base = null, tree } = readBody(treeBody, call);
  const changes: TreeChange[] = [];
  for (const { path, mode, type, sha, content } of tree) {
    if (sha === undefined && content === undefined)
      throw unprocessable(`tree entry ${path} needs sha or content`);
    if (typeof sha === 'string' && !isObjectId(sha)) throw unprocessable('tree.sha is not a valid object id');
    const id =
      content === undefined ? (sha ?? null) : await writeObject(directory, { type: 'blob', bytes: content });
    changes.push({ path, mode, type, sha: id });
  }
  try {
    const sha = await writeTree(directory, { base, changes });
    const entries = (await listTree(directory, { tree: sha })) ?? [];
    return { status: 201, body: showTree(call, { sha, entries }) };
  } catch (error) {
    if (error instanceof TreeFault) throw unprocessable(error.message);
    throw error;
  }
}

async function getCommit(call: RepositoryCall): Promise<Reply> {
  const commit = await readCommit(call.repository.directory, parameter(call, 'sha'));
  if (!commit) throw notFound();
  return { status: 200, body: showGitCommit(call.world, call.repository, commit) };
}

const personBody = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  date: z.iso.datetime({ offset: true }).optional(),
});
const commitBody = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: personBody.optional(),
  committer: personBody.optional(),
}) satisfies Asks<'git/create-commit'>;

async function createCommit(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { directory } = repository;
  const { message, tree, parents, author: given, committer: other } = readBody(commitBody, call);
  if (!(await readObject(directory, { id: tree, type: 'tree' })))
    throw unprocessable('Tree SHA does not exist');
  for (const parent of parents) {
    if (!(await readObject(directory, { id: parent, type: 'commit' })))
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  if (message.includes('\0')) throw unprocessable('message must not contain NUL');
  const account = requireAccount(call.actor);
  const sign = (person: z.output<typeof personBody>): Signature => ({
    ...person,
    at: person.date === undefined ? world.clock() : new Date(person.date),
  });
  const author = sign(given ?? { name: account.login, email: noReplyAddress(account) });
  const committer = other ? sign(other) : author;
  const commit = { tree, parents, author, committer, message };
  const sha = await writeCommit(directory, commit);
  return { status: 201, body: showGitCommit(world, repository, { sha, ...commit }) };
}
