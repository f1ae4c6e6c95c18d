// The whole story on one machine: a stand-in for GitHub over a real git repository, embedded databases, throw-away
// keys, and the bot itself, exactly as `start` builds it. Only the parts it is given differ.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pino from 'pino';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { documentIdFrom } from '../approval/document-id.ts';
import { readKeys } from '../approval/keys.ts';
import type { RunId } from '../approval/run-id.ts';
import { approvalTemplate } from '../approval/template.ts';
import { takeBackup } from '../backup/backup.ts';
import { embedded } from '../backup/dump.ts';
import { readBackupKey } from '../backup/key.ts';
import { type OrchestratorSettings, readOrchestrator } from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { type Service, startService } from '../deployment/service.ts';
import { sha256 } from '../digest/digest.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { installSchema } from '../governed/schema.ts';
import type { Release } from '../readiness/probes.ts';
import type { ConditionId } from '../readiness/readiness.ts';
import type { RunEvent } from '../run/events.ts';
import { masterOff } from '../store/master-switch.ts';
import { openEmbeddedStore } from '../store/store.ts';
import { makeKey, pinKey, type ThrowawayKey } from './keys.ts';
import { type Sovereign, signedUtc, sovereign } from './sovereign.ts';

const OWNER = 'demo';
const REPO = 'governance';

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
  /** Opens an embedded database in a directory; given by tests that have a quicker way. */
  readonly embeddedDatabase?: (directory: string) => Promise<PGlite>;
  onEvent?(event: RunEvent): void;
  now(): Date;
  /** GitHub's own clock, where a test wants the two to differ. */
  readonly githubNow?: () => Date;
}

export interface Demo {
  readonly standIn: StandIn;
  readonly service: Service;
  readonly sovereign: Sovereign;
  readonly gitDirectory: string;
  readonly governed: PGlite;
  readonly documentId: string;
  readonly keys: { readonly sovereign: ThrowawayKey; readonly backup: ThrowawayKey };
  readonly backupDirectory: string;
  /** The approval that opens a run, not yet signed; for a text that stands there now instead of the first one. */
  openingDraft(text?: string): { file: string; document: string };
  close(): Promise<void>;
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { directory, document, now, embeddedDatabase = copyingDirectories() } = options;
  await mkdir(directory, { recursive: true });
  // Signatures are judged by whole seconds: a key made in this very second could sign before its own birth.
  const keysMadeAt = options.keysMadeAt ?? new Date(now().getTime() - 60_000);
  const keys = {
    sovereign: await makeKey('Demo Sovereign', keysMadeAt),
    backup: await makeKey('Demo Backup', keysMadeAt),
  };
  await pinKey(keys.sovereign, join(directory, 'keys', 'sovereign'));
  await pinKey(keys.backup, join(directory, 'keys', 'backup'));
  await writeFile(join(directory, 'keys', 'backup-private.asc'), keys.backup.privateArmored, { mode: 0o600 });

  const documentId = documentIdFrom(document.path);
  const documentPath = `documents/${basename(document.path)}`;
  const orchestrator = await configure(directory, { documentId, documentPath, sg1Only: options.sg1Only });

  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const github = {
    appId: 1,
    privateKey: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    webhookSecret: randomBytes(32).toString('hex'),
    host: '127.0.0.1',
    port: 0,
  };
  const token = randomBytes(20).toString('hex');
  const standIn = await startStandIn({
    directory: join(directory, 'github'),
    clock: options.githubNow ?? now,
    app: {
      id: github.appId,
      slug: 'countersign',
      publicKeyPem: app.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      webhookUrl: null,
      webhookSecret: github.webhookSecret,
    },
    users: [{ login: 'sovereign', token, admin: true }],
  });
  const { gitDirectory } = await standIn.createRepository({
    owner: OWNER,
    name: REPO,
    files: {
      [documentPath]: document.bytes,
      'approvals/README.md': 'Signed approvals, one pull request each.\n',
      'runs/README.md': 'The record of every run, written by the bot.\n',
    },
    message: `Adopt ${documentId}`,
  });

  const governedFiles = await embeddedDatabase(join(directory, 'governed'));
  const governed = openEmbedded(governedFiles);
  await installSchema(governed);
  const log = pino(
    { level: options.logLevel, name: 'countersign' },
    pino.destination(join(directory, 'bot.log')),
  );
  const store = await openEmbeddedStore(await embeddedDatabase(join(directory, 'state')), (error) =>
    log.error({ err: error }, 'state'),
  );
  const backupKey = async () =>
    readBackupKey(await readKeyDirectory(join(directory, 'keys', 'backup')), {
      fingerprint: keys.backup.fingerprint,
      now: now(),
    });
  const service = await startService({
    orchestrator,
    github: { ...github, apiUrl: standIn.apiUrl },
    throttle: false,
    store,
    governed,
    keys: await readKeys(await readKeyDirectory(join(directory, 'keys', 'sovereign')), {
      pinned: [keys.sovereign.fingerprint],
      now: now(),
    }),
    backup: async (runId: RunId) =>
      takeBackup({
        runId,
        directory: join(directory, 'backups'),
        recipient: await backupKey(),
        source: embedded(governedFiles),
        now,
      }),
    masterOff: () => masterOff(store),
    backupKey,
    release: options.release,
    waived: options.waived ?? WAIVED,
    log,
    now,
    onEvent: (event) => options.onEvent?.(event),
  });
  standIn.setWebhookUrl(`${service.url}/api/github/webhooks`);

  return {
    standIn,
    service,
    gitDirectory,
    governed: governedFiles,
    documentId,
    keys,
    backupDirectory: join(directory, 'backups'),
    sovereign: sovereign({
      apiUrl: standIn.apiUrl,
      token,
      owner: OWNER,
      repo: REPO,
      key: keys.sovereign,
      now,
    }),
    openingDraft(text) {
      const at = now();
      const bindings = {
        document_id: documentId,
        mode: 'LIVE',
        source_sha256: sha256(text ?? document.bytes),
      };
      return {
        file: `approvals/${signedUtc(at).replace(/[:-]/g, '')}-open-${documentId}.md`,
        document: approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: signedUtc(at) }),
      };
    },
    async close() {
      await standIn.settled();
      await service.close();
      await store.close();
      await governed.close();
      await governedFiles.close();
      await standIn.close();
    },
  };
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

async function configure(
  directory: string,
  { documentId, documentPath, sg1Only }: { documentId: string; documentPath: string; sg1Only: boolean },
): Promise<OrchestratorSettings> {
  const path = join(directory, 'orchestrator.config.json');
  const settings = {
    repository: `${OWNER}/${REPO}`,
    targets: [{ document_id: documentId, path: documentPath }],
    policy: { sg1_only: sg1Only },
    reviewers: ['sovereign'],
    governed: 'embedded',
    data: directory,
  };
  await writeFile(path, `${JSON.stringify(settings, null, 2)}\n`);
  return readOrchestrator(path);
}

export async function readDocument(path: string): Promise<{ path: string; bytes: Uint8Array }> {
  return { path, bytes: await readFile(path) };
}
