// `countersign start`: the bot against GitHub, with settings from the environment and orchestrator.config.json.
import { hostname } from 'node:os';
import { Command } from 'commander';
import pino from 'pino';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import { openDeployment } from '../deployment/deployment.ts';
import { startService } from '../deployment/service.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('run the bot against GitHub')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .action(({ config }: { config: string }) => start(config));
}

async function start(configPath: string): Promise<void> {
  const log = pino({ name: 'countersign', base: { host: hostname() } });
  const deployment = openDeployment(readConfig(processEnvironment(), configPath), {
    now: () => new Date(),
    onStoreError: (error) => log.error({ err: error }, 'the state database'),
  });
  const service = await startService(deployment, {
    waived: new Set(),
    log,
    onEvent({ run_id, seq, type, ...entry }) {
      log.info({ run_id, seq, type, ...('phase' in entry ? { phase: entry.phase } : {}) }, 'event');
    },
  });

  const stop = async (): Promise<void> => {
    await service.close();
    await deployment.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}
