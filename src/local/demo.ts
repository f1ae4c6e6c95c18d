// The whole story on one machine: a stand-in for GitHub over a real git repository, embedded databases, throw-away
// keys, and the bot itself, exactly as `start` builds it. Only the parts it is given differ.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pino from 'pino';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { documentIdFrom } from '../approval/document-id.ts';
import { approvalTemplate } from '../approval/template.ts';
import {
  CONFIG_FILE,
  type Environment,
  type OrchestratorSettings,
  readConfig,
} from '../deployment/config.ts';
import { type Deployment, openDeployment } from '../deployment/deployment.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { type Service, startService } from '../deployment/service.ts';
import { type Sha256, sha256 } from '../digest/digest.ts';
import { type Answer, askAs } from '../governed/ask.ts';
import type { ConditionId } from '../readiness/conditions.ts';
import type { Release } from '../readiness/probes.ts';
import type { RunEvent } from '../run/events.ts';
import { type Sovereign, signedUtc, sovereign } from './sovereign.ts';
import { makeKey, placeKey, type ThrowawayKey } from './throwaway-keys.ts';

const OWNER = 'demo';
const REPO = 'governance';
const APP_ID = 1;
const DEPLOYMENT = 'demo';

/** In a fresh clone the suite has not run; the demo says so and goes on. Production waives nothing. */
export const WAIVED: ReadonlySet<ConditionId> = new Set(['PRE-7']);

export interface DemoOptions {
  /** Where everything of the demo goes; must be empty or new. */
  readonly directory: string;
  readonly document: { readonly path: string; readonly bytes: Uint8Array };
  readonly sg1Only: boolean;
  /** When the throw-away keys were made; a minute ago, unless a test needs older signatures. */
  readonly keysMadeAt?: Date;
  readonly logLevel: string;
  readonly release: Release;
  readonly waived?: ReadonlySet<ConditionId>;
  /** Authorities of time stamps, as the configuration has them. */
  readonly timeStamps?: OrchestratorSettings['time_stamps'];
  /** Opens an embedded database in a directory; given by tests that have a quicker way. */
  readonly embeddedDatabase?: (directory: string) => Promise<PGlite>;
  onEvent?(event: RunEvent): void;
  now(): Date;
  /** Where the stand-in listens; by default the usual address of this machine. */
  readonly host?: string;
  /** GitHub's own clock, where a test wants the two to differ. */
  readonly githubNow?: () => Date;
}

export interface Demo {
  readonly standIn: StandIn;
  readonly deployment: Deployment;
  readonly service: Service;
  readonly sovereign: Sovereign;
  readonly gitDirectory: string;
  readonly governed: PGlite;
  readonly documentId: string;
  /** With which the sovereign acts at the stand-in. */
  readonly token: string;
  readonly keys: { readonly sovereign: ThrowawayKey; readonly backup: ThrowawayKey };
  readonly backupDirectory: string;
  /** The approval that opens a run, not yet signed; for a text that stands there now instead of the first one. */
  /** For the demo's own document, or another text at its path; `acceptsSha256`: also of what its cut is not sure of. */
  openingDraft(text?: string, options?: { acceptsSha256?: Sha256 }): { file: string; document: string };
  /** One statement in the role that writes for the bot, as anybody with its login would send it. */
  tryAsBot(sql: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { directory, document, now } = options;
  await mkdir(directory, { recursive: true });
  const keys = await makeKeys(options);
  const documentId = documentIdFrom(document.path);
  const documentPath = `documents/${basename(document.path)}`;
  const { standIn, gitDirectory, github, token } = await foundTown(options, { documentId, documentPath });
  const configPath = await configure(directory, { ...options, documentId, documentPath });
  const config = readConfig({ ...github, ...keySettings(directory, keys) }, configPath);

  const log = pino(
    { level: options.logLevel, name: 'countersign' },
    pino.destination(join(directory, 'bot.log')),
  );
  const opened = new Map<string, PGlite>();
  const openDirectory = options.embeddedDatabase ?? copyingDirectories();
  const deployment = openDeployment(config, {
    now,
    release: options.release,
    onStoreError: (error) => log.error({ err: error }, 'state'),
    async openDirectory(path) {
      const database = await openDirectory(path);
      opened.set(basename(path), database);
      return database;
    },
  });
  const service = await startService(deployment, {
    waived: options.waived ?? WAIVED,
    log,
    onEvent: (event) => options.onEvent?.(event),
  });
  standIn.setWebhookUrl(`${service.url}/api/github/webhooks`);
  const recorderKey = (await deployment.recorder()).current.key;
  const governed = opened.get('governed');
  if (!governed) throw new Error('the service has opened no governed database');

  return {
    ...{ standIn, deployment, service, gitDirectory, governed, documentId, token, keys },
    backupDirectory: config.backup.directory,
    sovereign: sovereign({
      ...{ apiUrl: standIn.apiUrl, token, owner: OWNER, repo: REPO, key: keys.sovereign, now },
    }),
    openingDraft(text, { acceptsSha256 } = {}) {
      const at = now();
      const bindings = {
        document_id: documentId,
        deployment: DEPLOYMENT,
        mode: 'LIVE',
        recorder_key: recorderKey,
        source_sha256: sha256(text ?? document.bytes),
        ...(acceptsSha256 === undefined ? {} : { accepts_sha256: acceptsSha256 }),
      };
      return {
        file: `approvals/${signedUtc(at).replace(/[:-]/g, '')}-open-${documentId}.md`,
        document: approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: signedUtc(at) }),
      };
    },
    tryAsBot: (sql) => askAs(governed, { role: 'cutter_exec', sql }),
    async close() {
      await standIn.settled();
      await service.close();
      await deployment.close();
      await standIn.close();
    },
  };
}

async function makeKeys({ directory, now, ...options }: DemoOptions): Promise<Demo['keys']> {
  // Signatures are judged by whole seconds: a key made in this very second could sign before its own birth.
  const keysMadeAt = options.keysMadeAt ?? new Date(now().getTime() - 60_000);
  const keys = {
    sovereign: await makeKey('Demo Sovereign', keysMadeAt),
    backup: await makeKey('Demo Backup', keysMadeAt),
  };
  await placeKey(keys.sovereign, join(directory, 'keys', 'sovereign'));
  await placeKey(keys.backup, join(directory, 'keys', 'backup'));
  await writeFile(join(directory, 'keys', 'backup-private.asc'), keys.backup.privateArmored, { mode: 0o600 });
  return keys;
}

function keySettings(directory: string, keys: Demo['keys']): Environment {
  return {
    SOVEREIGN_GPG_FPR: keys.sovereign.fingerprint,
    SOVEREIGN_KEY_DIR: join(directory, 'keys', 'sovereign'),
    BACKUP_GPG_FPR: keys.backup.fingerprint,
    BACKUP_KEY_DIR: join(directory, 'keys', 'backup'),
    BACKUP_DIR: join(directory, 'backups'),
  };
}

/** A GitHub of its own with one user, the App and the repository; and the settings by which the bot signs in there. */
async function foundTown(
  options: DemoOptions,
  { documentId, documentPath }: { documentId: string; documentPath: string },
) {
  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const webhookSecret = randomBytes(32).toString('hex');
  const token = randomBytes(20).toString('hex');
  const standIn = await startStandIn({
    directory: join(options.directory, 'github'),
    ...(options.host === undefined ? {} : { host: options.host }),
    clock: options.githubNow ?? options.now,
    app: {
      id: APP_ID,
      slug: 'countersign',
      publicKeyPem: app.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      webhookUrl: null,
      webhookSecret,
    },
    users: [{ login: 'sovereign', token, admin: true }],
  });
  const { gitDirectory } = await standIn.createRepository({
    owner: OWNER,
    name: REPO,
    files: {
      [documentPath]: options.document.bytes,
      'approvals/README.md': 'Signed approvals, one pull request each.\n',
      'runs/README.md': 'The record of every run, written by the bot.\n',
    },
    message: `Adopt ${documentId}`,
  });
  const github: Environment = {
    APP_ID: String(APP_ID),
    PRIVATE_KEY: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: standIn.apiUrl,
    PORT: '0',
  };
  return { standIn, gitDirectory, token, github };
}

/** Making an empty database takes seconds, copying one does not: every database after the first is a copy of it. */
function copyingDirectories(): (directory: string) => Promise<PGlite> {
  let empty: Blob | undefined;
  return async (directory) => {
    const loadDataDir = empty;
    if (loadDataDir) {
      return openEmbeddedDirectory(directory, { open: (dataDir) => PGlite.create({ dataDir, loadDataDir }) });
    }
    const first = await openEmbeddedDirectory(directory);
    empty = await first.dumpDataDir('none');
    return first;
  };
}

/** Writes the deployment's configuration, and returns where. */
async function configure(
  directory: string,
  {
    documentId,
    documentPath,
    sg1Only,
    timeStamps = [],
  }: Pick<DemoOptions, 'sg1Only' | 'timeStamps'> & { documentId: string; documentPath: string },
): Promise<string> {
  const path = join(directory, CONFIG_FILE);
  const settings = {
    repository: `${OWNER}/${REPO}`,
    deployment: DEPLOYMENT,
    targets: [{ document_id: documentId, path: documentPath }],
    policy: { sg1_only: sg1Only },
    time_stamps: timeStamps,
    reviewers: ['sovereign'],
    governed: 'embedded',
    data: directory,
  };
  await writeFile(path, `${JSON.stringify(settings, null, 2)}\n`);
  return path;
}

export async function readDocument(path: string): Promise<{ path: string; bytes: Uint8Array }> {
  return { path, bytes: await readFile(path) };
}
