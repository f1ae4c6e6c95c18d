// A stand-in on a temporary folder, a receiver for its webhooks, and the real clients that talk to it.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { Probot } from 'probot';
import { onTestFinished } from 'vitest';
import { type StandIn, type StandInOptions, startStandIn } from '../src/server.ts';

export const APP_ID = 4711;
export const SECRET = 'a webhook secret of the tests';
export const REPOSITORY = { owner: 'republic', repo: 'law' };

function makeKey() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

export const appKey = makeKey();
export const strangerKey = makeKey();

export interface Setting {
  readonly standIn: StandIn;
  readonly gitDirectory: string;
  readonly head: string;
  /** An octokit of a person: ada may write, eve may only read. */
  person(login: 'ada' | 'eve'): Octokit;
  /** An octokit that acts as the app's installation on the repository. */
  installation(): Promise<Octokit>;
}

/** Starts a stand-in with one repository; it is closed and its folder removed when the test ends. */
export async function openSetting(
  options: { clock?: () => Date; app?: Partial<StandInOptions['app']>; webhookUrl?: string } = {},
): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
  const standIn = await startStandIn({
    directory,
    clock: options.clock ?? (() => new Date()),
    app: {
      id: APP_ID,
      slug: 'countersign',
      publicKeyPem: appKey.publicKey,
      webhookUrl: options.webhookUrl ?? null,
      webhookSecret: SECRET,
      ...options.app,
    },
    users: [
      { login: 'ada', token: 'token-of-ada' },
      { login: 'eve', token: 'token-of-eve', access: 'read' },
    ],
  });
  onTestFinished(async () => {
    await standIn.close();
    await rm(directory, { recursive: true, force: true });
  });
  const { gitDirectory, head } = await standIn.createRepository({
    owner: REPOSITORY.owner,
    name: REPOSITORY.repo,
    files: {
      'README.md': '# Law\n',
      'law/charter.md': '# Charter\n\n## Article 1\n',
      'approvals/README.md': 'a\n',
    },
    message: 'Found the republic',
  });
  return {
    standIn,
    gitDirectory,
    head,
    person: (login) => new Octokit({ auth: `token-of-${login}`, baseUrl: standIn.apiUrl, log: silent }),
    async installation() {
      const app = await probotOf(standIn.apiUrl).auth();
      const { data } = await app.rest.apps.getRepoInstallation(REPOSITORY);
      const { data: token } = await app.rest.apps.createInstallationAccessToken({ installation_id: data.id });
      return new Octokit({ auth: token.token, baseUrl: standIn.apiUrl, log: silent });
    },
  };
}

const quiet = () => undefined;
export const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The real Probot, pointed at the stand-in as at a GitHub Enterprise Server. */
export function probotOf(apiUrl: string, privateKey = appKey.privateKey): Probot {
  return new Probot({ appId: APP_ID, privateKey, secret: SECRET, baseUrl: apiUrl, logLevel: 'fatal' });
}

export interface Received {
  readonly event: string;
  readonly id: string;
  readonly signature: string;
  readonly body: string;
}

/** A plain HTTP receiver that keeps what it is sent. `status` is what it answers. */
export async function openReceiver(status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const header = (name: string) => String(request.headers[name]);
    received.push({
      event: header('x-github-event'),
      id: header('x-github-delivery'),
      signature: header('x-hub-signature-256'),
      body: Buffer.concat(chunks).toString('utf8'),
    });
    response.writeHead(status).end('noted');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

/** A commit on a new branch that adds files, made through the git data API. */
export async function commitBranch(
  octokit: Octokit,
  {
    branch,
    from,
    files,
    message,
  }: { branch: string; from: string; files: Record<string, string>; message?: string },
  repository = REPOSITORY,
): Promise<string> {
  const sha = await commitOn(
    octokit,
    { parent: from, files, message: message ?? `Add to ${branch}` },
    repository,
  );
  await octokit.rest.git.createRef({ ...repository, ref: `refs/heads/${branch}`, sha });
  return sha;
}

export async function commitOn(
  octokit: Octokit,
  { parent, files, message = 'Change' }: { parent: string; files: Record<string, string>; message?: string },
  repository = REPOSITORY,
): Promise<string> {
  const { data: tree } = await octokit.rest.git.createTree({
    ...repository,
    base_tree: (await octokit.rest.git.getCommit({ ...repository, commit_sha: parent })).data.tree.sha,
    tree: Object.entries(files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  });
  const { data } = await octokit.rest.git.createCommit({
    ...repository,
    message,
    tree: tree.sha,
    parents: [parent],
  });
  return data.sha;
}

/** The status and message an octokit call was refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return { status, message };
  }
  throw new Error('the call was not refused');
}
