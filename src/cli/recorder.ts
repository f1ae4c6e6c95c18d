// `countersign recorder`: the key by which the record says who wrote it. It is made once, at installation, and its public
// part reaches the sovereign over a way that is not the bot's own.
import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  CONFIG_FILE,
  processEnvironment,
  readOrchestrator,
  readRecorder,
  readTools,
} from '../deployment/config.ts';
import { openRecorder } from '../deployment/recorder.ts';
import { assertOutsideRepository, makeRecorderKeyFile } from '../deployment/recorder-key-file.ts';
import { inGroups, type RecorderKey } from '../record/recorder-key.ts';
import { EXIT } from './exit-codes.ts';

export function recorderCommand(): Command {
  const recorder = new Command('recorder').description("the key that signs the bot's record");
  recorder
    .command('init')
    .description('make the key in a new file that only this user can read')
    .argument('<path>', 'where: outside every repository, on this machine')
    .action(init);
  recorder
    .command('show')
    .description('show the public keys of the settings, and have the current one sign something')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .addHelpText('after', '\nSettings: RECORDER_KEY_PATH, or RECORDER_SIGNER and RECORDER_PUBLIC_KEY.')
    .action(show);
  recorder
    .command('adopt')
    .description('after an older state was restored: take over what the published log says beyond it')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .action(async (options: { config: string }) => (await import('./recorder-adopt.ts')).adopt(options));
  return recorder;
}

async function init(given: string): Promise<void> {
  const path = resolve(given);
  assertOutsideRepository(path);
  const key = await makeRecorderKeyFile(path);
  process.stdout.write(`The recorder's key lies in ${path}, for this user alone (mode 600). Its public key:

  ${inGroups(key)}

1. RECORDER_KEY_PATH=${path} in the environment of the bot. To replace an older key, put this path
   before the older one, with a comma between them.
2. Give the sovereign these sixteen groups by a way that is not the bot's own: by phone, on paper, face to face.
   Each GAP7_execution_enable names them as \`recorder_key: ${key}\`.
3. Keep the file out of every repository, and out of the backups of the databases.
`);
}

async function show({ config }: { config: string }): Promise<void> {
  const environment = processEnvironment();
  const { governed, data } = readOrchestrator(config);
  const settings = readRecorder(environment, { ownFolder: governed === 'embedded' ? data : undefined });
  const { current, older } = await openRecorder(settings, readTools(environment));
  // A key file signs by itself; what this tries is a command that has to.
  await current.sign(Buffer.from('countersign recorder show'));
  const line = (key: RecorderKey, what: string) => `${inGroups(key)}  ${what}\n`;
  process.stdout.write(
    [
      line(current.key, 'signs what is new'),
      ...older.map(({ key }) => line(key, 'signs for runs that name it alone')),
    ].join(''),
  );
  process.exitCode = EXIT.done;
}
