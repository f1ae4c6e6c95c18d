// One login on one database, for this process (pg) and for the tools it starts (libpq's environment).
// A connection never stands on a command line: other users of the machine can read those.
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { GovernedPlace, Login } from '../governed/place.ts';
import { Stop } from '../stop/stop.ts';
import { scrub } from './tool.ts';

export type Connection = GovernedPlace & { readonly login: Login };

const CONNECT_TIMEOUT_MS = 15_000;
/** The longest question compares every table of a restored copy. */
const QUERY_TIMEOUT_MS = 30 * 60_000;
const APPLICATION = 'countersign backup';

/**
 * libpq's settings for one connection. The password goes into the child's environment, not into a PGPASSFILE: it never
 * touches a disk, ends with the process, and is readable by exactly those who can read this process's own environment.
 * PGDATABASE, unlike --dbname, is never expanded as a connection string.
 */
export function connectionEnvironment(connection: Connection, toolVersion: string): Record<string, string> {
  const { host, port, database, sslMode, sslRootCertificate, login } = connection;
  const verifies = sslMode === 'verify-ca' || sslMode === 'verify-full';
  // libpq 16 learned to use the system's certificates; an older one looks for ~/.postgresql/root.crt.
  const root = sslRootCertificate ?? (verifies && major(toolVersion) >= 16 ? 'system' : undefined);
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: login.user,
    PGPASSWORD: login.password,
    PGSSLMODE: sslMode,
    ...(root && { PGSSLROOTCERT: root }),
    PGCONNECT_TIMEOUT: String(CONNECT_TIMEOUT_MS / 1000),
    PGAPPNAME: APPLICATION,
  };
}

/** Connects, does one thing, and leaves. Throws Stop `incomplete_backup` when the server does not let us in. */
export async function withClient<T>(
  connection: Connection,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { host, port, database, login } = connection;
  const client = new Client({
    host,
    port,
    database,
    user: login.user,
    password: login.password,
    ssl: await tlsOptions(connection),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: APPLICATION,
  });
  // A connection that breaks between queries must not end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const why = scrub(cause instanceof Error ? cause.message : String(cause), [login.password]);
    const where = `${database} on ${host}:${port} as ${login.user}`;
    throw new Stop('incomplete_backup', `cannot connect to ${where}: ${why}`, { cause });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** `require` encrypts without checking who answers, as libpq does; the `verify-` modes check the certificate. */
async function tlsOptions({ sslMode, sslRootCertificate }: Connection) {
  if (sslMode === 'disable') return false;
  if (sslMode === 'require') return { rejectUnauthorized: false };
  const ca = sslRootCertificate ? { ca: await readFile(sslRootCertificate, 'utf8') } : {};
  return sslMode === 'verify-ca' ? { ...ca, checkServerIdentity: () => undefined } : ca;
}

export function major(version: string): number {
  return Number.parseInt(version, 10);
}
