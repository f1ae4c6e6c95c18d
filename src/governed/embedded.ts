// The governed database inside the process: PGlite, one session for all. A role is taken by SET LOCAL ROLE inside
// each transaction, so the server enforces the same privileges as between separate logins.
import type { PGlite, Transaction } from '@electric-sql/pglite';
import {
  type AdminDatabase,
  type AssertEnabled,
  type GovernedDatabase,
  governedError,
  openWrite,
  type Role,
  type Session,
  TRANSACTION_LIMITS,
  writerOver,
} from './database.ts';

const always: AssertEnabled = async () => {};

/** `close` leaves PGlite itself to whoever opened it. */
export function openEmbedded(pglite: PGlite): GovernedDatabase & AdminDatabase {
  const inTransaction = async <T>(
    begin: string,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> => {
    try {
      return await pglite.transaction(async (transaction) => {
        await transaction.exec(begin);
        return work(transaction);
      });
    } catch (error) {
      throw governedError(error);
    }
  };
  return {
    read: (role, work) =>
      inTransaction(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${as(role)}`,
        (transaction) => work(writerOver(sessionOf(transaction), always)),
      ),
    write: (role, options, work) =>
      inTransaction(as(role), async (transaction) => {
        const writer = writerOver(sessionOf(transaction), options.assertEnabled);
        await openWrite(writer, options);
        const result = await work(writer);
        await writer.beforeCommit();
        return result;
      }),
    admin: (work) =>
      inTransaction(TRANSACTION_LIMITS, (transaction) => work(writerOver(sessionOf(transaction), always))),
    async now() {
      const { rows } = await pglite.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      return new Date(rows[0]?.now ?? Number.NaN);
    },
    async close() {},
  };
}

const as = (role: Role) => `${TRANSACTION_LIMITS}; SET LOCAL ROLE ${role}`;

function sessionOf(transaction: Transaction): Session {
  return {
    query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
      (await transaction.query<Row>(text, [...parameters])).rows,
    async script(text) {
      await transaction.exec(text);
    },
  };
}
