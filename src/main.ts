#!/usr/bin/env node
// The command line: one subcommand for each file in cli/. The demo and the bot are subcommands like any other.
import { Command } from 'commander';
import { demoCommand } from './cli/demo.ts';
import { CliFault } from './cli/fault.ts';
import { queryCommand } from './cli/query.ts';
import { startCommand } from './cli/start.ts';
import { ConfigFault } from './config.ts';

const program = new Command('countersign')
  .description('A GitOps approval bot: documents are cut into a database only under a fresh signature.')
  .showHelpAfterError()
  .addCommand(startCommand())
  .addCommand(demoCommand())
  .addCommand(queryCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CliFault || error instanceof ConfigFault)) throw error;
  process.stderr.write(`countersign: ${error.message}\n`);
  process.exitCode = 2;
}
