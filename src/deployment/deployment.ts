// A deployment, opened from its settings: what `start`, the operator's commands and the demo all work with. Parts are
// opened when they are first asked for, so that a command needs only what it uses, and closed together.
import { join } from 'node:path';
import type { KeyRing } from '../approval/key-ring.ts';
import type { RunId } from '../approval/run-id.ts';
import { takeBackup } from '../backup/backup.ts';
import { fromEmbedded, fromPostgres } from '../backup/dump.ts';
import type { Envelope } from '../backup/envelope.ts';
import { type BackupKey, readBackupKey } from '../backup/key.ts';
import { nameDeployment } from '../governed/deployment-name.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { installSchema } from '../governed/schema.ts';
import { applySigners, signerSet } from '../governed/signers.ts';
import type { Release } from '../readiness/probes.ts';
import type { Recorder } from '../record/recorder-key.ts';
import type { OnStoreError, Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { openEmbeddedDirectory } from './embedded-directory.ts';
import { markingWrites } from './embedded-writes.ts';
import { readKeyDirectory } from './key-directory.ts';
import { liveKeys } from './live-keys.ts';
import { readsMasterOff } from './master-switch.ts';
import { type Opened, type OpenedGoverned, openOnce } from './opened.ts';
import { openRecorder } from './recorder.ts';
import { deployedRelease } from './release.ts';
import { openStore } from './state-database.ts';

export interface Deployment {
  readonly config: Config;
  readonly release: Release;
  /** The bot's own master switch, read at each call. */
  masterOff(): Promise<boolean>;
  now(): Date;
  store(): Promise<Store>;
  governed(): Promise<OpenedGoverned['database']>;
  /** The sovereign's pinned keys as they lie there now: asked at each judgement. Throws KeyFault when one is missing. */
  readKeys(): Promise<KeyRing>;
  /** Read again for each backup: a key that was replaced or revoked meanwhile counts as it is. Throws Stop `key_unusable`. */
  readBackupKey(): Promise<BackupKey>;
  takeBackup(runId: RunId): Promise<Envelope>;
  /** The keys that sign the record, as they lie there now. Throws RecorderKeyFault. */
  recorder(): Promise<Recorder>;
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
  const governed = openOnce(() => openGoverned(config, { openDirectory, readRing }));
  const store = openOnce(() => openStore(config, { onStoreError, openDirectory }));
  const readRing = liveKeys({ directory: sovereign.keyDirectory, pinned: sovereign.fingerprints, now });
  const keyOfBackups = async (): Promise<BackupKey> =>
    readBackupKey(await readKeyDirectory(backup.keyDirectory), { fingerprint: backup.recipient, now: now() });
  return {
    config,
    release: options.release ?? deployedRelease(orchestrator.deployed_source_commit),
    masterOff: readsMasterOff(config, { store: store.get }),
    now,
    store: store.get,
    governed: async () => (await governed.get()).database,
    readKeys: readRing,
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
    recorder: () => openRecorder(config.recorder, backup.tools),
    async close() {
      const opened: Opened<{ close(): Promise<void> }>[] = [store, governed];
      for (const part of opened) await part.close();
    },
  };
}

type OpenDirectory = typeof openEmbeddedDirectory;

/** An embedded database has no administrator of its own: name and signers are those of the settings at each opening. */
async function openGoverned(
  { governed, orchestrator, backup: { tools } }: Config,
  { openDirectory, readRing }: { openDirectory: OpenDirectory; readRing: () => Promise<KeyRing> },
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
  const embedded = openEmbedded(files);
  const ring = await readRing();
  await installSchema(embedded, async (writer) => {
    await nameDeployment(writer, orchestrator.deployment);
    await applySigners(writer, signerSet(ring, orchestrator.policy.thresholds));
  });
  const database = markingWrites(embedded, orchestrator.data);
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
