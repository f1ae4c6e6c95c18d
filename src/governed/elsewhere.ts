// The other databases of the cluster, into which the logins of the bot may go as everybody may. Nothing governed is there;
// what a stolen login could do there is fill it. Whether others need that door is not ours to say: it is named, not shut.
import { z } from 'zod';
import type { Reader } from './database.ts';
import { PROBED_ROLES } from './matrix.ts';

export interface Elsewhere {
  readonly database: string;
  /** What shuts it for everybody who was not let in by name. */
  readonly mend: string;
}

const ROLES = PROBED_ROLES.map((role) => `'${role}'`).join(', ');

const OPEN = `
  SELECT datname AS database, format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC;', datname) AS mend
    FROM pg_database
   WHERE datname <> current_database() AND datallowconn
     AND EXISTS (SELECT FROM pg_roles WHERE rolname IN (${ROLES}) AND has_database_privilege(oid, pg_database.oid, 'CONNECT'))
   ORDER BY 1`;

const rows = z.array(z.object({ database: z.string(), mend: z.string() }));

export async function openElsewhere(reader: Reader): Promise<readonly Elsewhere[]> {
  return rows.parse(await reader.query(OPEN));
}
