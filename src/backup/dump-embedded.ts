// The embedded database's own pg_dump build (WebAssembly): one dump, whole in memory, in the server's plain format.
import type { PGlite } from '@electric-sql/pglite';
import { pgDump } from '@electric-sql/pglite-tools/pg_dump';
import { Stop } from '../stop/stop.ts';

export interface EmbeddedDump {
  readonly version: string;
  readonly serverVersion: string;
  readonly text: string;
}

/** Throws Stop `incomplete_backup` unless the dump runs to its last line. */
export async function dumpEmbedded(database: PGlite): Promise<EmbeddedDump> {
  await assertNoRestrictLines(database);
  const text = await keepingSession(database, async () => (await pgDump({ pg: database })).text());
  const version = /^-- Dumped by pg_dump version (\S+)/m.exec(text)?.[1];
  const serverVersion = /^-- Dumped from database version (\S+)/m.exec(text)?.[1];
  if (!version || !serverVersion || !text.includes('\n-- PostgreSQL database dump complete'))
    throw new Stop('incomplete_backup', 'the embedded pg_dump gave no whole dump');
  return { version, serverVersion, text };
}

/**
 * pg_dump works in the embedded database's only session and, having no connection to close, leaves behind its open
 * read-only transaction and its settings (row_security = off among them).
 */
async function keepingSession<T>(database: PGlite, work: () => Promise<T>): Promise<T> {
  const { rows } = await database.query<{ name: string; value: string }>(
    `SELECT name, current_setting(name) AS value FROM pg_settings WHERE source = 'session'`,
  );
  try {
    return await work();
  } finally {
    await database.exec('COMMIT; RESET ALL');
    for (const { name, value } of rows)
      await database.query('SELECT set_config($1, $2, false)', [name, value]);
  }
}

/**
 * pglite-tools deletes every line that begins with `\restrict` or `\unrestrict` from the finished dump, also inside
 * values: a document that explains psql would be restored with lines missing. Better no backup than a silent loss.
 */
async function assertNoRestrictLines(database: PGlite): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'`,
  );
  for (const { name } of tables.rows) {
    // A row's text form doubles backslashes.
    const { rows } = await database.query(
      `SELECT FROM ONLY ${name} AS t WHERE t::text ~* '[\\n\\r\\u2028\\u2029]\\\\\\\\(un)?restrict\\y' LIMIT 1`,
    );
    if (rows.length > 0)
      throw new Stop(
        'incomplete_backup',
        `a value in ${name} has a line that begins with \\restrict, which the embedded pg_dump would drop; keep this document in a PostgreSQL server`,
      );
  }
}

/** Replays a plain dump into an empty embedded database, after the roles that its owners and grants name. */
export async function restoreEmbedded(
  target: PGlite,
  { text, like }: { text: string; like: PGlite },
): Promise<void> {
  const { rows } = await like.query<{ statement: string }>(
    `SELECT format('CREATE ROLE %I', rolname) AS statement FROM pg_roles
      WHERE rolname !~ '^pg_' AND rolname <> session_user`,
  );
  await target.exec(rows.map(({ statement }) => `${statement};`).join('\n'));
  await target.exec(text);
}
