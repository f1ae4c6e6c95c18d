#!/usr/bin/env node
// The command line: one subcommand for each thing a person does. The demo and the bot are subcommands like any other.
import { Command } from 'commander';
import { backupCommand } from './cli/backup.ts';
import { dbCommand } from './cli/db.ts';
import { demoCommand } from './cli/demo.ts';
import { tell } from './cli/fault.ts';
import { abandonCommand, disableCommand, enableMasterCommand } from './cli/operate.ts';
import { planCommand } from './cli/plan.ts';
import { queryCommand } from './cli/query.ts';
import { readinessCommand } from './cli/readiness.ts';
import { attestCommand, releaseManifestCommand } from './cli/release.ts';
import { revertCommand } from './cli/revert.ts';
import { startCommand } from './cli/start.ts';
import { verifyCommand } from './cli/verify.ts';

const program = new Command('countersign')
  .description('A GitOps approval bot: documents are cut into a database only under a fresh signature.')
  .showHelpAfterError()
  .addCommand(demoCommand())
  .addCommand(startCommand())
  .addCommand(verifyCommand())
  .addCommand(planCommand())
  .addCommand(readinessCommand())
  .addCommand(disableCommand())
  .addCommand(enableMasterCommand())
  .addCommand(abandonCommand())
  .addCommand(revertCommand())
  .addCommand(dbCommand())
  .addCommand(backupCommand())
  .addCommand(queryCommand())
  .addCommand(releaseManifestCommand())
  .addCommand(attestCommand());

try {
  await program.parseAsync();
} catch (error) {
  const told = tell(error);
  if (!told) throw error;
  process.stderr.write(`countersign: ${told.message}\n`);
  process.exitCode = told.exitCode;
}
