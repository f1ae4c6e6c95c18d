// The HTTP server around Probot's middleware. It bounds what an unauthenticated sender can make us read, and knows
// three pages besides the webhook: whether the bot is up, whether it can do its work, and its figures.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApplicationFunction, createNodeMiddleware, type Probot } from 'probot';

export const WEBHOOK_PATH = '/api/github/webhooks';

/** GitHub caps payloads at 25 MB; the events this app reads are far smaller. */
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

export async function listen(
  probot: Probot,
  options: {
    app: ApplicationFunction;
    host: string;
    port: number;
    /** Never throws. */
    ready(): Promise<{ readonly ready: boolean; readonly text: string }>;
    /** Never throws. */
    metrics(): Promise<{ readonly status: number; readonly type: string; readonly text: string }>;
  },
): Promise<Listening> {
  const middleware = await createNodeMiddleware(options.app, { probot, webhooksPath: WEBHOOK_PATH });
  const server = createServer((request, response) => {
    if (request.url === '/healthz')
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end('up\n');
    if (request.url === '/readyz')
      return void options
        .ready()
        .then(({ ready, text }) =>
          response.writeHead(ready ? 200 : 503, { 'content-type': 'text/plain' }).end(text),
        );
    if (request.url === '/metrics')
      return void options
        .metrics()
        .then(({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text));
    const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    if (request.method === 'POST' && !(length <= BODY_LIMIT_BYTES)) {
      return void response
        .writeHead(413, { connection: 'close' })
        .end('a Content-Length of at most 5 MiB is needed\n');
    }
    void handle(request, response).catch(() => response.destroy());
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.url === WEBHOOK_PATH) {
      const body = await bodyOf(request);
      // Where the middleware looks for one that was read already.
      Object.assign(request, { body });
      if (!isObject(body))
        return void response.writeHead(400).end('the body is no event: it has to be a JSON object\n');
    }
    await middleware(request, response, () => response.writeHead(404).end('not found\n'));
  }
  server.requestTimeout = 15_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}`, close: () => closed(server) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
