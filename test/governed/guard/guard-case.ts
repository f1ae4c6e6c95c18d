// A question to the guard with the one right answer. Each condition in the guard's SQL has a case that alone fails
// without it (conditions.test.ts), so a case says what it is about in its name.
import type { Writer } from '../../../src/governed/database.ts';

export interface GuardCase {
  readonly name: string;
  readonly expected: string;
  /** Asks inside a transaction that is rolled back; an error of the database is an answer too: its SQLSTATE. */
  ask(writer: Writer): Promise<string>;
}

/** One value, as text. */
export function valueCase(
  name: string,
  question: { readonly sql: string; readonly with?: readonly unknown[]; readonly expected: unknown },
): GuardCase {
  return {
    name,
    expected: String(question.expected),
    async ask(writer) {
      const [row] = await writer.query<Record<string, unknown>>(question.sql, question.with ?? []);
      return String(Object.values(row ?? {})[0]);
    },
  };
}

export async function answerOf(guardCase: GuardCase, writer: Writer): Promise<string> {
  try {
    return await guardCase.ask(writer);
  } catch (error) {
    const sqlState = error instanceof Error && 'sqlState' in error ? error.sqlState : undefined;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof sqlState === 'string') return sqlState;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
    throw error;
  }
}
