// How commits stand to one another, and every move that a branch ever made.
import type { components } from '@octokit/openapi-types';
import { listChangedFiles } from '../git/difference.ts';
import { findMergeBase, listCommits, readCommit, resolveCommit } from '../git/objects.ts';
import { type Activity, nodeId } from '../world.ts';
import { showCommit } from './commit-shape.ts';
import { paginate } from './page.ts';
import { showPullFile } from './pull-shape.ts';
import { notFound } from './refusal.ts';
import {
  type Need,
  parameter,
  type Reply,
  type RepositoryCall,
  type Route,
  repositoryRoute,
} from './route.ts';
import { pageUrl, repositoryUrl, type Subset, showAccount, showInstant } from './shapes.ts';

type Schemas = components['schemas'];

const CONTENTS: Need = { anyOf: ['contents'], level: 'read' };

export const historyRoutes: readonly Route[] = [
  repositoryRoute('GET /compare/{basehead+}', CONTENTS, compareCommits),
  repositoryRoute('GET /activity', CONTENTS, listActivity),
];

/** GitHub lists no more files of a comparison than these. */
const MOST_FILES = 300;

async function compareCommits(call: RepositoryCall): Promise<Reply> {
  const { world, repository } = call;
  const { directory } = repository;
  const [from = '', to = ''] = parameter(call, 'basehead').split('...');
  const [base, head] = await Promise.all([resolveCommit(directory, from), resolveCommit(directory, to)]);
  const mergeBase = base && head && (await findMergeBase(directory, { base, head }));
  if (!base || !head || !mergeBase) throw notFound();
  const [ahead, behind, files] = await Promise.all([
    listCommits(directory, { base, head }),
    listCommits(directory, { base: head, head: base }),
    listChangedFiles(directory, { from: mergeBase, to: head }),
  ]);
  const shown = async (id: string) => {
    const commit = await readCommit(directory, id);
    if (!commit) throw new Error(`the commit ${id} cannot be read`);
    return showCommit(world, repository, commit);
  };
  const { page, headers } = paginate(call, ahead);
  const compare = `${pageUrl(world, repository)}/compare/${base}...${head}`;
  const body = {
    url: `${repositoryUrl(world, repository)}/compare/${base}...${head}`,
    html_url: compare,
    permalink_url: compare,
    diff_url: `${compare}.diff`,
    patch_url: `${compare}.patch`,
    base_commit: await shown(base),
    merge_base_commit: await shown(mergeBase),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: await Promise.all(page.map(shown)),
    files: files.slice(0, MOST_FILES).map(showPullFile(world, { repository, sha: head })),
  } satisfies Subset<Schemas['commit-comparison']>;
  return { status: 200, headers, body };
}

function statusOf(ahead: number, behind: number): Schemas['commit-comparison']['status'] {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** Newest first, a page at a time: the cursor is the activity before which the next page begins. */
async function listActivity(call: RepositoryCall): Promise<Reply> {
  const { repository, query } = call;
  const asked = query.get('ref');
  const size = Math.min(Number(query.get('per_page') ?? 30) || 30, 100);
  const cursor = Number(query.get('after') ?? Number.MAX_SAFE_INTEGER);
  const rest = repository.activities
    .filter(({ ref }) => asked === null || ref === asked || ref === `refs/heads/${asked}`)
    .filter(({ id }) => id < cursor)
    .toReversed();
  const page = rest.slice(0, size);
  const headers: Record<string, string> = {};
  const last = page.at(-1);
  if (last && rest.length > size) {
    const next = new URLSearchParams(query);
    next.set('after', String(last.id));
    headers['link'] = `<${call.pageUrl}?${next}>; rel="next"`;
  }
  return { status: 200, headers, body: page.map((one) => showActivity(call, one)) };
}

function showActivity({ world }: RepositoryCall, { id, type, actor, at, ...move }: Activity) {
  return {
    id,
    node_id: nodeId('PSH', id),
    ...move,
    timestamp: showInstant(at),
    activity_type: type,
    actor: showAccount(world, actor),
  } satisfies Subset<Schemas['activity']>;
}
