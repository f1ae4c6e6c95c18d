// Traces: what nobody of this product has put into the governed database, and what would work on its tables unseen.
// `db check` names each; none is expected anywhere.
import { z } from 'zod';
import type { Reader } from './database.ts';

const OURS = "('cutter_governance', 'cutter_guard')";

// The server's own objects have numbers below 16384; whatever was put among them later is somebody's.
const TRACES = `
  WITH ours AS (
    SELECT pg_class.oid, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname IN ${OURS} OR nspname = 'public' AND relname IN ('information_unit', 'unit_version', 'iu_lifecycle_log')
  )
  SELECT 'extension ' || extname AS object FROM pg_extension WHERE extname NOT IN ('plpgsql', 'pg_stat_statements')
  UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
  UNION ALL SELECT format('policy %s.%s', relname, polname) FROM pg_policy JOIN ours ON ours.oid = polrelid
  UNION ALL SELECT format('child table %s of %s', inhrelid::regclass, relname) FROM pg_inherits JOIN ours ON ours.oid = inhparent
  UNION ALL SELECT format('disabled trigger %s.%s', relname, tgname) FROM pg_trigger JOIN ours ON ours.oid = tgrelid
             WHERE tgenabled <> 'O'
  UNION ALL SELECT 'unlogged table ' || relname FROM ours JOIN pg_class USING (oid, relname) WHERE relpersistence = 'u'
  UNION ALL SELECT format('default privileges of %s', pg_get_userbyid(defaclrole)) FROM pg_default_acl
  UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
             WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT format('schema %s of %s', nspname, pg_get_userbyid(nspowner)) FROM pg_namespace
             WHERE pg_get_userbyid(nspowner) IN ('workflow_admin', 'cutter_exec', 'cutter_verify', 'cutter_backup')
               AND nspname NOT IN ${OURS} AND nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT 'type ' || pg_type.oid::regtype FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
             WHERE nspname IN ${OURS} AND typrelid = 0 AND typelem = 0
  UNION ALL SELECT 'operator ' || pg_operator.oid::regoperator FROM pg_operator
             WHERE oprnamespace = 'pg_catalog'::regnamespace AND pg_operator.oid >= 16384
                OR oprnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ${OURS})
  UNION ALL SELECT 'function ' || pg_proc.oid::regprocedure FROM pg_proc
             WHERE pronamespace = 'pg_catalog'::regnamespace AND pg_proc.oid >= 16384
  UNION ALL SELECT 'relation ' || pg_class.oid::regclass FROM pg_class
             WHERE relnamespace = 'pg_catalog'::regnamespace AND pg_class.oid >= 16384
  UNION ALL SELECT format('cast from %s to %s', castsource::regtype, casttarget::regtype) FROM pg_cast
             WHERE pg_cast.oid >= 16384
               AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = pg_cast.oid AND deptype = 'e')
  ORDER BY object`;

const traceRow = z.object({ object: z.string() });

export async function findTraces(reader: Reader): Promise<readonly string[]> {
  return z
    .array(traceRow)
    .parse(await reader.query(TRACES))
    .map(({ object }) => object);
}
