// The REST API: from a request to the route that answers it, with refusals in GitHub's form.
import { fullName, type World } from '../world.ts';
import { type Actor, identifyActor, openRepository, requireAccount } from './actor.ts';
import { appRoutes } from './app-routes.ts';
import { checkRoutes } from './check-routes.ts';
import { commentRoutes } from './comment-routes.ts';
import { gitRoutes } from './git-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { mergeRoutes } from './merge-routes.ts';
import { pullRoutes } from './pull-routes.ts';
import { refRoutes } from './ref-routes.ts';
import { notFound, Refusal } from './refusal.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { type Call, matchRoute, type Reply, type Route } from './route.ts';

/** The first match answers: `issues/comments` before `issues/{number}`, `commits/{ref}/check-runs` before `commits/{ref}`. */
export const REST_ROUTES: readonly Route[] = [
  ...appRoutes,
  ...checkRoutes,
  ...pullRoutes,
  ...mergeRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...gitRoutes,
  ...refRoutes,
  ...historyRoutes,
  ...repositoryRoutes,
];

export interface ApiRequest {
  readonly method: string;
  /** Below the API's base, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly pageUrl: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Answers a request. Every Refusal becomes a reply; anything else is a fault of the stand-in and is thrown. */
export async function answerApi(
  world: World,
  { routes, request }: { routes: readonly Route[]; request: ApiRequest },
): Promise<{ reply: Reply; actor: Actor }> {
  let actor: Actor = { kind: 'anonymous' };
  try {
    actor = identifyActor(world, request.authorization);
    const elsewhere = movedTo(world, request);
    if (elsewhere) return { reply: elsewhere, actor };
    return { reply: await callRoute(world, { routes, request, actor }), actor };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { reply: { status: error.status, body: error.body }, actor };
  }
}

/** A repository that was renamed is asked for under its new name: 301 where something is read, 307 where it is written. */
function movedTo(world: World, { method, path, query }: ApiRequest): Reply | undefined {
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? [];
  const repository = world.moved.get(name.toLowerCase());
  if (!repository || world.repositories.has(name.toLowerCase())) return undefined;
  const asked = query.size === 0 ? '' : `?${query}`;
  const url = `${world.apiUrl}/repos/${fullName(repository)}${rest}${asked}`;
  const status = method === 'GET' || method === 'HEAD' ? 301 : 307;
  return { status, headers: { location: url }, body: { message: 'Moved Permanently', url } };
}

async function callRoute(
  world: World,
  { routes, request, actor }: { routes: readonly Route[]; request: ApiRequest; actor: Actor },
): Promise<Reply> {
  const { query, pageUrl } = request;
  const found = matchRoute(routes, request);
  if (!found) throw notFound();
  const { route, parameters } = found;
  const call: Call = { world, actor, parameters, query, pageUrl, body: readJson(request.body) };
  if (route.need === 'app') {
    if (actor.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return await route.handle(call);
  }
  if (route.need === 'anyone') {
    requireAccount(actor);
    return await route.handle(call);
  }
  const name = `${parameters['owner']}/${parameters['repo']}`;
  const repository = openRepository(world, { actor, name, need: route.need });
  return await route.handle({ ...call, repository });
}

function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}
