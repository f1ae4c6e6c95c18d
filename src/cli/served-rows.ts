// What a governed database serves, row by row, in one snapshot that writes nothing: a long table is never in memory.
import pg from 'pg';
import { SERVED } from '../audit/database.ts';
import { CliFault } from './messages.ts';

const ROWS_AT_ONCE = 2_000;

/** Throws CliFault, which never holds the URL: there is a password in it. */
export async function* servedRows(url: string): AsyncGenerator<unknown> {
  const client = clientFor(url);
  try {
    await asked('connecting', () => client.connect());
    await asked('opening a snapshot', () => client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
    await asked('reading the units', () => client.query(`DECLARE served NO SCROLL CURSOR FOR ${SERVED}`));
    for (;;) {
      const fetch = () => client.query(`FETCH FORWARD ${ROWS_AT_ONCE} FROM served`);
      const { rows } = await asked('reading the units', fetch);
      if (rows.length === 0) return;
      yield* rows;
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

function clientFor(url: string): pg.Client {
  if (!/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new CliFault('--database must be a URL like postgres://user:password@host:5432/database');
  return new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'countersign-audit',
  });
}

async function asked<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliFault(`the governed database could not be asked (${doing}): ${why}`, { cause: error });
  }
}
