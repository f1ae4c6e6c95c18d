// A deployment as an operator makes one: its own copy of the software with manifest and attestation, a PostgreSQL with
// a login for each role, keys and configuration on disk, and the bot as a process of its own that tests may kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { approvalTemplate } from '../../src/approval/template.ts';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { type Sovereign, signedUtc, sovereign, type UnsignedApproval } from '../../src/local/sovereign.ts';
import { makeKey, placeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { type RealBackend, realBackend, type TestDatabase } from '../governed/fixture.ts';
import { compileCache } from './compile-cache.ts';
import { COMMIT, copyRelease } from './release.ts';
import { DEPLOYMENT, foundDeployment } from './signing.ts';

export interface Bot {
  /** Resolves when the log has a line that matches. */
  logged(wanted: RegExp): Promise<void>;
  /** SIGKILL: nothing is flushed, nothing is closed. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** The most memory that the process has held at once, in MiB, by the kernel's count. */
  peakMiB(): Promise<number>;
  lines(): readonly string[];
}

export interface Deployment {
  readonly directory: string;
  readonly database: TestDatabase;
  readonly backend: RealBackend;
  readonly standIn: StandIn;
  readonly sovereign: Sovereign;
  readonly keys: { readonly sovereign: ThrowawayKey; readonly backup: ThrowawayKey };
  readonly environment: Readonly<Record<string, string>>;
  openingDraft(documentId: string): UnsignedApproval;
  startBot(): Promise<Bot>;
  /** Runs one command of the deployed software. */
  run(...args: string[]): Promise<{ code: number | null; output: string }>;
  /** The same with the administrator's login of the governed database, which the bot never has. */
  administer(...args: string[]): Promise<{ code: number | null; output: string }>;
  close(): Promise<void>;
}

interface DeployOptions {
  /** What programs are given besides their settings. */
  readonly besides?: Readonly<Record<string, string>>;
  /** Node's own options for the bot. */
  readonly nodeOptions?: readonly string[];
}

/** null where no PostgreSQL is installed. */
export async function deploy(
  documents: Readonly<Record<string, string>>,
  { besides = compileCache(), nodeOptions = [] }: DeployOptions = {},
): Promise<Deployment | null> {
  const backend = await realBackend();
  if (!backend) return null;
  const database = await backend.open();
  const { settings } = database;
  if (!settings) throw new Error('a real database has settings');
  const dumper = { user: 'cutter_backup', password: 'dumps-only-for-tests' };
  const admin = { user: 'workflow_admin', password: 'admin-only-for-tests' };
  await database.root.admin((writer) =>
    setPasswords(writer, { cutter_backup: dumper, workflow_admin: admin }),
  );
  const state = await backend.server.createDatabase();

  const directory = await mkdtemp(join(tmpdir(), 'countersign-deployment-'));
  const software = join(directory, 'software');
  await copyRelease(software);

  const now = () => new Date();
  const madeAt = new Date(Date.now() - 24 * 3600 * 1000);
  const keys = { sovereign: await makeKey('Sovereign', madeAt), backup: await makeKey('Backup', madeAt) };
  await foundDeployment(database.root, { signers: [{ key: keys.sovereign }] });
  await placeKey(keys.sovereign, join(directory, 'keys', 'sovereign'));
  await placeKey(keys.backup, join(directory, 'keys', 'backup'));
  const recorderFile = join(directory, 'keys', 'recorder.key');
  const recorderKey = await makeRecorderKeyFile(recorderFile);
  await writeFile(join(directory, 'backup-private.asc'), keys.backup.privateArmored, { mode: 0o600 });

  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const webhookSecret = randomBytes(32).toString('hex');
  const token = randomBytes(20).toString('hex');
  const standIn = await startStandIn({
    directory: join(directory, 'github'),
    clock: now,
    app: {
      id: 7,
      slug: 'countersign',
      publicKeyPem: app.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      webhookUrl: null,
      webhookSecret,
    },
    users: [{ login: 'sovereign', token, admin: true }],
  });
  const files = Object.fromEntries(
    Object.entries(documents).map(([id, text]) => [`documents/${id}.md`, text]),
  );
  await standIn.createRepository({ owner: 'town', name: 'governance', files, message: 'Adopt' });

  const targets = Object.keys(documents).map((id) => ({ document_id: id, path: `documents/${id}.md` }));
  const config = join(directory, 'orchestrator.config.json');
  await writeFile(
    config,
    JSON.stringify({
      repository: 'town/governance',
      deployment: DEPLOYMENT,
      deployed_source_commit: COMMIT,
      targets,
      data: join(directory, 'data'),
    }),
  );
  const port = await freePort();
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    ...besides,
    HOME: process.env['HOME'] ?? directory,
    APP_ID: '7',
    PRIVATE_KEY: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: standIn.apiUrl,
    PORT: String(port),
    SOVEREIGN_GPG_FPR: keys.sovereign.fingerprint,
    SOVEREIGN_KEY_DIR: join(directory, 'keys', 'sovereign'),
    BACKUP_GPG_FPR: keys.backup.fingerprint,
    BACKUP_KEY_DIR: join(directory, 'keys', 'backup'),
    BACKUP_DIR: join(directory, 'backups'),
    RECORDER_KEY_PATH: recorderFile,
    DOT_CUTTER_DB_HOST: settings.host,
    DOT_CUTTER_DB_PORT: String(settings.port),
    DOT_CUTTER_DB_NAME: settings.database,
    DOT_CUTTER_DB_SSLMODE: 'disable',
    DOT_CUTTER_EXEC_DB_USER: settings.exec.user,
    DOT_CUTTER_EXEC_DB_PASSWORD: settings.exec.password,
    DOT_CUTTER_VERIFY_DB_USER: settings.verify.user,
    DOT_CUTTER_VERIFY_DB_PASSWORD: settings.verify.password,
    DOT_CUTTER_BACKUP_DB_USER: dumper.user,
    DOT_CUTTER_BACKUP_DB_PASSWORD: dumper.password,
    DATABASE_URL: backend.server.url(state),
  };
  standIn.setWebhookUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
  const startWith = (env: Record<string, string>, ...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [...nodeOptions, join(software, 'src', 'main.ts'), ...args], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const start = (...args: string[]): ChildProcess => startWith(environment, ...args);
  const ended = async (child: ChildProcess): Promise<{ code: number | null; output: string }> => {
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  };

  return {
    directory,
    database,
    backend,
    standIn,
    keys,
    environment,
    sovereign: sovereign({
      apiUrl: standIn.apiUrl,
      token,
      owner: 'town',
      repo: 'governance',
      key: keys.sovereign,
      now,
    }),
    openingDraft(documentId) {
      const bindings = {
        document_id: documentId,
        deployment: DEPLOYMENT,
        mode: 'LIVE',
        recorder_key: recorderKey,
        source_sha256: sha256(documents[documentId] ?? ''),
      };
      const signed = signedUtc(now());
      return {
        file: `approvals/open-${documentId}-${Date.now()}.md`,
        document: approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: signed }),
      };
    },
    startBot: async () => watch(start('start', '--config', config)),
    run: (...args) => ended(start(...args)),
    administer: (...args) =>
      ended(
        startWith(
          {
            ...environment,
            DOT_CUTTER_ADMIN_DB_USER: admin.user,
            DOT_CUTTER_ADMIN_DB_PASSWORD: admin.password,
          },
          ...args,
        ),
      ),
    async close() {
      await standIn.close();
      await database.close();
      await backend.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function watch(child: ChildProcess): Promise<Bot> {
  const seen: string[] = [];
  const waiting = new Set<{ wanted: RegExp; found: () => void }>();
  const take = (line: string): void => {
    seen.push(line);
    for (const waiter of waiting) if (waiter.wanted.test(line)) waiter.found();
  };
  if (child.stdout) createInterface(child.stdout).on('line', take);
  if (child.stderr) createInterface(child.stderr).on('line', take);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const logged = (wanted: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      if (seen.some((line) => wanted.test(line))) return resolve();
      const waiter = { wanted, found: resolve };
      waiting.add(waiter);
      void ended.then((code) =>
        reject(new Error(`the bot ended with ${code}:\n${seen.slice(-20).join('\n')}`)),
      );
    });
  await logged(/countersign is listening/);
  return {
    logged,
    lines: () => seen,
    async peakMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
