// `countersign query`: one read-only look into an embedded governed database, for the demo and for development.
// A PostgreSQL database is looked at with psql.
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Command } from 'commander';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { CliFault } from './messages.ts';

export function queryCommand(): Command {
  return new Command('query')
    .description('read from an embedded governed database (the demo leaves one in data/demo/governed)')
    .argument('<sql>', 'one SELECT')
    .option('--data <directory>', 'the embedded database', join('data', 'demo', 'governed'))
    .action(async (sql: string, { data }: { data: string }) => {
      const database = await openEmbeddedDirectory(data, { existing: true });
      try {
        process.stdout.write(aligned(await ask(database, sql)));
      } finally {
        await database.close();
      }
    });
}

async function ask(database: PGlite, sql: string): Promise<Record<string, unknown>[]> {
  try {
    return await database.transaction(async (transaction) => {
      await transaction.exec('SET TRANSACTION READ ONLY; SET LOCAL ROLE cutter_verify');
      return (await transaction.query<Record<string, unknown>>(sql)).rows;
    });
  } catch (error) {
    // What the server answers to a statement is for whoever wrote the statement.
    if (!(error instanceof Error) || !('severity' in error)) throw error;
    throw new CliFault(`the database refused the statement: ${error.message}`, { cause: error });
  }
}

function aligned(rows: readonly Record<string, unknown>[]): string {
  const [first] = rows;
  if (!first) return '(0 rows)\n';
  const columns = Object.keys(first);
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-+-'));
  return `${lines.join('\n')}\n(${rows.length} row${rows.length === 1 ? '' : 's'})\n`;
}
