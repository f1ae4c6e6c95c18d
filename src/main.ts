#!/usr/bin/env node
// The command line: finds the command, loads it, and gives whatever becomes of it its exit code. The demo and the bot
// are commands like any other.
import { Command, CommanderError } from 'commander';
import { SUBCOMMANDS } from './cli/commands.ts';
import { EXIT, type ExitCode } from './cli/exit-codes.ts';

const isCommand = (name: string | undefined): name is string =>
  name !== undefined && Object.hasOwn(SUBCOMMANDS, name);

async function main(given: readonly string[]): Promise<void> {
  if (given[0] === '--version' || given[0] === '-V') return showVersion();
  const [first, second] = given.filter((argument) => !argument.startsWith('-'));
  const called = first === 'help' ? second : first;
  const program = new Command('countersign')
    .description('A GitOps approval bot: documents are cut into a database only under a fresh signature.')
    .option('-V, --version', 'show the version, and the commit that was released');
  for (const [name, { summary, load }] of Object.entries(SUBCOMMANDS))
    program.addCommand(name === called ? await load() : new Command(name).summary(summary));
  throwInsteadOfExiting(program);
  // `help` with a name that does not exist would show the help of everything, and succeed.
  const helpless = first === 'help' && called !== undefined && !isCommand(called);
  await program.parseAsync(helpless ? [called] : given, { from: 'user' });
}

async function showVersion(): Promise<void> {
  const { versionLine } = await import('./cli/version.ts');
  process.stdout.write(`${await versionLine()}\n`);
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride().showHelpAfterError(`(countersign ${pathOf(command)}--help says more)`);
  for (const subcommand of command.commands) throwInsteadOfExiting(subcommand);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)}${command.name()} ` : '';
}

/** Tells what is a person's to mend, and how the process ends. */
async function tellFailure(error: unknown): Promise<ExitCode> {
  // commander has written its message already; showing help and the version come this way too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed;
  const { messageFor } = await import('./cli/messages.ts');
  const told = messageFor(error);
  if (told !== undefined) {
    process.stderr.write(`countersign: ${told}\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `countersign: an internal error; please report it with what is shown here\n${stack}\n`,
  );
  return EXIT.internal;
}

// What breaks outside the command's own promise: a listener, a timer.
process.on('uncaughtException', (error) => void tellFailure(error).then((code) => process.exit(code)));
try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = await tellFailure(error);
}
