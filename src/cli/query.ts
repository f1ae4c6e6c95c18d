// `countersign query`: one look into an embedded governed database, for the demo and for development; as another role, one
// statement that may also try to write. A PostgreSQL database is looked at with psql.
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { askAs, LOGINS, type LoginRole } from '../governed/ask.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

interface Options {
  data: string;
  as?: LoginRole;
}

export function queryCommand(): Command {
  return new Command('query')
    .description('ask an embedded governed database (the demo leaves one in data/demo/governed)')
    .argument('<sql>', 'one statement')
    .option('--data <directory>', 'the embedded database', join('data', 'demo', 'governed'))
    .addOption(
      new Option(
        '--as <role>',
        'try it in this role, writing too (without it: as cutter_verify, reading only)',
      ).choices(LOGINS),
    )
    .action(async (sql: string, options: Options) => {
      const database = await openEmbeddedDirectory(options.data, { existing: true });
      try {
        const { as: role = 'cutter_verify' } = options;
        const answer = await askAs(database, { role, sql, readOnly: options.as === undefined });
        if (answer.verdict === 'failed')
          throw new CliFault(`the database refused the statement: ${answer.reason}`);
        if (answer.verdict === 'refused') process.exitCode = EXIT.no;
        process.stdout.write(
          answer.verdict === 'refused' ? `refused: ${answer.reason}\n` : aligned(answer.rows),
        );
      } finally {
        await database.close();
      }
    });
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
