// The content of a database as one row count and one digest per table, so that a restored copy can be compared.
// Order-free: the digests of the rows are added up inside the server, so a table of any size costs no memory.
import { z } from 'zod';
import { digestOf } from '../digest/digest.ts';
import type { TableProof } from './envelope.ts';

/** What `pg` and PGlite have in common. */
export interface Queryable {
  query(sql: string): Promise<{ rows: unknown[] }>;
}

/** Every ordinary table outside the system's schemas, by name. Sessions that compare must both come through here. */
export async function tableContents(database: Queryable): Promise<TableProof[]> {
  // A row's text form depends on these; a name is only unambiguous with an empty search path.
  await database.query(
    `SELECT set_config(name, value, true) FROM (VALUES ('search_path', ''), ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'),
       ('IntervalStyle', 'postgres'), ('bytea_output', 'hex'), ('extra_float_digits', '1')) AS setting (name, value)`,
  );
  const { rows } = await database.query(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ORDER BY 1`,
  );
  const contents: TableProof[] = [];
  for (const { name } of nameRows.parse(rows)) contents.push(await tableContent(database, name));
  return contents;
}

async function tableContent(database: Queryable, name: string): Promise<TableProof> {
  const lane = (from: number) =>
    `coalesce(sum(('x' || substr(digest, ${from}, 16))::bit(64)::bigint::numeric), 0)::text`;
  const { rows } = await database.query(
    `SELECT count(*)::text AS rows, ${lane(1)} AS low, ${lane(17)} AS high
       FROM (SELECT encode(sha256(convert_to(r::text, 'UTF8')), 'hex') AS digest FROM ONLY ${name} AS r) AS digests`,
  );
  const [sums] = z.tuple([sumsRow]).parse(rows);
  return { name, rows: Number(sums.rows), sha256: digestOf(sums) };
}

const nameRows = z.array(z.object({ name: z.string() }));
const sumsRow = z.object({ rows: z.string(), low: z.string(), high: z.string() });

/** One sentence for each table that differs; none when the copy is equal. */
export function differences(original: readonly TableProof[], copy: readonly TableProof[]): string[] {
  const names = [...new Set([...original, ...copy].map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const [before, after] = [original, copy].map((tables) => tables.find((table) => table.name === name));
    if (!after) return [`${name} is missing in the copy`];
    if (!before) return [`${name} is only in the copy`];
    if (before.rows !== after.rows) return [`${name} has ${before.rows} rows, ${after.rows} in the copy`];
    return before.sha256 === after.sha256 ? [] : [`${name} has other content in the copy`];
  });
}
