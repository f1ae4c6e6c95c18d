// `countersign start`: the bot against GitHub, with settings from the environment and orchestrator.config.json.
import { Command } from 'commander';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import { openDeployment } from '../deployment/deployment.ts';
import { openLog } from '../deployment/logging.ts';
import { preflight, StartFault } from '../deployment/preflight.ts';
import { startService } from '../deployment/service.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('run the bot against GitHub')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .action(({ config }: { config: string }) => start(config));
}

/** How long a process that cannot start may hold on to what it has opened. */
const LETTING_GO_MS = 5_000;

async function start(configPath: string): Promise<void> {
  const config = readConfig(processEnvironment(), configPath);
  const log = openLog(config);
  const now = () => new Date();
  const { causes, notes } = await preflight(config, { now });
  if (causes.length > 0) throw endingSoon(new StartFault(causes));
  for (const { what, next } of notes) log.warn({ next }, what);
  const deployment = openDeployment(config, {
    now,
    onStoreError: (error) => log.error({ err: error }, 'the state database'),
  });
  const service = await startService(deployment, {
    waived: new Set(),
    log,
    onEvent({ run_id, seq, type, ...entry }) {
      log.info({ run_id, seq, type, ...('phase' in entry ? { phase: entry.phase } : {}) }, 'event');
    },
  }).catch(async (error: unknown) => {
    endingSoon(error);
    await deployment.close().catch(() => undefined);
    throw error;
  });

  const stop = async (): Promise<void> => {
    await service.close();
    await deployment.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

// What was opened on the way may hold the process up for good: it has been told what is wrong, and ends.
function endingSoon<T>(error: T): T {
  setTimeout(() => process.exit(), LETTING_GO_MS).unref();
  return error;
}
