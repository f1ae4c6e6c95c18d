// `countersign restore drill`: is a backup good for what it is there for? It is restored, checked, and let go again.
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { listBackups } from '../backup/catalogue.ts';
import { parseConnectionUrl } from '../backup/connection-url.ts';
import { verifyBackup } from '../backup/verify-backup.ts';
import { processEnvironment, readBackup, readTools } from '../deployment/config.ts';
import { drillRestore } from '../deployment/restore-drill.ts';
import { gpgEnvironment, printChecks, printJson } from './backup.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

interface Options {
  readonly server: string;
  readonly runs: string;
  readonly directory?: string;
  readonly json?: true;
}

export function restoreCommand(): Command {
  const command = new Command('restore').description(
    'try a restore, from the encrypted file to the last row',
  );
  command
    .command('drill')
    .description(
      'restore a backup into a scratch database, check it, hold it against runs/, drop it; exit 1 when it is not good',
    )
    .argument('[file]', 'a <run_id>.sql.gpg with its envelope beside it (default: the newest complete one)')
    .requiredOption(
      '--server <url>',
      'postgres://admin@host:port/database, an administrator of any server; the password is taken from PGPASSWORD',
    )
    .option('--runs <dir>', 'runs/ of a clone of the governed repository, as new as there is', 'runs')
    .option('--directory <dir>', 'where the backups are (default: BACKUP_DIR)')
    .option('--json', 'print JSON')
    .action(drill);
  return command;
}

async function drill(file: string | undefined, { server, runs, directory, json }: Options): Promise<void> {
  const environment = processEnvironment();
  const into = parseConnectionUrl(server, { password: environment['PGPASSWORD'] });
  const path = file === undefined ? await newestIn(directory) : resolve(file);
  await access(path, constants.R_OK);
  const checks = await drillRestore({
    ...{ verification: await verifyBackup(path), server: into, runs: resolve(runs) },
    ...{ tools: readTools(environment), gpgEnvironment: gpgEnvironment() },
  });
  const ok = checks.every((check) => check.ok);
  if (json) printJson({ ok, checks });
  else {
    const conclusion = ok
      ? 'This backup can be restored.'
      : 'Do not rely on this backup before what is marked is mended.';
    // The last line is for scripts, and never changes.
    printChecks(checks, `${conclusion}\nDRILL: ${ok ? 'PASS' : 'FAIL'}`);
  }
  if (!ok) process.exitCode = EXIT.no;
}

async function newestIn(given: string | undefined): Promise<string> {
  const directory = given === undefined ? readBackup(processEnvironment()).directory : resolve(given);
  const newest = (await listBackups(directory)).find(({ problem }) => problem === undefined);
  if (!newest) throw new CliFault(`there is no complete backup in ${directory}`);
  return newest.path;
}
