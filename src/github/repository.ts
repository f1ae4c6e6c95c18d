// One repository on GitHub: what it says, and what the bot puts there.
import type { ProbotOctokit } from 'probot';
import type { BranchSource } from '../intake/pushes.ts';
import type { Posts } from '../publish/forge.ts';
import { type RepositoryFacts, type RepositoryName, readFacts } from './facts.ts';
import { readMoves } from './moves.ts';
import { openPosts } from './posts.ts';

export interface Repository extends RepositoryFacts, Pick<BranchSource, 'movesSince'>, Posts {
  /** The account under which the App acts here. */
  readonly self: string;
  /** GitHub's own: the same whatever the repository is called. */
  readonly id: number;
}

/** The page of a repository for people, by the address of its API: GitHub's own, or an Enterprise Server's. */
export function pageOf(name: string, apiUrl: string): string {
  const { protocol, hostname, host } = new URL(apiUrl);
  return `${protocol}//${hostname === 'api.github.com' ? 'github.com' : host}/${name}`;
}

export function openRepository(
  octokit: ProbotOctokit,
  name: RepositoryName & { id: number; slug: string },
): Repository {
  const facts = readFacts(octokit, name);
  const self = `${name.slug}[bot]`;
  return {
    ...{ id: name.id, self },
    ...facts,
    ...readMoves(octokit, { ...name, self, facts }),
    ...openPosts(octokit, { ...name, facts }),
  };
}
