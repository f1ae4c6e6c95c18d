// What the operator may do: take power away (`disable`), give that back (`enable-master`), end a run that waits
// (`abandon`). None of them can make anything execute.
import { Command } from 'commander';
import { isRunId } from '../approval/run-id.ts';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { DirectoryInUse } from '../deployment/embedded-directory.ts';
import { killSwitchOf } from '../deployment/run-context.ts';
import { chain } from '../run/events.ts';
import { executionEnabled } from '../run/kill-switch.ts';
import { LostRace } from '../run/log.ts';
import { apply } from '../run/state.ts';
import { allRuns, runLog } from '../store/run-log.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { withDeployment } from './with-deployment.ts';

interface ConfigOption {
  readonly config: string;
}

const configured = (command: Command): Command =>
  command.option('--config <path>', 'the orchestrator configuration', CONFIG_FILE);

export function disableCommand(): Command {
  return configured(new Command('disable'))
    .description('switch the master off, then prove that execution is disabled')
    .action(async ({ config: path }: ConfigOption) => {
      await withDeployment(readConfig(processEnvironment(), path), async (deployment) => {
        await deployment.master.set(true);
        const proof = await proveDisabled(deployment);
        process.stdout.write(`The master is off.\n${proof.lines.join('\n')}\n`);
        process.exitCode = proof.disabled ? EXIT.done : EXIT.no;
      });
    });
}

export function enableMasterCommand(): Command {
  return configured(new Command('enable-master'))
    .description(
      "take `disable` back; this alone enables nothing, each run still needs the sovereign's signatures",
    )
    .action(async ({ config: path }: ConfigOption) => {
      const config = readConfig(processEnvironment(), path);
      await withDeployment(config, ({ master }) => master.set(false));
      const standing = config.orchestrator.policy.master_off
        ? ' But the configuration file says master_off: true.'
        : '';
      process.stdout.write(
        `The master switch no longer stands in the way.${standing} Nothing executes without a fresh signature.\n`,
      );
    });
}

export function abandonCommand(): Command {
  return configured(new Command('abandon'))
    .description('end a run that is paused or held, for good; what it has written stays as it is')
    .argument('<run>', 'the run_id')
    .requiredOption('--why <reason>', 'the reason, for the record')
    .option('--by <name>', 'who decides', processEnvironment()['USER'] ?? 'operator')
    .action(async (run: string, options: ConfigOption & { why: string; by: string }) => {
      await withDeployment(readConfig(processEnvironment(), options.config), async (deployment) => {
        const store = await deployment.store();
        const state = (await allRuns(store)).find(({ runId }) => runId === run);
        if (!state || !isRunId(run)) throw new CliFault(`there is no run ${run}`);
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
      });
    });
}

async function proveDisabled(deployment: Deployment): Promise<{ disabled: boolean; lines: string[] }> {
  const { config, master, now } = deployment;
  const policy = { thresholds: config.orchestrator.policy.thresholds };
  try {
    const store = await deployment.store();
    const parts = { store, keys: await deployment.readKeys(), masterOff: master.isOff, now };
    const lines: string[] = [];
    let disabled = await master.isOff();
    for (const { runId, position } of await allRuns(store)) {
      const found = await executionEnabled(killSwitchOf({ runId }, { parts, policy }));
      disabled &&= !found.enabled;
      lines.push(`  ${runId} (${position.status}): ${found.enabled ? 'ENABLED' : `disabled, ${found.why}`}`);
    }
    return { disabled, lines: lines.length > 0 ? lines : ['  there is no run that could execute'] };
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error;
    // The bot holds the state, and asks for this very file before every write.
    return {
      disabled: await master.isOff(),
      lines: ['  the bot is running; before each write it looks at the switch that was just set'],
    };
  }
}
