// Pages for people who want to look. They need no login and change nothing; everything shown is escaped or sanitised,
// and the policy header keeps a page from running a script or loading anything from elsewhere.
import { readFile } from 'node:fs/promises';
import type { Outcome } from '../http.ts';
import { findRepository, type Repository, type World } from '../world.ts';
import { showConversationPage } from './conversation.ts';
import {
  showCommitPage,
  showFilePage,
  showHome,
  showList,
  showRepositoryPage,
  showRunPage,
} from './repository.ts';

const STYLE = new URL('./style.css', import.meta.url);
const AVATAR =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#888"/></svg>';

export async function answerPage(world: World, path: string): Promise<Outcome> {
  if (path === '/-/style.css') return outcome(200, await readFile(STYLE), 'text/css; charset=utf-8');
  if (path === '/-/avatar.svg') return outcome(200, AVATAR, 'image/svg+xml');
  const page = await findPage(world, path);
  return page === undefined
    ? outcome(404, 'There is no such page.\n', 'text/plain; charset=utf-8')
    : outcome(200, page, 'text/html; charset=utf-8');
}

async function findPage(world: World, path: string): Promise<string | undefined> {
  const parts = decodeParts(path);
  if (parts === undefined) return undefined;
  const [owner, name, kind, key = '', ...rest] = parts;
  if (owner === undefined) return showHome(world);
  const repository = findRepository(world, `${owner}/${name ?? ''}`);
  if (!repository) return undefined;
  switch (kind) {
    case undefined:
      return await showRepositoryPage(repository);
    case 'pulls':
      return showList(repository, 'pull');
    case 'issues':
      return key === ''
        ? showList(repository, 'issue')
        : await findConversationPage(world, { repository, key });
    case 'pull':
      return await findConversationPage(world, { repository, key });
    case 'commit':
      return await showCommitPage(repository, key);
    case 'blob':
      return /^[0-9a-f]{40}$/.test(key)
        ? await showFilePage(repository, { commit: key, path: rest.join('/') })
        : undefined;
    case 'runs': {
      const run = repository.checkRuns.get(Number(key));
      return run && showRunPage(repository, run);
    }
    default:
      return undefined;
  }
}

async function findConversationPage(
  world: World,
  { repository, key }: { repository: Repository; key: string },
): Promise<string | undefined> {
  const conversation = repository.conversations.get(Number(key));
  return conversation && (await showConversationPage(world, { repository, conversation }));
}

function decodeParts(path: string): string[] | undefined {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function outcome(status: number, body: string | Uint8Array, type: string): Outcome {
  const headers = {
    'content-type': type,
    'content-security-policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  return { status, headers, body };
}
