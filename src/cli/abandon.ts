// `countersign abandon`: ends a run for good, whatever it is doing. It can make nothing execute.
import { Command } from 'commander';
import { isRunId, type RunId } from '../approval/run-id.ts';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type Abandoning, abandonRun } from '../run/abandon.ts';
import { closeAbandoned } from '../run/close.ts';
import { LostRace } from '../run/log.ts';
import { hasCut, type RunState } from '../run/state.ts';
import { Stop } from '../stop/stop.ts';
import { runLog } from '../store/run-log.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault, messageFor } from './messages.ts';
import { withDeployment } from './with-deployment.ts';

export function abandonCommand(): Command {
  return new Command('abandon')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .description('end a run for good, whatever it is doing; what it has written stays as it is')
    .argument('<run>', 'the run_id')
    .requiredOption('--why <reason>', 'the reason, for the record')
    .option('--by <name>', 'who decides', processEnvironment()['USER'] ?? 'operator')
    .action(async (run: string, options: { config: string; why: string; by: string }) => {
      await withDeployment(readConfig(processEnvironment(), options.config), async (deployment) => {
        const log = runLog(await deployment.store());
        if (!isRunId(run) || (await log.load(run)).length === 0) throw new CliFault(`there is no run ${run}`);
        const { by, why } = options;
        const done = await abandonRun(run, {
          ...{ log, governed: deployment.governed, by, why, now: () => new Date() },
        }).catch((error: unknown) => {
          if (error instanceof LostRace)
            throw new CliFault(`${run} has moved on meanwhile: look at it, then try again`, { cause: error });
          if (error instanceof Stop && error.code === 'database_busy')
            throw new CliFault(
              `a write of ${run} is under way and does not end: \`countersign disable\` ends it`,
              {
                cause: error,
              },
            );
          throw error;
        });
        if (done.is !== 'abandoned') {
          process.stderr.write(`${notAbandoned(run, done)}\n`);
          process.exitCode = EXIT.no;
          return;
        }
        const { state } = done;
        process.stdout.write(`${run} is abandoned. The bot will record it.\n`);
        await closeThere(deployment, state);
        if (hasCut(state))
          process.stdout.write(
            `What it has written stays as it is. To take it back: countersign revert plan ${run} --record, then sign what it prints.\n`,
          );
      });
    });
}

function notAbandoned(run: RunId, done: Exclude<Abandoning, { is: 'abandoned' }>): string {
  switch (done.is) {
    case 'ended':
      return `${run} is ${done.state.position.status}: a run that has ended cannot be abandoned`;
    case 'behind':
      return `${done.what} has just been committed, and the log of ${run} is to hear of it: the running bot tells it in a moment, a stopped one once it is started; then try again`;
    default:
      return done satisfies never;
  }
}

// The bot closes it at its next look as well; told here, nothing can come between.
async function closeThere(deployment: Deployment, state: RunState): Promise<void> {
  try {
    await closeAbandoned(state, await deployment.governed());
  } catch (error) {
    const told = messageFor(error);
    if (told === undefined) throw error;
    process.stdout.write(
      `The governed database could not be told; the bot closes the run there at its next look.\n${told}\n`,
    );
  }
}
