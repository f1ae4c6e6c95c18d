#!/usr/bin/env node
// The command line: one subcommand for each file in cli/.
import { Command } from 'commander';

const program = new Command('countersign')
  .description('A GitOps approval bot: documents are cut into a database only under a fresh signature.')
  .showHelpAfterError();

await program.parseAsync();
