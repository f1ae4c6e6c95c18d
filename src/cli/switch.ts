// `countersign disable`, `disabled`, `enable-master`: the operator takes power away, proves it, and gives that back. Each
// works with whatever part is there and says which one it did not reach; none of them can make anything execute.
import { Command } from 'commander';
import { CONFIG_FILE, processEnvironment, readAdminLogin } from '../deployment/config.ts';
import { readSwitchPlaces, type SwitchPlaces } from '../deployment/switch-places.ts';
import {
  lookAtGovernedSide,
  lookAtStateSide,
  switchGovernedOff,
  switchGovernedOn,
  switchStateOff,
  switchStateOn,
} from '../deployment/switches.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { messageFor } from './messages.ts';
import { proofLines } from './proof-of-disabled.ts';

interface Options {
  readonly config: string;
  readonly by: string;
}

const configured = (command: Command): Command =>
  command.option('--config <path>', 'the orchestrator configuration', CONFIG_FILE);

const byWhom = (of: Command): Command =>
  of.option('--by <name>', 'who decides', processEnvironment()['USER'] ?? 'operator');

export function disableCommand(): Command {
  return byWhom(configured(new Command('disable')))
    .description(
      'switch the master off, in the state and in the governed database, then prove that nothing can execute',
    )
    .action(async ({ config, by }: Options) => {
      const places = readSwitchPlaces(processEnvironment(), config);
      const told = [await stateOff(places), await governedOff(places, by)];
      print(told.map(({ line }) => line));
      const proof = await prove(places);
      print(proof.lines);
      const reached = told.filter((part) => part.reached).length;
      if (reached === 0) process.exitCode = EXIT.failed;
      else process.exitCode = proof.proved && reached === told.length ? EXIT.done : EXIT.no;
    });
}

export function disabledCommand(): Command {
  return configured(new Command('disabled'))
    .description(
      'prove that nothing can execute, only reading: both switches, a write under way, the open runs',
    )
    .action(async ({ config }: Options) => {
      const proof = await prove(readSwitchPlaces(processEnvironment(), config));
      print(proof.lines);
      process.exitCode = proof.proved ? EXIT.done : proof.looked ? EXIT.no : EXIT.failed;
    });
}

export function enableMasterCommand(): Command {
  return byWhom(configured(new Command('enable-master')))
    .description(
      "take `disable` back; this alone enables nothing, each run still needs the sovereign's signatures",
    )
    .action(async ({ config, by }: Options) => {
      const places = readSwitchPlaces(processEnvironment(), config);
      // The database first: where it stays off, the bot's own switch must not say otherwise.
      const governed = await governedOn(places, by);
      const state = governed.code === EXIT.done ? await stateOn(places) : STATE_LEFT;
      const standing = places.offByFile ? ['But the configuration file says master_off: true.'] : [];
      print([state.line, governed.line, ...standing, 'Nothing executes without a fresh signature.']);
      process.exitCode = governed.code === EXIT.done ? state.code : governed.code;
    });
}

interface Told {
  readonly line: string;
  readonly reached: boolean;
}

async function stateOff({ state }: SwitchPlaces): Promise<Told> {
  if (state.is === 'unknown') return missed('state', state.why);
  return reaching('state', async () => {
    await switchStateOff(state);
    return 'switched off';
  });
}

async function governedOff({ governed }: SwitchPlaces, by: string): Promise<Told> {
  if (governed.is === 'unknown') return missed('governed database', governed.why);
  return reaching('governed database', async () => {
    const done = await switchGovernedOff(governed, by);
    switch (done) {
      case 'off':
        return 'switched off, once the write that was under way, if any, had ended';
      case 'held':
        return "held by the running bot, which asks for the state's switch before each write and before its COMMIT";
      case 'absent':
        return 'not there yet';
      case 'still_writing':
        return 'NOT switched: a write is still under way and did not end. Nothing that the bot begins after it can execute';
      default:
        return done satisfies never;
    }
  });
}

const STATE_LEFT = { line: 'state: left off', code: EXIT.failed };

async function stateOn({ state }: SwitchPlaces): Promise<{ line: string; code: ExitCode }> {
  if (state.is === 'unknown') return { line: missed('state', state.why).line, code: EXIT.failed };
  const { line, reached } = await reaching('state', async () => {
    await switchStateOn(state);
    return 'its switch no longer stands in the way';
  });
  return { line, code: reached ? EXIT.done : EXIT.failed };
}

async function governedOn({ governed }: SwitchPlaces, by: string): Promise<{ line: string; code: ExitCode }> {
  if (governed.is === 'unknown')
    return { line: missed('governed database', governed.why).line, code: EXIT.failed };
  let code: ExitCode = EXIT.done;
  const { line, reached } = await reaching('governed database', async () => {
    const admin = () => readAdminLogin(processEnvironment());
    const done = await switchGovernedOn(governed, { admin, by });
    switch (done) {
      case 'on':
        return 'its switch no longer stands in the way';
      case 'held':
        return 'held by the running bot; its switch is on';
      case 'absent':
        return 'not there yet';
      case 'stays_off':
        code = EXIT.failed;
        return 'held by the running bot, and off: stop the bot, then run this again';
      default:
        return done satisfies never;
    }
  });
  return { line, code: reached ? code : EXIT.failed };
}

async function reaching(part: string, work: () => Promise<string>): Promise<Told> {
  try {
    return { line: `${part}: ${await work()}`, reached: true };
  } catch (error) {
    return missed(part, whyNot(error));
  }
}

function missed(part: string, why: string): Told {
  return { line: `${part}: NOT REACHED: ${why}`, reached: false };
}

/** Whatever a person can mend is told; a defect of ours ends the command with its stack. */
function whyNot(error: unknown): string {
  const told = messageFor(error);
  if (told === undefined) throw error;
  return told.replaceAll('\n', ' ');
}

async function prove({ state, governed, offByFile }: SwitchPlaces) {
  const look = async <T>(work: () => Promise<T>): Promise<T | { missing: string }> =>
    work().catch((error: unknown) => ({ missing: whyNot(error) }));
  const found = {
    state: state.is === 'unknown' ? { missing: state.why } : await look(() => lookAtStateSide(state)),
    governed:
      governed.is === 'unknown' ? { missing: governed.why } : await look(() => lookAtGovernedSide(governed)),
  };
  return proofLines({ ...found, offByFile });
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
