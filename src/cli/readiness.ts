// `countersign readiness`: PRE-1 … PRE-8 of this deployment, each with its evidence and the command that closes it.
import { Command } from 'commander';
import pino from 'pino';
import { CONFIG_FILE, processEnvironment, readConfig } from '../deployment/config.ts';
import { createApp, signIn } from '../github/client.ts';
import { sourceReader } from '../github/source-reader.ts';
import { blocking } from '../readiness/conditions.ts';
import { assessOpening } from '../readiness/opening.ts';
import { inGroups, type RecorderKey } from '../record/recorder-key.ts';
import { readinessLines } from '../report/readiness-table.ts';
import { signCommand } from '../report/sign-command.ts';
import type { Target } from '../run/target.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { withDeployment } from './with-deployment.ts';

interface Options {
  readonly config: string;
  readonly document?: string;
  readonly json?: true;
}

export function readinessCommand(): Command {
  return new Command('readiness')
    .description(
      'show PRE-1 … PRE-8; exit 0 when a run may open, 1 while something but PRE-1 and PRE-2 is open',
    )
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .option('--document <document_id>', 'which document (default: the first target)')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { conditions, recorderKey, open } = await assessDeployment(options);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(conditions, null, 2)}\n`
          : readinessLines(conditions) + recorderLines(recorderKey) + openingLines(open),
      );
      // The enable comes with the approval that opens the run, so its absence now holds nothing up.
      process.exitCode = blocking(conditions).some(({ id }) => id !== 'PRE-2') ? EXIT.no : EXIT.done;
    });
}

async function assessDeployment(options: Options) {
  const config = readConfig(processEnvironment(), options.config);
  const { orchestrator, github } = config;
  const target = chosen(orchestrator.targets, options.document);
  const probot = createApp({ github, log: pino({ level: 'silent' }) });
  await probot.ready();
  const repository = await signIn(probot, orchestrator.repository);
  return withDeployment(config, async (deployment) => {
    const { release, now } = deployment;
    const commit = await repository.head();
    const { conditions } = await assessOpening(
      { target, commit, enabledBy: undefined },
      {
        store: await deployment.store(),
        keys: deployment.readKeys,
        governed: await deployment.governed(),
        source: sourceReader(repository),
        ...{ release, waived: new Set(), backupKey: deployment.readBackupKey, now },
      },
    );
    const recorderKey = (await deployment.recorder()).current.key;
    const bindings = {
      ...{ deployment: orchestrator.deployment, document_id: target.document_id },
      recorder_key: recorderKey,
    };
    const open = signCommand({ gate: 'GAP7_execution_enable', bindings, documentPath: target.path });
    return { conditions, recorderKey, open };
  });
}

function recorderLines(key: RecorderKey): string {
  return `
The recorder's key: ${inGroups(key)}
Read it to the sovereign by a way that is not the bot's own: each GAP7_execution_enable names it as
recorder_key: ${key}
`;
}

/** For the sovereign, in a fresh clone: nothing there says yet where the document stands and for which deployment. */
function openingLines(open: string): string {
  return `
To open a run, the sovereign types in their clone:
  ${open}
`;
}

function chosen(targets: readonly Target[], documentId: string | undefined): Target {
  const target =
    documentId === undefined ? targets[0] : targets.find(({ document_id }) => document_id === documentId);
  if (target) return target;
  const known = targets.map(({ document_id }) => document_id).join(', ');
  throw new CliFault(`the configuration has no document ${documentId}; it has ${known}`);
}
