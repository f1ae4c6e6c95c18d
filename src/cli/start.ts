// `countersign start`: the bot against GitHub, with settings from the environment and orchestrator.config.json.
import { hostname } from 'node:os';
import { Command } from 'commander';
import pino from 'pino';
import { type Config, readConfig } from '../deployment/config.ts';
import {
  backUp,
  backupKey,
  masterSwitch,
  openGoverned,
  openStore,
  readSovereignKeys,
} from '../deployment/parts.ts';
import { startService } from '../deployment/service.ts';
import { deployedRelease } from './release.ts';

export const CONFIG_FILE = 'orchestrator.config.json';

export function startCommand(): Command {
  return new Command('start')
    .description('run the bot against GitHub')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .action(async ({ config }: { config: string }) => {
      await start(readConfig(process.env, config));
    });
}

async function start(config: Config): Promise<void> {
  const { orchestrator, github } = config;
  const log = pino({ name: 'countersign', base: { host: hostname() } });
  const now = () => new Date();
  // The keys first: without them nothing else is worth opening.
  const keys = await readSovereignKeys(config, now());
  const store = await openStore(config, (error) => log.error({ err: error }, 'the state database'));
  const { governed, ...backups } = await openGoverned(config);
  const service = await startService({
    orchestrator,
    github,
    throttle: !['127.0.0.1', 'localhost'].includes(new URL(github.apiUrl).hostname),
    store,
    governed,
    keys,
    masterOff: () => masterSwitch(config).isOff(store),
    backup: (runId) => backUp(runId, { ...backups, config, now }),
    backupKey: () => backupKey(config, now()),
    release: deployedRelease(orchestrator.deployed_source_commit),
    waived: new Set(),
    log,
    now,
    onEvent({ run_id, seq, type, ...entry }) {
      log.info({ run_id, seq, type, ...('phase' in entry ? { phase: entry.phase } : {}) }, 'event');
    },
  });

  const stop = async (): Promise<void> => {
    await service.close();
    await store.close();
    await governed.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}
