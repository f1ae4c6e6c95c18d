// One machine with the whole bot on it, embedded databases, and the real command line as processes: what an operator
// sees in a terminal. Whatever differs from run to run is made equal, so that screens can be compared word for word.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeKey, pinKey, type ThrowawayKey } from '../../src/local/keys.ts';
import { type Sovereign, sovereign } from '../../src/local/sovereign.ts';
import { ATTESTATION_FILE } from '../../src/readiness/attestation.ts';
import { deployedFiles, MANIFEST_FILE, makeManifest } from '../../src/readiness/manifest.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'src', 'main.ts');
const COMMIT = 'e'.repeat(40);

/** What a command printed, and how it ended. */
export interface Screen {
  readonly output: string;
  readonly code: number | null;
}

export interface Site {
  readonly directory: string;
  readonly standIn: StandIn;
  readonly sovereign: Sovereign;
  readonly keys: { readonly sovereign: ThrowawayKey; readonly backup: ThrowawayKey };
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one command in the site's folder. */
  run(...args: string[]): Promise<Screen>;
  /** Starts the bot; the returned function ends it. */
  start(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openSite(files: Readonly<Record<string, string>>): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-site-'));
  const software = await release(join(directory, 'software'));
  const now = () => new Date();
  const madeAt = new Date(Date.now() - 24 * 3600 * 1000);
  const keys = { sovereign: await makeKey('Sovereign', madeAt), backup: await makeKey('Backup', madeAt) };
  await pinKey(keys.sovereign, join(directory, 'keys', 'sovereign'));
  await pinKey(keys.backup, join(directory, 'keys', 'backup'));
  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secrets = { webhook: randomBytes(32).toString('hex'), token: randomBytes(20).toString('hex') };
  const standIn = await startStandIn({
    directory: join(directory, 'github'),
    clock: now,
    app: {
      ...{ id: 7, slug: 'countersign', webhookUrl: null, webhookSecret: secrets.webhook },
      publicKeyPem: app.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    users: [{ login: 'sovereign', token: secrets.token, admin: true }],
  });
  await standIn.createRepository({ owner: 'town', name: 'governance', files, message: 'Adopt' });
  const targets = Object.keys(files).map((path) => ({
    document_id: path.replace(/^.*\/|\.md$/g, ''),
    path,
  }));
  await writeFile(
    join(directory, 'orchestrator.config.json'),
    JSON.stringify({
      ...{ repository: 'town/governance', deployed_source_commit: COMMIT, targets, reviewers: ['sovereign'] },
      ...{ governed: 'embedded', data: 'data' },
    }),
  );
  const port = await freePort();
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    USER: 'ada',
    NO_COLOR: '1',
    APP_ID: '7',
    PRIVATE_KEY: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: secrets.webhook,
    GITHUB_API_URL: standIn.apiUrl,
    PORT: String(port),
    SOVEREIGN_GPG_FPR: keys.sovereign.fingerprint,
    SOVEREIGN_KEY_DIR: join(directory, 'keys', 'sovereign'),
    BACKUP_GPG_FPR: keys.backup.fingerprint,
    BACKUP_KEY_DIR: join(directory, 'keys', 'backup'),
    BACKUP_DIR: join(directory, 'backups'),
  };
  standIn.setWebhookUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
  let stop = async (): Promise<void> => undefined;
  const program = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [join(software, 'src', 'main.ts'), ...args], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    ...{ directory, standIn, keys, environment },
    sovereign: sovereign({
      ...{ apiUrl: standIn.apiUrl, token: secrets.token, owner: 'town', repo: 'governance' },
      key: keys.sovereign,
      now,
    }),
    run: (...args) => screenOf(program(args)),
    async start() {
      const bot = program(['start']);
      const ended = new Promise((resolve) => bot.once('close', resolve));
      stop = async () => {
        bot.kill('SIGTERM');
        await ended;
      };
      await listening(bot, ended);
      return stop;
    },
    async close() {
      await stop();
      await standIn.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A copy of the software as it is deployed: with the manifest of its files, and the attestation of a green suite. */
async function release(software: string): Promise<string> {
  await mkdir(software);
  for (const path of ['src', 'standin', 'sample', 'package.json', 'package-lock.json', 'app.yml'])
    await cp(join(ROOT, path), join(software, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(software, 'node_modules'));
  const paths = await deployedFiles(software);
  const manifest = await makeManifest(software, { paths, sourceCommit: COMMIT });
  await writeFile(join(software, MANIFEST_FILE), JSON.stringify(manifest));
  const attestation = {
    ...{ format: 'countersign/attestation/1', tree_sha256: manifest.tree_sha256, commit: COMMIT },
    ...{ passed: 1_000, failed: 0, skipped: 0, at: '2026-05-20T10:00:00.000Z' },
  };
  await writeFile(join(software, ATTESTATION_FILE), JSON.stringify(attestation));
  return software;
}

/** Runs the command line anywhere, with these settings alone. */
export function runCommand(
  args: readonly string[],
  { directory, environment = {} }: { directory: string; environment?: Record<string, string> },
): Promise<Screen> {
  const { PATH = '' } = process.env;
  return screenOf(
    spawn(process.execPath, [PROGRAM, ...args], {
      cwd: directory,
      env: { PATH, HOME: directory, USER: 'ada', NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

async function screenOf(child: ChildProcess): Promise<Screen> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, code };
}

async function listening(bot: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    if (!bot.stdout) return reject(new Error('the bot has no output'));
    createInterface(bot.stdout).on('line', (line) => {
      lines.push(line);
      if (line.includes('countersign is listening')) resolve();
    });
    void ended.then(() => reject(new Error(`the bot ended:\n${lines.slice(-10).join('\n')}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
