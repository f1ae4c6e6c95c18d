// The state is never kept in the governed database: restoring that would take the bot's memory back with it.
import { sql } from 'kysely';
import { tablesOf } from './look.ts';

/** Whether governed rows lie in the database of this URL. Looks, and changes nothing. */
export async function holdsGovernedRows(url: string): Promise<boolean> {
  const tables = tablesOf(url);
  try {
    const { rows } = await sql<{ governed: boolean }>`
      select exists (select from pg_namespace where nspname = 'cutter_governance') as governed`.execute(
      tables.database,
    );
    return rows[0]?.governed === true;
  } finally {
    await tables.close();
  }
}
