// Routes as data: a method, a path pattern with {names}, who may call it, and what it answers.
import type { z } from 'zod';
import type { Level, Permission, Repository, World } from '../world.ts';
import type { Actor } from './actor.ts';
import { notFound, unprocessable } from './refusal.ts';

export interface Call {
  readonly world: World;
  readonly actor: Actor;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The request's path as the client sees it, for Link headers. */
  readonly pageUrl: string;
  readonly body: unknown;
}

export interface RepositoryCall extends Call {
  readonly repository: Repository;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a repository route asks of its caller. An installation needs one of the permissions. */
export interface Need {
  readonly anyOf: readonly Permission[];
  readonly level: Level;
  /** People with read access may do it too (commenting, opening). */
  readonly openToReaders?: boolean;
  /** Only an installation may do it. */
  readonly appOnly?: boolean;
}

interface Matcher {
  readonly method: string;
  readonly pattern: RegExp;
}

export type Route =
  | (Matcher & { readonly need: 'app' | 'anyone'; readonly handle: (call: Call) => Promise<Reply> })
  | (Matcher & { readonly need: Need; readonly handle: (call: RepositoryCall) => Promise<Reply> });

/** A route for the app itself (by its JWT) or for any known caller. */
export function route(line: string, need: 'app' | 'anyone', handle: (call: Call) => Promise<Reply>): Route {
  return { ...parseLine(line), need, handle };
}

/** A route below `/repos/{owner}/{repo}`; the repository is looked up and the permission checked before it is called. */
export function repositoryRoute(
  line: string,
  need: Need,
  handle: (call: RepositoryCall) => Promise<Reply>,
): Route {
  const [method, rest = ''] = line.split(' ');
  return { ...parseLine(`${method} /repos/{owner}/{repo}${rest}`), need, handle };
}

/** `{name}` matches one path segment, `{name+}` also slashes (refs). */
function parseLine(line: string): Matcher {
  const [method = '', path = ''] = line.split(' ');
  const source = path
    .replace(/[.]/g, '\\.')
    .replace(/\{(\w+)(\+?)\}/g, (_, name: string, many: string) => `(?<${name}>${many ? '.+' : '[^/]+'})`);
  return { method, pattern: new RegExp(`^${source}$`) };
}

export function matchRoute(
  routes: readonly Route[],
  { method, path }: { method: string; path: string },
): { route: Route; parameters: Record<string, string> } | undefined {
  for (const candidate of routes) {
    const match = candidate.method === method ? candidate.pattern.exec(path) : null;
    if (!match) continue;
    const pairs = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]);
    return { route: candidate, parameters: Object.fromEntries(pairs) };
  }
  return undefined;
}

/** The request's body through its schema; a mismatch is answered with 422 in GitHub's words. */
export function readBody<T extends z.ZodType>(schema: T, { body }: Call): z.output<T> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return issue.code === 'invalid_type' && issue.input === undefined
      ? `"${name}" wasn't supplied.`
      : name === ''
        ? issue.message
        : `For '${name}', ${issue.message}.`;
  });
  throw unprocessable(`Invalid request.\n\n${problems.join('\n')}`);
}

export function parameter({ parameters }: Call, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw notFound();
  return value;
}

export function numericParameter(call: Call, name: string): number {
  const text = parameter(call, name);
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}
