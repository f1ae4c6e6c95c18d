// Opens the bot's own durable state: Kysely for the tables, pg-boss for the queue, over one database.
// Embedded (PGlite in a folder) or PostgreSQL by DATABASE_URL; everything above sees no difference.
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { fromPglite, PgBoss } from 'pg-boss';
import { migrate } from './migrations.ts';
import { QUEUES } from './queue.ts';
import type { Tables } from './tables.ts';

export interface Store {
  readonly database: Kysely<Tables>;
  readonly boss: PgBoss;
  /** True where this process is the only one that can reach the state, so leases left by a killed process are void. */
  readonly exclusive: boolean;
  close(): Promise<void>;
}

/** What may run inside a transaction or outside of one. */
export type StateConnection = Kysely<Tables>;

/** Told what goes wrong in the background: a lost connection, a failed maintenance. */
export type OnStoreError = (error: unknown) => void;

/** Over a database of its own, which is closed with the store. */
export async function openEmbeddedStore(pglite: PGlite, onError: OnStoreError): Promise<Store> {
  const database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite', useListenNotify: true });
  return start({ database, boss, exclusive: true, closeDatabase: () => database.destroy() }, onError);
}

/** How long one statement on the state may take. */
const QUERY_MS = 60_000;

/** What pg-boss hands on to its driver. */
const BOSS_DEADLINES = { query_timeout: QUERY_MS, keepAlive: true };

export async function openPostgresStore(url: string, onError: OnStoreError): Promise<Store> {
  const pool = new pg.Pool({
    ...{ connectionString: url, max: 8, application_name: 'countersign-state' },
    ...{ connectionTimeoutMillis: 10_000, query_timeout: QUERY_MS, keepAlive: true },
  });
  pool.on('error', onError);
  // A session that the server ends while somebody holds it is told to him by his next question; unheard, it would end the
  // process.
  pool.on('connect', (client) => client.on('error', onError));
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const boss = new PgBoss({ connectionString: url, max: 4, useListenNotify: true, ...BOSS_DEADLINES });
  return start({ database, boss, exclusive: false, closeDatabase: () => database.destroy() }, onError);
}

interface Parts {
  readonly database: Kysely<Tables>;
  readonly boss: PgBoss;
  readonly exclusive: boolean;
  closeDatabase(): Promise<void>;
}

async function start(parts: Parts, onError: OnStoreError): Promise<Store> {
  const { database, boss, exclusive } = parts;
  await migrate(database as unknown as Kysely<never>);
  if (exclusive) await database.deleteFrom('lease').execute();
  boss.on('error', onError);
  await boss.start();
  for (const queue of QUEUES) {
    await boss.createQueue(queue, {
      policy: 'short',
      notify: true,
      expireInSeconds: 24 * 3600,
      retryLimit: 0,
    });
    // The first send to a queue reads the queue's settings through the boss's own connection. Inside our transaction the
    // embedded database, which has only one session, would wait for itself: so they are read now.
    await boss.findJobs(queue, { key: 'none' });
  }
  const close = async (): Promise<void> => {
    await boss.stop({ graceful: true, timeout: 10_000, close: !exclusive });
    await parts.closeDatabase();
  };
  return { database, boss, exclusive, close };
}
