// A database given as a URL on the command line: decoded strictly, because a restore writes to whatever it names.
import { SSL_MODES } from '../governed/place.ts';
import type { Connection } from './connection.ts';

/** What was given as a database to connect to names none. The message never repeats it: a password may stand in it. */
export class ConnectionUrlFault extends Error {
  readonly code: 'no_url' | 'incomplete';

  constructor(code: ConnectionUrlFault['code'], message: string) {
    super(message);
    this.name = 'ConnectionUrlFault';
    this.code = code;
  }
}

/**
 * `postgres://user@host:port/database?sslmode=…`. A password may stand in it, but is better passed apart: other users
 * of the machine see command lines. Only loopback and sockets may go without TLS unless `sslmode` says so.
 * Throws ConnectionUrlFault saying all that is missing.
 */
export function parseConnectionUrl(text: string, { password }: { password: string | undefined }): Connection {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new ConnectionUrlFault('no_url', 'the target is not a URL like postgres://user@host:5432/database');
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/g, '');
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = decodeURIComponent(url.username);
  const local = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
  const sslMode = SSL_MODES.find(
    (mode) => mode === (url.searchParams.get('sslmode') ?? (local ? 'disable' : 'verify-full')),
  );
  const problems = [
    host ? [] : ['the target URL names no host'],
    database ? [] : ['the target URL names no database'],
    user ? [] : ['the target URL names no user'],
    sslMode ? [] : [`sslmode must be one of ${SSL_MODES.join(', ')}`],
  ].flat();
  if (!sslMode || problems.length > 0) throw new ConnectionUrlFault('incomplete', problems.join('; '));
  return {
    host,
    port: Number(url.port || 5432),
    database,
    sslMode,
    sslRootCertificate: url.searchParams.get('sslrootcert') ?? undefined,
    login: { user, password: decodeURIComponent(url.password) || password || '' },
  };
}
