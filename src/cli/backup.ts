// `countersign backup`: try the backup out, see what there is, check a file, bring one back, let old ones go.
// Exit status: 0 all is well, 1 something is wrong with a backup, 2 it could not be judged (settings, arguments).
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { tidyFingerprint } from '../approval/fingerprint.ts';
import { expiredBackups, listBackups, removeBackup, type StoredBackup } from '../backup/catalogue.ts';
import type { Connection } from '../backup/connection.ts';
import { parseConnectionUrl } from '../backup/connection-url.ts';
import { fromEmbedded, fromPostgres } from '../backup/dump.ts';
import { findPublicKey, keyIdsOf } from '../backup/key.ts';
import { restoreBackup } from '../backup/restore.ts';
import { restoreToFolder } from '../backup/restore-folder.ts';
import { selftest } from '../backup/selftest.ts';
import { type BackupCheck, type ExpectedRecipient, verifyBackup } from '../backup/verify-backup.ts';
import {
  processEnvironment,
  readBackup,
  readBackupLogin,
  readGovernedPlace,
  readOrchestrator,
  readProofLogin,
  readTools,
} from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { paint } from '../local/terminal.ts';
import { backUpState } from './backup-state.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

export function backupCommand(): Command {
  const command = new Command('backup').description('the encrypted dumps taken before every run');
  command
    .command('selftest')
    .description('try every part of a backup for real, on a dump without rows')
    .option('--config <path>', 'the orchestrator configuration', 'orchestrator.config.json')
    .option('--json', 'print JSON')
    .action(testBackups);
  command
    .command('state')
    .description("back up the bot's own state, encrypted as the others, into state/ beside them")
    .option('--data <directory>', 'the data folder of an embedded state, whose bot is stopped', 'data')
    .option('--json', 'print the envelope as JSON')
    .addHelpText('after', '\nSettings: the BACKUP_ ones, and DATABASE_URL where the state is in PostgreSQL.')
    .action(backUpState);
  command
    .command('list')
    .description('the backups there are, newest first')
    .option('--directory <dir>', 'where they are (default: BACKUP_DIR)')
    .option('--json', 'print JSON')
    .action(list);
  command
    .command('verify')
    .description('check envelope, digest, packet structure and recipient of a backup')
    .argument('<file>', 'a <run_id>.sql.gpg with its envelope beside it')
    .option(
      '--recipient <fingerprint>',
      'whom it must be encrypted to (default: BACKUP_GPG_FPR, else the envelope)',
    )
    .option('--keys <dir>', 'the directory with that public key (default: BACKUP_KEY_DIR)')
    .option('--json', 'print JSON')
    .action(verify);
  command
    .command('restore')
    .description('decrypt a backup with your own gpg key and restore it into an empty database')
    .argument('<file>', 'a <run_id>.sql.gpg with its envelope beside it')
    .option('--into <url>', 'postgres://user@host:port/database; the password is taken from PGPASSWORD')
    .option('--folder <dir>', 'of an embedded database instead: a folder that is not there yet')
    .option('--production', 'allow the production database as the target')
    .option('--json', 'print JSON')
    .action(restore);
  command
    .command('prune')
    .description('remove backups that are both old and not among the newest; never the last good one')
    .requiredOption('--keep <count>', 'how many of the newest stay', wholeNumber)
    .requiredOption('--days <days>', 'how old a backup must be to go', wholeNumber)
    .option('--directory <dir>', 'where they are (default: BACKUP_DIR)')
    .option('--dry-run', 'only say which would go')
    .option('--json', 'print JSON')
    .action(prune);
  return command;
}

interface Output {
  readonly json?: true;
}

async function testBackups({ config, json }: Output & { config: string }): Promise<void> {
  const settings = readBackup(processEnvironment());
  const orchestrator = readOrchestrator(config);
  const database =
    orchestrator.governed === 'embedded'
      ? await openEmbeddedDirectory(join(orchestrator.data, 'governed'), { existing: true })
      : undefined;
  try {
    const checks = await selftest({
      source: database ? fromEmbedded(database) : fromPostgres(productionConnection(), settings.tools),
      directory: settings.directory,
      keyFiles: await readKeyDirectory(settings.keyDirectory),
      fingerprint: settings.recipient,
      now: new Date(),
      ...(settings.proof === 'restore' && {
        proof: { maintenance: database ? undefined : proofConnection() },
      }),
    });
    const ok = checks.every((check) => check.ok);
    if (json) printJson({ ok, checks });
    else {
      const conclusion = ok
        ? 'A backup would succeed now.'
        : 'Mend what is marked before a run needs a backup.';
      // The last line is for scripts, and never changes.
      printChecks(checks, `${conclusion}\nSELFTEST: ${ok ? 'PASS' : 'FAIL'}`);
    }
    if (!ok) process.exitCode = EXIT.no;
  } finally {
    await database?.close();
  }
}

function productionConnection(): Connection {
  return { ...readGovernedPlace(processEnvironment()), login: readBackupLogin(processEnvironment()) };
}

function proofConnection(): Connection {
  const environment = processEnvironment();
  return { ...readGovernedPlace(environment), database: 'postgres', login: readProofLogin(environment) };
}

async function list({ directory, json }: Output & { directory?: string }): Promise<void> {
  const entries = await listBackups(directoryOf(directory));
  if (json) return printJson(entries.map(plainEntry));
  if (entries.length === 0) return console.log('There are no backups.');
  const width = Math.max(...entries.map(({ runId }) => runId.length));
  for (const { runId, takenAt, bytes, problem } of entries)
    console.log(
      `${mark(!problem)} ${runId.padEnd(width)}  ${minute(takenAt)}  ${size(bytes).padStart(10)}  ${problem ?? 'complete'}`,
    );
}

function directoryOf(given: string | undefined): string {
  return given ? resolve(given) : readBackup(processEnvironment()).directory;
}

async function verify(file: string, options: Output & { recipient?: string; keys?: string }): Promise<void> {
  const verification = await verifyBackup(await readable(file), await expectedRecipient(options));
  if (options.json) printJson(verification);
  else
    printChecks(
      verification.checks,
      verification.ok ? 'The backup is whole.' : 'Do not rely on this backup.',
    );
  if (!verification.ok) process.exitCode = EXIT.no;
}

/** A file that is not there cannot be judged; what is in one that is there can. */
async function readable(file: string): Promise<string> {
  const path = resolve(file);
  await access(path, constants.R_OK);
  return path;
}

async function expectedRecipient(given: {
  recipient?: string;
  keys?: string;
}): Promise<ExpectedRecipient | undefined> {
  const fingerprint = tidyFingerprint(given.recipient ?? processEnvironment()['BACKUP_GPG_FPR'] ?? '');
  const directory = given.keys ?? processEnvironment()['BACKUP_KEY_DIR'];
  if (!fingerprint) return undefined;
  if (!directory) return { fingerprint, keyIds: undefined };
  return {
    fingerprint,
    keyIds: keyIdsOf(await findPublicKey(await readKeyDirectory(directory), fingerprint)),
  };
}

async function restore(
  file: string,
  options: Output & { into?: string; folder?: string; production?: true },
): Promise<void> {
  const { into: url, folder } = options;
  if ((url === undefined) === (folder === undefined))
    throw new CliFault('say where to: --into a database on a server, or --folder for an embedded one');
  const into =
    url === undefined ? undefined : parseConnectionUrl(url, { password: processEnvironment()['PGPASSWORD'] });
  const verification = await verifyBackup(await readable(file));
  if (!verification.ok) {
    if (options.json) printJson(verification);
    else printChecks(verification.checks, 'Nothing was restored: the backup is not whole.');
    process.exitCode = EXIT.no;
    return;
  }
  const tools = readTools(processEnvironment());
  const common = { verification, tools, gpgEnvironment: gpgEnvironment() };
  const { tables, differences } = into
    ? await restoreBackup({
        ...{ ...common, into, production: knownProduction() },
        allowProduction: options.production ?? false,
      })
    : await restoreToFolder({ ...common, open: () => openNew(folder ?? '') });
  const database = into?.database ?? resolve(folder ?? '');
  if (options.json) printJson({ database, tables, differences });
  else {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(`${mark(true)} Restored into ${database}. Tables: ${tables.length}, rows: ${rows}.`);
    if (differences)
      console.log(
        `${mark(differences.length === 0)} ${differences.join('; ') || 'Every table equals the proof in the envelope.'}`,
      );
  }
  if (differences && differences.length > 0) process.exitCode = EXIT.no;
}

async function openNew(folder: string) {
  if (existsSync(folder)) throw new CliFault(`${folder} is there already: restore into a new folder`);
  return openEmbeddedDirectory(resolve(folder));
}

/** Without the settings there is nothing to compare with; with half of them, ConfigFault: better than a wrong guess. */
function knownProduction(): Connection | undefined {
  if (processEnvironment()['DOT_CUTTER_DB_HOST']) return productionConnection();
  console.error('DOT_CUTTER_DB_HOST is not set: whether this is the production database is not checked.');
  return undefined;
}

/** What gpg needs to find the operator's keys and to ask for a passphrase. */
export function gpgEnvironment(): Record<string, string> {
  const names = ['GNUPGHOME', 'GPG_TTY', 'TERM', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR'];
  const environment = processEnvironment();
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  );
}

const DAY_MS = 86_400_000;

async function prune(options: Output & Pruning): Promise<void> {
  const directory = directoryOf(options.directory);
  const retention = { count: options.keep, ageMs: options.days * DAY_MS, now: new Date() };
  const expired = await expiredBackups(directory, retention);
  if (!options.dryRun) for (const entry of expired) await removeBackup(entry, directory);
  if (options.json) return printJson(expired.map(plainEntry));
  if (expired.length === 0) return console.log('Nothing is old enough to go.');
  for (const { runId, takenAt, bytes } of expired)
    console.log(
      `${options.dryRun ? 'would remove' : 'removed'} ${runId}  ${minute(takenAt)}  ${size(bytes)}`,
    );
}

interface Pruning {
  readonly keep: number;
  readonly days: number;
  readonly directory?: string;
  readonly dryRun?: true;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

export function printChecks(checks: readonly BackupCheck[], conclusion: string): void {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, ok, detail } of checks) console.log(`${mark(ok)} ${name.padEnd(width)}  ${detail}`);
  console.log(`\n${conclusion}`);
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

function plainEntry({ runId, path, bytes, takenAt, envelope, problem }: StoredBackup) {
  return {
    run_id: runId,
    path,
    bytes,
    taken_at: takenAt.toISOString(),
    problem: problem ?? null,
    envelope: envelope ?? null,
  };
}

function mark(ok: boolean): string {
  return ok ? paint('green', '✔') : paint('red', '✖');
}

function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function size(bytes: number): string {
  const [divisor, unit] = bytes < 1 << 20 ? [1 << 10, 'KiB'] : [1 << 20, 'MiB'];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}
