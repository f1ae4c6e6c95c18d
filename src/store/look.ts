// The bot's state, only looked at: one read-only transaction, in which nothing is migrated, no queue is started and no
// lease is touched.
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { decodeLog } from '../run/events.ts';
import { fold, type RunState } from '../run/state.ts';
import { masterOff } from './master-switch.ts';
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
  readonly runs: readonly RunState[];
}

/** Throws EventLogFault when a log is not whole. */
export async function lookAtState({ database }: StateTables): Promise<StateLook> {
  return database
    .transaction()
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const rows = await transaction
        .selectFrom('event')
        .select(['run_id', 'entry'])
        .orderBy('run_id')
        .orderBy('seq')
        .execute();
      const logs = Map.groupBy(rows, ({ run_id }) => run_id);
      return {
        masterOff: await masterOff({ database: transaction }),
        runs: [...logs.values()].map((entries) => fold(decodeLog(entries.map(({ entry }) => entry)))),
      };
    });
}
