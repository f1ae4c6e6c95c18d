// The bot's state, only looked at: one read-only transaction, in which nothing is migrated, no queue is started and no
// lease is touched.
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { masterOff } from './master-switch.ts';
import { openInLogs, type Standing } from './standings.ts';
import type { Tables } from './tables.ts';

/** The tables without anything that works on them. */
export interface StateTables {
  readonly database: Kysely<Tables>;
  close(): Promise<void>;
}

export function tablesOf(at: string | PGlite): StateTables {
  const dialect =
    typeof at === 'string'
      ? new PostgresDialect({
          pool: new pg.Pool({ connectionString: at, max: 1, connectionTimeoutMillis: 10_000 }),
        })
      : new PGliteDialect({ pglite: at });
  const database = new Kysely<Tables>({ dialect });
  return { database, close: () => database.destroy() };
}

export interface StateLook {
  readonly masterOff: boolean;
  /** The runs that have not ended, and those that this version cannot read. */
  readonly runs: readonly Standing[];
}

export async function lookAtState({ database }: StateTables): Promise<StateLook> {
  return database
    .transaction()
    .setAccessMode('read only')
    .execute(async (transaction) => ({
      masterOff: await masterOff({ database: transaction }),
      runs: await openInLogs(transaction),
    }));
}
