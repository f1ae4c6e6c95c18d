// The parts of a deployment, opened from its settings: for `start`, and for the commands that look at the same state.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyRing, readKeys } from '../approval/keys.ts';
import type { RunId } from '../approval/run-id.ts';
import { takeBackup } from '../backup/backup.ts';
import { type DumpSource, embedded, postgres } from '../backup/dump.ts';
import type { Envelope } from '../backup/envelope.ts';
import { type BackupKey, readBackupKey } from '../backup/key.ts';
import type { ProofRequest } from '../backup/proof.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { installSchema } from '../governed/schema.ts';
import { masterOff, setMasterOff } from '../store/master-switch.ts';
import { type OnStoreError, openEmbeddedStore, openPostgresStore, type Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { openEmbeddedDirectory } from './embedded-directory.ts';
import { readKeyDirectory } from './key-directory.ts';

export interface Governed {
  readonly governed: GovernedDatabase;
  readonly source: DumpSource;
  /** For BACKUP_PROOF=restore: who restores. */
  readonly proof: ProofRequest;
}

export async function openGoverned({ governed, orchestrator }: Config): Promise<Governed> {
  if (governed) {
    const { exec: _exec, verify: _verify, backup, proof, ...place } = governed;
    return {
      governed: openPostgres(governed),
      source: postgres({ ...place, login: backup }),
      proof: { maintenance: proof && { ...place, database: 'postgres', login: proof } },
    };
  }
  const files = await openEmbeddedDirectory(join(orchestrator.data, 'governed'));
  const database = openEmbedded(files);
  await installSchema(database);
  return {
    governed: { ...database, close: () => files.close() },
    source: embedded(files),
    proof: { maintenance: undefined },
  };
}

export async function openStore({ stateUrl, orchestrator }: Config, onError: OnStoreError): Promise<Store> {
  if (stateUrl) return openPostgresStore(stateUrl, onError);
  return openEmbeddedStore(await openEmbeddedDirectory(join(orchestrator.data, 'state')), onError);
}

export async function readSovereignKeys({ sovereign }: Config, now: Date): Promise<KeyRing> {
  return readKeys(await readKeyDirectory(sovereign.keyDirectory), { pinned: sovereign.fingerprints, now });
}

/** Read again for each backup: a key that was replaced or revoked meanwhile counts as it is. */
export async function backupKey({ backup }: Config, now: Date): Promise<BackupKey> {
  return readBackupKey(await readKeyDirectory(backup.keyDirectory), { fingerprint: backup.recipient, now });
}

export async function backUp(
  runId: RunId,
  options: Omit<Governed, 'governed'> & { config: Config; now: () => Date },
): Promise<Envelope> {
  const { config, source, proof, now } = options;
  const recipient = await backupKey(config, now());
  const { directory, proof: asked } = config.backup;
  return takeBackup({ runId, directory, recipient, source, now, ...(asked === 'restore' ? { proof } : {}) });
}

/**
 * The operator's master switch. In PostgreSQL it is a row that every replica reads; beside an embedded state it is a
 * file, because it must work while the bot, which alone can open that state, is running.
 */
export function masterSwitch({ stateUrl, orchestrator }: Config) {
  const file = join(orchestrator.data, 'master-off');
  return {
    isOff: async (store: Store | null): Promise<boolean> =>
      orchestrator.policy.master_off || existsSync(file) || (store !== null && (await masterOff(store))),
    async set(off: boolean): Promise<void> {
      if (stateUrl) {
        const store = await openPostgresStore(stateUrl, () => undefined);
        await setMasterOff(store, off).finally(() => store.close());
      } else if (off) {
        await mkdir(orchestrator.data, { recursive: true });
        await writeFile(file, '');
      } else {
        await rm(file, { force: true });
      }
    },
  };
}
