// What a start asks the governed database: whether each login is its role and no superuser, whether the server is one that
// this software knows, and whether there is a governed database at all.
import { z } from 'zod';
import { skewMs } from '../stop/clocks.ts';
import type { Looked, Problem } from '../stop/problem.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import type { GovernedDatabase } from './database.ts';

const OLDEST = 140_000;

const row = z.object({
  version_number: z.number().int(),
  version: z.string(),
  encoding: z.string(),
  installed: z.boolean(),
  superusers: z.array(z.string()),
});

const QUESTION = `
  SELECT current_setting('server_version_num')::int AS version_number, current_setting('server_version') AS version,
         pg_encoding_to_char(encoding)::text AS encoding,
         EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                  WHERE nspname = 'cutter_governance' AND relname = 'deployment') AS installed,
         ARRAY(SELECT rolname::text FROM pg_roles
                WHERE rolsuper AND rolname = ANY (ARRAY['cutter_exec', 'cutter_verify', 'cutter_backup']) ORDER BY 1) AS superusers
    FROM pg_database WHERE datname = current_database()`;

/** Throws GovernedFault when a login is not let in, or is not its role. */
export async function lookAtGoverned(db: GovernedDatabase, { now }: { now(): Date }): Promise<Looked> {
  await db.read('cutter_verify', (reader) => reader.query('SELECT 1'));
  const [found] = z
    .array(row)
    .length(1)
    .parse(await db.read('cutter_exec', (reader) => reader.query(QUESTION)));
  if (!found) throw new TypeError('there is one current database');
  const problems: Problem[] = [];
  if (found.version_number < OLDEST)
    problems.push({
      what: `the governed database is served by PostgreSQL ${found.version}`,
      next: 'Move it to PostgreSQL 14 or newer.',
    });
  if (found.encoding !== 'UTF8')
    problems.push({
      what: `the governed database is encoded in ${found.encoding}`,
      next: 'Create it with encoding UTF8.',
    });
  if (!found.installed)
    problems.push({
      what: 'the database named in DOT_CUTTER_DB_NAME is no governed database',
      next: 'Name the one that `countersign db init` has made, or run that with the login of an administrator.',
    });
  if (found.superusers.length > 0)
    problems.push({
      what: `${found.superusers.join(', ')} may do anything: a superuser is asked for no signature`,
      next: found.superusers.map((name) => `ALTER ROLE ${name} NOSUPERUSER;`).join(' '),
    });
  const asked = now();
  const theirs = await db.now();
  const ms = skewMs(theirs, { asked, answered: now() });
  if (ms > CLOCK_TOLERANCE_MS)
    problems.push({
      what: `this machine's clock and the governed database's differ by ${Math.round(ms / 1000)} s`,
      next: 'Synchronise the clocks of both machines (NTP).',
    });
  return { problems, notes: [] };
}
