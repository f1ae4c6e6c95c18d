// `countersign start`: the bot against GitHub, with settings from the environment and orchestrator.config.json.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Command } from 'commander';
import pino from 'pino';
import { readKeys } from '../approval/keys.ts';
import { takeBackup } from '../backup/backup.ts';
import { type DumpSource, embedded, postgres } from '../backup/dump.ts';
import { readBackupKey } from '../backup/key.ts';
import { type Config, readConfig } from '../config.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { installSchema } from '../governed/schema.ts';
import { readKeyDirectory } from '../key-directory.ts';
import { startService } from '../service.ts';
import { openEmbeddedStore, openPostgresStore } from '../store/store.ts';
import { deployedRelease } from './release.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('run the bot against GitHub')
    .option('--config <path>', 'the orchestrator configuration', 'orchestrator.config.json')
    .action(async ({ config }: { config: string }) => {
      await start(readConfig(process.env, config));
    });
}

async function start(config: Config): Promise<void> {
  const { orchestrator, sovereign, backup, github } = config;
  const log = pino({ name: 'countersign', base: { host: hostname() } });
  const now = () => new Date();
  const onError = (error: unknown): void => log.error({ err: error }, 'the state database');
  const store = config.stateUrl
    ? await openPostgresStore(config.stateUrl, onError)
    : await openEmbeddedStore(await PGlite.create({ dataDir: join(orchestrator.data, 'state') }), onError);
  const { governed, source } = await openGoverned(config);
  const keys = await readKeys(await readKeyDirectory(sovereign.keyDirectory), {
    pinned: sovereign.fingerprints,
    now: now(),
  });
  const backupKey = async () =>
    readBackupKey(await readKeyDirectory(backup.keyDirectory), { fingerprint: backup.recipient, now: now() });
  const service = await startService({
    orchestrator,
    github,
    throttle: new URL(github.apiUrl).hostname !== '127.0.0.1',
    store,
    governed,
    keys,
    backup: async (runId) =>
      takeBackup({ runId, directory: backup.directory, recipient: await backupKey(), source, now }),
    backupKey,
    release: deployedRelease(orchestrator.deployed_source_commit),
    waived: new Set(),
    log,
    now,
    onEvent: ({ type, run_id, seq, ...entry }) =>
      log.info({ run_id, seq, type, phase: 'phase' in entry ? entry.phase : undefined }, 'event'),
  });

  const stop = async (): Promise<void> => {
    await service.close();
    await store.close();
    await governed.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

async function openGoverned(config: Config): Promise<{ governed: GovernedDatabase; source: DumpSource }> {
  if (config.governed) {
    const { exec: _exec, verify: _verify, backup: login, ...place } = config.governed;
    return { governed: openPostgres(config.governed), source: postgres({ ...place, login }) };
  }
  const files = await PGlite.create({ dataDir: join(config.orchestrator.data, 'governed') });
  const governed = openEmbedded(files);
  await installSchema(governed);
  return { governed, source: embedded(files) };
}
