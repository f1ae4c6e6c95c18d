// A backup back into an empty database: gpg decrypts with the operator's own key, psql commits only what was decrypted whole.
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Stop } from '../stop/stop.ts';
import { type Connection, withClient } from './connection.ts';
import { differences, tableContents } from './content.ts';
import type { Envelope, TableProof } from './envelope.ts';
import { feedPsql } from './psql.ts';
import { assertEnded, startTool, type ToolEnvironment, toolEnvironment, versionOf } from './tool.ts';
import type { BackupVerification } from './verify-backup.ts';

export interface RestoreRequest {
  /** Of the file to be restored; one that is not whole is refused. */
  readonly verification: BackupVerification;
  readonly into: Connection;
  /** The governed database in production, where its settings are at hand. */
  readonly production: Connection | undefined;
  readonly allowProduction: boolean;
  readonly tools: ToolEnvironment;
  /** What the operator's gpg needs to find its keys and ask for a passphrase (GNUPGHOME, GPG_TTY, …). */
  readonly gpgEnvironment: Readonly<Record<string, string>>;
}

export interface Restored {
  readonly tables: readonly TableProof[];
  /** Against the proof in the envelope: undefined without one, empty when all is equal. */
  readonly differences: readonly string[] | undefined;
}

/** Throws Stop `incomplete_backup`, the target unchanged, when the file, the key, the target or the restore is not right. */
export async function restoreBackup(request: RestoreRequest): Promise<Restored> {
  const { verification, into, tools } = request;
  const { proof } = verified(verification);
  await assertTarget(request);
  const toolVersion = await versionOf('psql', tools);
  if (!toolVersion) throw new Stop('incomplete_backup', 'psql is not installed');
  await feedPsql(into, { tools, toolVersion, write: (stdin) => decrypt(request, stdin) });
  const tables = await withClient(into, async (client) => {
    await client.query('BEGIN READ ONLY');
    return tableContents(client);
  });
  return { tables, differences: proof && differences(proof.tables, tables) };
}

/** Throws Stop `incomplete_backup` for a file that is not whole. */
export function verified({ path, checks, envelope }: BackupVerification): Envelope {
  const failed = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (failed.length > 0 || !envelope)
    throw new Stop('incomplete_backup', `${path} does not verify (${failed.join('; ')})`);
  return envelope;
}

/**
 * The integrity check of an OpenPGP message comes after its last byte: gpg has printed everything before it finds a
 * forgery. So psql's input is ended, and the transaction committed, only after gpg has exited 0.
 */
export async function decrypt(
  {
    verification: { path },
    tools,
    gpgEnvironment,
  }: Pick<RestoreRequest, 'verification' | 'tools' | 'gpgEnvironment'>,
  stdin: Writable,
): Promise<void> {
  const { child, ending } = startTool({
    name: 'gpg',
    args: ['--batch', '--quiet', '--decrypt', path],
    env: toolEnvironment(tools, gpgEnvironment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (!child.stdout) throw new TypeError('gpg has its stdout piped');
  const [piped] = await Promise.allSettled([pipeline(child.stdout, stdin, { end: false })]);
  assertEnded([await ending]);
  if (piped.status === 'rejected') throw piped.reason;
  stdin.end();
}

async function assertTarget({ into, production, allowProduction }: RestoreRequest): Promise<void> {
  if (production && !allowProduction && (await isSameDatabase(into, production)))
    throw new Stop(
      'incomplete_backup',
      `${into.database} on ${into.host} is the production database; say --production when that is meant`,
    );
  const objects = await withClient(into, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
    );
    return rows[0]?.count;
  });
  if (objects !== 0)
    throw new Stop(
      'incomplete_backup',
      `${into.database} is not empty; restore into a new database (createdb)`,
    );
}

/** Asks the servers, since one database has many names; when production is down, its settings are compared. */
async function isSameDatabase(one: Connection, other: Connection): Promise<boolean> {
  const identity = (connection: Connection) =>
    withClient(connection, async (client) => {
      const { rows } = await client.query<{ identity: string }>(
        `SELECT format('%s/%s', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())) AS identity
           FROM pg_control_system()`,
      );
      return rows[0]?.identity;
    });
  const reached = await identity(other).catch(() => undefined);
  if (reached) return reached === (await identity(one));
  return one.host === other.host && one.port === other.port && one.database === other.database;
}
