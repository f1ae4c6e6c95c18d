// The local GitHub stand-in: a loopback HTTP server over real bare git repositories, with GitHub's REST API below
// /api/v3, signed webhooks and pages for people. It imports nothing from the app, so neither can lean on the other.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Delivery, openCourier } from './deliveries.ts';
import type { Fault } from './faults.ts';
import { announceInstallation, installApp, openOwner, openWorld } from './founding.ts';
import { matchClone, serveClone } from './git/clone.ts';
import { jsonOutcome, sendOutcome } from './http.ts';
import { answerPage } from './pages/pages.ts';
import { createRepository, type FirstCommit, forkRepository, renameRepository } from './repositories.ts';
import { openApiService, type RequestRecord } from './rest/service.ts';
import { type BranchRule, findRepository, type Permissions } from './world.ts';

export type { Delivery } from './deliveries.ts';

export interface StandInOptions {
  /** Where bare repositories are made: `<directory>/<owner>/<repo>.git`. */
  readonly directory: string;
  /** Gives the Date header and every instant, also of commits. */
  readonly clock: () => Date;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly publicKeyPem: string;
    readonly webhookUrl: string | null;
    readonly webhookSecret: string;
    /** As app.yml's default_permissions. Default: write to contents, pull requests, issues and checks. */
    readonly permissions?: Permissions;
    /** As app.yml's default_events. `installation` is always delivered. */
    readonly events?: readonly string[];
    /** What is told of the rules of every branch. Default: none. */
    readonly branchRules?: readonly BranchRule[];
  };
  /** People act by token. `access` defaults to `write`, or `admin` where `admin` is true. */
  readonly users: readonly {
    readonly login: string;
    readonly token: string;
    readonly admin?: boolean;
    readonly access?: 'read' | 'write';
  }[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

export interface StandIn {
  /** The base of the pages. */
  readonly url: string;
  /** The base of the REST API, as of a GitHub Enterprise Server: `<url>/api/v3`. */
  readonly apiUrl: string;
  createRepository(
    options: { owner: string; name: string } & FirstCommit,
  ): Promise<{ gitDirectory: string; defaultBranch: 'main'; head: string }>;
  /** A copy of owner/name under a user's account, where the app is not installed. */
  createFork(options: { of: string; owner: string }): Promise<{ gitDirectory: string }>;
  /** Requests for the old name are sent on, as GitHub does it. */
  renameRepository(options: { of: string; name: string }): void;
  setWebhookUrl(url: string | null): void;
  /** Every attempt at a webhook delivery that has ended, oldest first. */
  deliveries(): readonly Delivery[];
  /** Makes a delivery again under the same id, to the address set now. Rejects for an unknown id. */
  redeliver(id: string): Promise<void>;
  /** The next matching API request answers with this status, or its connection is cut; a queue. */
  failNext(fault: Fault): void;
  requests(): readonly RequestRecord[];
  /** Resolves when every webhook under way has been answered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const API = '/api/v3';
const GRAPHQL = '/api/graphql';

/** Starts the stand-in. Rejects when the port is taken. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { clock, app } = options;
  const courier = openCourier({ url: app.webhookUrl, secret: app.webhookSecret, appId: app.id, clock });
  const server = createServer();
  const url = await listen(server, options);
  const apiUrl = `${url}${API}`;
  const world = openWorld(options, { url, apiUrl, courier });
  const api = openApiService(world, { base: API, courier });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname.startsWith(`${API}/`)) return await api.serve(request, response);
    if (pathname === GRAPHQL) return await api.serveGraphql(request, response);
    const clone = matchClone(pathname);
    const repository = clone && findRepository(world, clone.name);
    if (clone && repository)
      return serveClone(repository.directory, { request, response, action: clone.action });
    sendOutcome(response, { outcome: await answerPage(world, pathname), at: clock() });
  }

  server.on('request', (request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A defect of the stand-in itself: answered, so that the client fails with its story.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const outcome = jsonOutcome(500, { body: { message }, headers: {} });
      if (!response.headersSent) sendOutcome(response, { outcome, at: clock() });
    });
  });

  return {
    url,
    apiUrl,
    async createRepository({ owner, name, files, message }) {
      const account = openOwner(world, owner);
      const installation = installApp(world, account);
      const { repository, head } = await createRepository(world, { owner: account, name, files, message });
      if (installation) announceInstallation(world, { installation, courier });
      return { gitDirectory: repository.directory, defaultBranch: repository.defaultBranch, head };
    },
    async createFork({ of, owner }) {
      const parent = findRepository(world, of);
      if (!parent) throw new RangeError(`there is no repository ${of} to fork`);
      const fork = await forkRepository(world, { parent, owner: openOwner(world, owner) });
      return { gitDirectory: fork.directory };
    },
    renameRepository: (options) => renameRepository(world, options),
    setWebhookUrl: courier.setUrl,
    deliveries: courier.deliveries,
    redeliver: courier.redeliver,
    failNext: api.failNext,
    requests: api.requests,
    settled: courier.settled,
    async close() {
      courier.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await courier.settled();
    },
  };
}

function listen(server: Server, { host = '127.0.0.1', port = 0 }: StandInOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { port: taken } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${taken}`);
    });
  });
}
