// `countersign abandon`: ends a run that waits, for good. It can make nothing execute.
import { Command } from 'commander';
import { isRunId } from '../approval/run-id.ts';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { closeAbandoned } from '../run/close.ts';
import { chain } from '../run/events.ts';
import { LostRace } from '../run/log.ts';
import { apply, fold, hasCut, type RunState } from '../run/state.ts';
import { runLog } from '../store/run-log.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault, messageFor } from './messages.ts';
import { withDeployment } from './with-deployment.ts';

export function abandonCommand(): Command {
  return new Command('abandon')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .description('end a run that is paused or held, for good; what it has written stays as it is')
    .argument('<run>', 'the run_id')
    .requiredOption('--why <reason>', 'the reason, for the record')
    .option('--by <name>', 'who decides', processEnvironment()['USER'] ?? 'operator')
    .action(async (run: string, options: { config: string; why: string; by: string }) => {
      await withDeployment(readConfig(processEnvironment(), options.config), async (deployment) => {
        const store = await deployment.store();
        const entries = isRunId(run) ? await runLog(store).load(run) : [];
        if (!isRunId(run) || entries.length === 0) throw new CliFault(`there is no run ${run}`);
        const state = fold(entries);
        const event = chain(state.head, {
          type: 'abandoned',
          by: options.by,
          why: options.why,
          run_id: run,
          at: new Date(),
        });
        try {
          apply(state, event);
        } catch {
          process.stderr.write(
            `${run} is ${state.position.status}: only a run that is paused or held can be abandoned\n`,
          );
          process.exitCode = EXIT.no;
          return;
        }
        await runLog(store)
          .append(event)
          .catch((error: unknown) => {
            if (!(error instanceof LostRace)) throw error;
            throw new CliFault(`${run} has moved on meanwhile: look at it, then try again`, { cause: error });
          });
        process.stdout.write(`${run} is abandoned. The bot will record it.\n`);
        await closeThere(deployment, apply(state, event));
        if (hasCut(state))
          process.stdout.write(
            `What it has written stays as it is. To take it back: countersign revert plan ${run} --record, then sign what it prints.\n`,
          );
      });
    });
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
