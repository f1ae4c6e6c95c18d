// A deployment, opened from its settings: what `start`, the operator's commands and the demo all work with. Parts are
// opened when they are first asked for, so that a command needs only what it uses, and closed together.
import { join } from 'node:path';
import { type KeyRing, readKeys } from '../approval/key-ring.ts';
import type { RunId } from '../approval/run-id.ts';
import { takeBackup } from '../backup/backup.ts';
import { fromEmbedded, fromPostgres } from '../backup/dump.ts';
import type { Envelope } from '../backup/envelope.ts';
import { type BackupKey, readBackupKey } from '../backup/key.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { installSchema } from '../governed/schema.ts';
import type { Release } from '../readiness/probes.ts';
import type { OnStoreError, Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { openEmbeddedDirectory } from './embedded-directory.ts';
import { readKeyDirectory } from './key-directory.ts';
import { type MasterSwitch, masterSwitch } from './master-switch.ts';
import { type Opened, type OpenedGoverned, openOnce } from './opened.ts';
import { deployedRelease } from './release.ts';
import { openStore } from './state-database.ts';

export interface Deployment {
  readonly config: Config;
  readonly release: Release;
  readonly master: MasterSwitch;
  now(): Date;
  store(): Promise<Store>;
  governed(): Promise<OpenedGoverned['database']>;
  /** The sovereign's pinned keys. Throws KeyFault when one is missing. */
  readKeys(): Promise<KeyRing>;
  /** Read again for each backup: a key that was replaced or revoked meanwhile counts as it is. Throws Stop `key_unusable`. */
  readBackupKey(): Promise<BackupKey>;
  takeBackup(runId: RunId): Promise<Envelope>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

export interface DeploymentOptions {
  now(): Date;
  readonly onStoreError: OnStoreError;
  /** What stands on the disk beside the software, unless the caller knows better. */
  readonly release?: Release;
  /** Opens an embedded database in a directory. */
  readonly openDirectory?: typeof openEmbeddedDirectory;
}

export function openDeployment(config: Config, options: DeploymentOptions): Deployment {
  const { now, onStoreError, openDirectory = openEmbeddedDirectory } = options;
  const { orchestrator, sovereign, backup } = config;
  const governed = openOnce(() => openGoverned(config, openDirectory));
  const store = openOnce(() => openStore(config, { onStoreError, openDirectory }));
  const keyOfBackups = async (): Promise<BackupKey> =>
    readBackupKey(await readKeyDirectory(backup.keyDirectory), { fingerprint: backup.recipient, now: now() });
  return {
    config,
    release: options.release ?? deployedRelease(orchestrator.deployed_source_commit),
    master: masterSwitch(config, { store: store.get }),
    now,
    store: store.get,
    governed: async () => (await governed.get()).database,
    readKeys: async () =>
      readKeys(await readKeyDirectory(sovereign.keyDirectory), {
        pinned: sovereign.fingerprints,
        now: now(),
      }),
    readBackupKey: keyOfBackups,
    async takeBackup(runId) {
      const { source, proof } = await governed.get();
      const { directory, proof: asked } = backup;
      const recipient = await keyOfBackups();
      return takeBackup({
        runId,
        directory,
        recipient,
        source,
        now,
        ...(asked === 'restore' ? { proof } : {}),
      });
    },
    async close() {
      const opened: Opened<{ close(): Promise<void> }>[] = [store, governed];
      for (const part of opened) await part.close();
    },
  };
}

type OpenDirectory = typeof openEmbeddedDirectory;

async function openGoverned(
  { governed, orchestrator, backup: { tools } }: Config,
  openDirectory: OpenDirectory,
): Promise<OpenedGoverned> {
  if (governed) {
    const { exec: _exec, verify: _verify, backup, proof, ...place } = governed;
    const database = openPostgres(governed);
    return {
      database,
      source: fromPostgres({ ...place, login: backup }, tools),
      proof: { maintenance: proof && { ...place, database: 'postgres', login: proof } },
      close: () => database.close(),
    };
  }
  const files = await openDirectory(join(orchestrator.data, 'governed'));
  const database = openEmbedded(files);
  await installSchema(database);
  return {
    database,
    source: fromEmbedded(files),
    proof: { maintenance: undefined },
    async close() {
      await database.close();
      await files.close();
    },
  };
}
