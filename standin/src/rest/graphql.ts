// Of GitHub's GraphQL one question: the entry that a commit's tree has at a path, which REST cannot tell without the whole folder.
import { z } from 'zod';
import { listTree } from '../git/trees.ts';
import type { World } from '../world.ts';
import { identifyActor, openRepository } from './actor.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './route.ts';

const asked = z.object({
  query: z.string(),
  variables: z.object({ owner: z.string(), repo: z.string(), commit: z.string(), path: z.string() }),
});

/** The only query that is understood, but for the white space in it. */
const FILE_QUERY =
  /^query\(\$owner: String!, \$repo: String!, \$commit: GitObjectID!, \$path: String!\) \{ repository\(owner: \$owner, name: \$repo\) \{ object\(oid: \$commit\) \{ \.\.\. on Commit \{ file\(path: \$path\) \{ mode type oid size \} \} \} \} \}$/;

export async function answerGraphql(
  world: World,
  { authorization, body }: { authorization: string | undefined; body: string },
): Promise<Reply> {
  try {
    const actor = identifyActor(world, authorization);
    const { query, variables } = asked.parse(JSON.parse(body));
    if (!FILE_QUERY.test(query.trim().replace(/\s+/g, ' ')))
      return { status: 200, body: failed('not emulated') };
    const { owner, repo, commit, path } = variables;
    const need = { anyOf: ['contents'], level: 'read' } as const;
    const repository = openRepository(world, { actor, name: `${owner}/${repo}`, need });
    const folder = path.split('/').slice(0, -1).join('/');
    const there = await listTree(repository.directory, { tree: commit });
    const object = there && { file: await entryAt(repository.directory, { commit, folder, path }) };
    return { status: 200, body: { data: { repository: { object: object ?? null } } } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return { status: 401, body: error.body };
    return { status: 200, body: failed('Could not resolve to a Repository') };
  }
}

async function entryAt(
  directory: string,
  { commit, folder, path }: { commit: string; folder: string; path: string },
) {
  const entries = await listTree(directory, { tree: folder === '' ? commit : `${commit}:${folder}` });
  const name = path.slice(folder === '' ? 0 : folder.length + 1);
  const found = entries?.find((entry) => entry.path === name);
  if (!found) return null;
  const { mode, type, sha: oid, size = 0 } = found;
  // As GitHub tells it: the octal mode as a number.
  return { mode: Number.parseInt(mode, 8), type, oid, size };
}

function failed(message: string) {
  return { data: null, errors: [{ message }] };
}
