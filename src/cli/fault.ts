// What goes wrong at the command line and is a person's to mend: told as a message, without a stack. Anything else is
// ours, and shows where it happened.
import { KeyFault } from '../approval/keys.ts';
import { ConnectionUrlFault } from '../backup/connection-url.ts';
import { ConfigFault } from '../deployment/config.ts';
import { DirectoryInUse, NoSuchDatabase } from '../deployment/embedded-directory.ts';
import { GitHubFault } from '../github/client.ts';
import { GovernedFault } from '../governed/database.ts';
import { Stop } from '../stop/stop.ts';

/** A mistake in what was asked for. */
export class CliFault extends Error {}

const MENDABLE = [
  CliFault,
  ConfigFault,
  KeyFault,
  GitHubFault,
  GovernedFault,
  ConnectionUrlFault,
  DirectoryInUse,
  NoSuchDatabase,
];

/** The message for people and the exit code: 1 when something was found wrong, 2 when it could not be looked at. */
export function tell(error: unknown): { message: string; exitCode: 1 | 2 } | undefined {
  if (error instanceof Stop) return { message: error.detail, exitCode: 1 };
  if (!(error instanceof Error)) return undefined;
  const fromFileSystem = 'syscall' in error && 'path' in error;
  if (fromFileSystem || MENDABLE.some((kind) => error instanceof kind))
    return { message: error.message, exitCode: 2 };
  return undefined;
}
