#!/usr/bin/env node
// The command line: one subcommand for each thing a person does. The demo and the bot are subcommands like any other.
import { Command } from 'commander';
import { KeyFault } from './approval/keys.ts';
import { backupCommand } from './cli/backup.ts';
import { dbCommand } from './cli/db.ts';
import { demoCommand } from './cli/demo.ts';
import { CliFault } from './cli/fault.ts';
import { abandonCommand, disableCommand, enableMasterCommand } from './cli/operate.ts';
import { planCommand } from './cli/plan.ts';
import { queryCommand } from './cli/query.ts';
import { readinessCommand } from './cli/readiness.ts';
import { attestCommand, releaseManifestCommand } from './cli/release.ts';
import { revertCommand } from './cli/revert.ts';
import { startCommand } from './cli/start.ts';
import { verifyCommand } from './cli/verify.ts';
import { ConfigFault } from './config.ts';
import { DirectoryInUse, NoSuchDatabase } from './embedded-directory.ts';
import { GitHubFault } from './github/client.ts';

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

/** Mistakes and missing things that a person can mend: shown as their message, without a stack. */
const TOLD = [CliFault, ConfigFault, KeyFault, GitHubFault, DirectoryInUse, NoSuchDatabase];

try {
  await program.parseAsync();
} catch (error) {
  if (!TOLD.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`countersign: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
