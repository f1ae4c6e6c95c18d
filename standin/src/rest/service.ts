// The REST API as an HTTP service: faults first, then the answer, each request remembered in the order it ended.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Courier } from '../deliveries.ts';
import { type Fault, openFaults } from '../faults.ts';
import { jsonOutcome, readRequestBody, sendOutcome } from '../http.ts';
import type { World } from '../world.ts';
import { type Actor, describeActor } from './actor.ts';
import { answerApi, REST_ROUTES } from './api.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { answerGraphql } from './graphql.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './route.ts';

const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
const NOBODY: Actor = { kind: 'anonymous' };

export interface RequestRecord {
  readonly method: string;
  /** Below the API's base, without the query. */
  readonly path: string;
  /** 0: the connection was cut. */
  readonly status: number;
  readonly actor: string;
}

export interface ApiService {
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  serveGraphql(request: IncomingMessage, response: ServerResponse): Promise<void>;
  failNext(fault: Fault): void;
  requests(): readonly RequestRecord[];
}

export function openApiService(
  world: World,
  { base, courier }: { base: string; courier: Courier },
): ApiService {
  const faults = openFaults();
  const records: RequestRecord[] = [];
  const routes = [...deliveryRoutes(courier), ...REST_ROUTES];

  async function answer(request: IncomingMessage, target: URL): Promise<{ reply: Reply; actor: Actor }> {
    const body = await readRequestBody(request, LARGEST_BODY_BYTES);
    if (body === undefined) return { reply: replyStatus(413), actor: NOBODY };
    return await answerApi(world, {
      routes,
      request: {
        method: request.method ?? 'GET',
        path: target.pathname.slice(base.length),
        query: target.searchParams,
        pageUrl: `${world.url}${target.pathname}`,
        authorization: request.headers.authorization,
        body: body.toString('utf8'),
      },
    });
  }

  return {
    async serve(request, response) {
      const target = new URL(request.url ?? '/', world.url);
      const method = request.method ?? 'GET';
      const path = target.pathname.slice(base.length);
      const fault = faults.take(method, path);
      const cut = fault !== undefined && 'cut' in fault;
      const { reply, actor } =
        fault && !(cut && fault.effective)
          ? { reply: 'status' in fault ? refused(fault) : replyStatus(0), actor: NOBODY }
          : await answer(request, target);
      records.push({ method, path, status: cut ? 0 : reply.status, actor: describeActor(actor) });
      if (cut) return void response.destroy();
      const outcome = jsonOutcome(reply.status, { body: reply.body, headers: reply.headers ?? {} });
      sendOutcome(response, { outcome, at: world.clock() });
    },
    async serveGraphql(request, response) {
      const body = (await readRequestBody(request, LARGEST_BODY_BYTES))?.toString('utf8') ?? '';
      const { authorization } = request.headers;
      const reply = await answerGraphql(world, { authorization, body });
      records.push({ method: 'POST', path: '/graphql', status: reply.status, actor: 'GraphQL' });
      sendOutcome(response, {
        outcome: jsonOutcome(reply.status, { body: reply.body, headers: {} }),
        at: world.clock(),
      });
    },
    failNext: faults.add,
    requests: () => [...records],
  };
}

function refused({ status, message, headers }: Extract<Fault, { status: number }>): Reply {
  const reply = replyStatus(status);
  return {
    status,
    body: message === undefined ? reply.body : new Refusal(status, message).body,
    ...(headers === undefined ? {} : { headers }),
  };
}

function replyStatus(status: number): Reply {
  const { body } = new Refusal(status, STATUS_CODES[status] ?? 'Error');
  return { status, body };
}
