// One repository on GitHub: what it says, and what the bot puts there.
import type { ProbotOctokit } from 'probot';
import type { Posts } from '../publish/forge.ts';
import { type RepositoryFacts, type RepositoryName, readFacts } from './facts.ts';
import { openPosts } from './posts.ts';

export interface Repository extends RepositoryFacts, Posts {}

export function openRepository(octokit: ProbotOctokit, name: RepositoryName & { slug: string }): Repository {
  const facts = readFacts(octokit, name);
  return { ...facts, ...openPosts(octokit, { ...name, facts }) };
}
