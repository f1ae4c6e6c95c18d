// One statement in one role of an embedded database, committed when it goes through: for whoever wants to see for himself
// what the database lets a login do.
import type { PGlite } from '@electric-sql/pglite';

export const LOGINS = ['cutter_exec', 'cutter_verify', 'cutter_backup'] as const;

export type LoginRole = (typeof LOGINS)[number];

/** `refused`: no privilege, or no signature. `failed`: the statement is wrong in itself. */
export type Answer =
  | { readonly verdict: 'answered'; readonly rows: readonly Record<string, unknown>[] }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'failed'; readonly reason: string };

const REFUSALS: readonly unknown[] = ['42501', 'CG001'];

export interface Question {
  readonly role: LoginRole;
  /** A single statement: a prepared one, so that no second can give the role back. */
  readonly sql: string;
  readonly readOnly?: boolean;
}

export async function askAs(database: PGlite, { role, sql, readOnly = false }: Question): Promise<Answer> {
  try {
    const { rows } = await database.transaction(async (transaction) => {
      await transaction.exec(`${readOnly ? 'SET TRANSACTION READ ONLY; ' : ''}SET LOCAL ROLE ${role}`);
      return transaction.query<Record<string, unknown>>(sql);
    });
    return { verdict: 'answered', rows };
  } catch (error) {
    // What the server answers to a statement is for whoever wrote the statement.
    if (!(error instanceof Error) || !('severity' in error)) throw error;
    const refused = 'code' in error && REFUSALS.includes(error.code);
    return { verdict: refused ? 'refused' : 'failed', reason: error.message };
  }
}
