// The governed database in production: PostgreSQL 14 or newer, one login and one small pool for each role.
// A connection whose login is not the role it is meant to be is never used.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { within } from '../stop/deadline.ts';
import {
  type AdminDatabase,
  type AssertEnabled,
  askingItsSwitch,
  type GovernedDatabase,
  GovernedFault,
  governedError,
  openWrite,
  type Role,
  type Session,
  TRANSACTION_LIMITS,
  writerOver,
} from './database.ts';
import type { GovernedSettings, Login } from './place.ts';

type Place = Omit<GovernedSettings, 'exec' | 'verify'>;

const always: AssertEnabled = async () => {};

export function openPostgres(
  settings: GovernedSettings,
  { queryMs }: { readonly queryMs?: number } = {},
): GovernedDatabase {
  const pools = {
    cutter_exec: poolFor(settings, settings.exec, queryMs),
    cutter_verify: poolFor(settings, settings.verify, queryMs),
  };
  const poolOf = (role: Role) => {
    if (role === 'workflow_admin')
      throw new GovernedFault('wrong_role', 'workflow_admin works only through the `db` commands');
    return pools[role];
  };
  return {
    read: (role, work) => {
      const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY';
      return inTransaction({ pool: poolOf(role), begin, role }, (client) =>
        work(writerOver(sessionOf(client), always)),
      );
    },
    // Read committed: under repeatable read the snapshot would be older than the fence, and miss the run before.
    write: (role, options, work) =>
      inTransaction(
        { pool: poolOf(role), begin: 'BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE', role },
        async (client) => {
          const session = sessionOf(client);
          const writer = writerOver(session, askingItsSwitch(session, options.assertEnabled));
          await openWrite(writer, options);
          const result = await work(writer);
          await writer.beforeCommit();
          return result;
        },
      ),
    note: (work) =>
      inTransaction({ pool: pools.cutter_exec, begin: 'BEGIN', role: 'cutter_exec' }, (client) =>
        work(writerOver(sessionOf(client), always)),
      ),
    async now() {
      try {
        const { rows } = await pools.cutter_exec.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        return new Date(rows[0]?.now ?? Number.NaN);
      } catch (error) {
        throw governedError(error);
      }
    },
    async close() {
      await Promise.all([pools.cutter_exec.end(), pools.cutter_verify.end()]);
    },
  };
}

/** The administrator's session, for the `db` commands. It is a superuser's at `db init`, workflow_admin's otherwise. */
export function openPostgresAdmin(settings: Place & { readonly admin: Login }): AdminDatabase {
  const pool = poolFor(settings, settings.admin);
  return {
    admin: (work) =>
      inTransaction({ pool, begin: 'BEGIN' }, (client) => work(writerOver(sessionOf(client), always))),
    close: () => pool.end(),
  };
}

/** A little more than the server itself gives a statement: a connection that is silent by then is dead. */
const QUERY_MS = 11 * 60_000;

function poolFor(settings: Place, { user, password }: Login, queryMs = QUERY_MS): pg.Pool {
  const { host, port, database } = settings;
  const pool = new pg.Pool({
    ...{ host, port, database, user, password, ssl: tls(settings) },
    ...{
      application_name: 'countersign',
      max: 2,
      idleTimeoutMillis: 10_000,
      connectionTimeoutMillis: 10_000,
      query_timeout: queryMs,
      keepAlive: true,
    },
  });
  // A session that the server ends while nobody uses it is replaced at the next use; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}

function tls({ sslMode, sslRootCertificate }: Place): pg.PoolConfig['ssl'] {
  if (sslMode === 'disable') return false;
  if (sslMode === 'require') return { rejectUnauthorized: false };
  const ca = sslRootCertificate === undefined ? {} : { ca: readFileSync(sslRootCertificate, 'utf8') };
  return sslMode === 'verify-ca' ? { ...ca, checkServerIdentity: () => undefined } : ca;
}

const ROLLBACK_MS = 5_000;

interface TransactionOptions {
  readonly pool: pg.Pool;
  readonly begin: string;
  readonly role?: Role;
}

async function inTransaction<T>(
  options: TransactionOptions,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await options.pool.connect().catch((error: unknown) => {
    throw governedError(error);
  });
  let broken = true;
  try {
    await client.query(`${options.begin}; ${TRANSACTION_LIMITS}`);
    if (options.role) await assertRole(client, options.role);
    const result = await work(client);
    await commit(client);
    broken = false;
    return result;
  } catch (error) {
    // A connection that is silent answers this no more than what was asked before.
    broken = !(await within(ROLLBACK_MS, 'rolling back', () => client.query('ROLLBACK')).then(
      () => true,
      () => false,
    ));
    throw governedError(error);
  } finally {
    client.release(broken);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    const known = governedError(error);
    // The check at COMMIT refused, or another constraint: nothing was committed.
    if (!(known instanceof GovernedFault) || known.code === 'refused') throw known;
    throw new GovernedFault('commit_unknown', `the connection was lost while committing: ${known.message}`);
  }
  // An aborted transaction answers COMMIT with ROLLBACK, without an error.
  if (command !== 'COMMIT')
    throw new GovernedFault('refused', 'the governed database rolled the transaction back');
}

async function assertRole(client: pg.PoolClient, role: Role): Promise<void> {
  const { rows } = await client.query<{ login: string }>('SELECT current_user AS login');
  if (rows[0]?.login === role) return;
  throw new GovernedFault(
    'wrong_role',
    `the login ${rows[0]?.login} is used for ${role}: log in as ${role} itself`,
  );
}

function sessionOf(client: pg.PoolClient): Session {
  return {
    query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
      (await client.query(text, [...parameters])).rows as Row[],
    async script(text) {
      await client.query(text);
    },
  };
}
