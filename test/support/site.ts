// One machine with the whole bot on it, embedded databases, and the real command line as processes: what an operator
// sees in a terminal. Whatever differs from run to run is made equal, so that screens can be compared word for word.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';
import { type Sovereign, sovereign } from '../../src/local/sovereign.ts';
import { makeKey, placeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import type { RecorderKey } from '../../src/record/recorder-key.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { compileCache } from './compile-cache.ts';
import { placePglite } from './pglite.ts';
import { COMMIT, copyRelease } from './release.ts';

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

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
  readonly recorderKey: RecorderKey;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one command in the site's folder. */
  run(...args: string[]): Promise<Screen>;
  /** Starts the bot; the returned function ends it. */
  start(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openSite(files: Readonly<Record<string, string>>): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-site-'));
  const software = join(directory, 'software');
  await copyRelease(software);
  const now = () => new Date();
  const madeAt = new Date(Date.now() - 24 * 3600 * 1000);
  const keys = { sovereign: await makeKey('Sovereign', madeAt), backup: await makeKey('Backup', madeAt) };
  await placeKey(keys.sovereign, join(directory, 'keys', 'sovereign'));
  await placeKey(keys.backup, join(directory, 'keys', 'backup'));
  // Where the bot would make it by itself.
  const recorderKey = await makeRecorderKeyFile(join(directory, 'data', 'recorder.key'));
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
      repository: 'town/governance',
      deployment: 'town',
      deployed_source_commit: COMMIT,
      targets,
      reviewers: ['sovereign'],
      governed: 'embedded',
      data: 'data',
    }),
  );
  const port = await freePort();
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    ...compileCache(),
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
    ...{ directory, standIn, keys, recorderKey, environment },
    sovereign: sovereign({
      ...{ apiUrl: standIn.apiUrl, token: secrets.token, owner: 'town', repo: 'governance' },
      key: keys.sovereign,
      now,
    }),
    run: (...args) => screenOf(program(args)),
    async start() {
      // The bot would make them itself, which takes ten seconds; the demo in test/golden/ does.
      for (const part of ['state', 'governed'] as const) {
        const folder = join(directory, 'data', part);
        if (!existsSync(folder)) await placePglite(part, folder);
      }
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

/** Runs the command line anywhere, with these settings alone. */
export function runCommand(
  args: readonly string[],
  { directory, environment = {} }: { directory: string; environment?: Record<string, string> },
): Promise<Screen> {
  const { PATH = '' } = process.env;
  return screenOf(
    spawn(process.execPath, [PROGRAM, ...args], {
      cwd: directory,
      env: { PATH, HOME: directory, USER: 'ada', NO_COLOR: '1', ...compileCache(), ...environment },
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
