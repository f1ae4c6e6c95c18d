// The privileges of the governed database as they are, in a single query, held against the expected matrix, and the
// statements that turn the first into the second (design section 3, grant_probe).
import { z } from 'zod';
import { digestOf, type Sha256 } from '../digest/digest.ts';
import type { Reader } from './database.ts';
import { EXPECTED, nameOf, PROBED_ROLES, type Privilege, sorted } from './matrix.ts';

export interface Deviation extends Privilege {
  readonly kind: 'excess' | 'lack';
  /** The statement that mends it. */
  readonly mend: string;
}

export interface GrantProbe {
  /** What is really granted, sorted. */
  readonly matrix: readonly Privilege[];
  readonly deviations: readonly Deviation[];
  readonly sha256: Sha256;
}

// ACLs are read as they stand, so grants to PUBLIC and grant options show, whatever the server's version knows of
// privileges. USAGE of the schema public is PUBLIC's by default and opens nothing by itself. Of the server's own functions
// only those of large objects are looked at: one that any login makes breaks the backup of every other.
const ROLES = PROBED_ROLES.map((role) => `'${role}'`).join(', ');

const ACTUAL = `
  WITH subject AS (
    SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname IN (${ROLES})
    UNION ALL SELECT 0, 'PUBLIC'
  ), space AS (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
     WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
  ), object AS (
    SELECT 'database' AS object, NULL::oid AS owner, coalesce(datacl, acldefault('d', datdba)) AS acl, '' AS columns
      FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT format('schema %I', nspname), CASE WHEN nspname <> 'public' THEN nspowner END,
           coalesce(nspacl, acldefault('n', nspowner)), '' FROM space
    UNION ALL
    SELECT format('%s %I.%I', CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, nspname, relname), relowner,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner)), ''
      FROM pg_class JOIN space ON space.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT format('table %I.%I', nspname, relname), NULL, attacl, quote_ident(attname)
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN space ON space.oid = relnamespace
     WHERE attacl IS NOT NULL AND NOT attisdropped
    UNION ALL
    SELECT format('function %I.%I(%s)', nspname, proname, oidvectortypes(proargtypes)), proowner,
           coalesce(proacl, acldefault('f', proowner)), ''
      FROM pg_proc JOIN space ON space.oid = pronamespace
     WHERE prosecdef OR NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT format('function pg_catalog.%I(%s)', proname, oidvectortypes(proargtypes)), proowner,
           coalesce(proacl, acldefault('f', proowner)), ''
      FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^(lo_|lowrite$|loread$)'
  ), granted AS (
    SELECT subject.name AS role, object, columns,
           privilege_type || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
      FROM object CROSS JOIN LATERAL aclexplode(acl) AS entry JOIN subject ON subject.oid = entry.grantee
     WHERE object.owner IS DISTINCT FROM entry.grantee
       AND NOT (subject.oid = 0 AND object LIKE 'schema %' AND privilege_type = 'USAGE')
  )
  SELECT entry.*, quote_ident(current_database()) AS database FROM (
    SELECT role, object,
           privilege || coalesce(' (' || string_agg(nullif(columns, ''), ', ' ORDER BY columns) || ')', '') AS privilege
      FROM granted GROUP BY role, object, privilege, columns = ''
    UNION ALL
    SELECT name, object, 'OWNER' FROM object JOIN subject ON subject.oid = object.owner
    UNION ALL
    SELECT rolname, 'role', attribute FROM pg_roles CROSS JOIN LATERAL (VALUES
      ('SUPERUSER', rolsuper), ('CREATEDB', rolcreatedb), ('CREATEROLE', rolcreaterole), ('REPLICATION', rolreplication),
      ('BYPASSRLS', rolbypassrls)) AS held (attribute, is_held)
     WHERE is_held AND rolname IN (${ROLES})
    UNION ALL
    SELECT pg_get_userbyid(member), 'role', format('MEMBER OF %I', pg_get_userbyid(roleid)) FROM pg_auth_members
     WHERE member IN (SELECT oid FROM subject) OR roleid IN (SELECT oid FROM subject)
    UNION ALL
    SELECT subject.name, CASE setdatabase WHEN 0 THEN 'setting' ELSE 'setting of the database' END, 'SET ' || split_part(one, '=', 1)
      FROM pg_db_role_setting JOIN subject ON subject.oid = setrole CROSS JOIN LATERAL unnest(setconfig) AS one
     WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  ) AS entry`;

const privilegeRow = z.object({
  role: z.string(),
  object: z.string(),
  privilege: z.string(),
  database: z.string(),
});

/** Compares every privilege of every role, attributes and memberships included, in one round trip. */
export async function probeGrants(reader: Reader): Promise<GrantProbe> {
  const rows = z.array(privilegeRow).parse(await reader.query(ACTUAL));
  const matrix = sorted(rows.map(({ role, object, privilege }) => ({ role, object, privilege })));
  const database = rows[0]?.database ?? '';
  const held = new Set(matrix.map(nameOf));
  const wanted = new Set(EXPECTED.map(nameOf));
  const excess = matrix.filter((entry) => !wanted.has(nameOf(entry)));
  const lack = EXPECTED.filter((entry) => !held.has(nameOf(entry)));
  // Revocations come first: taking back a table's privilege would take the columns' along.
  const deviations = [
    ...excess.map((entry): Deviation => ({ kind: 'excess', ...entry, mend: revocation(entry, database) })),
    ...lack.map((entry): Deviation => ({ kind: 'lack', ...entry, mend: grant(entry, database) })),
  ];
  return { matrix, deviations, sha256: digestOf(matrix) };
}

function grant({ role, object, privilege }: Privilege, database: string): string {
  if (privilege === 'OWNER') return `ALTER ${upper(object)} OWNER TO ${role};`;
  return `GRANT ${privilege} ON ${target(object, database)} TO ${role};`;
}

function revocation({ role, object, privilege }: Privilege, database: string): string {
  if (privilege === 'OWNER') return `ALTER ${upper(object)} OWNER TO workflow_admin;`;
  if (privilege.startsWith('MEMBER OF '))
    return `REVOKE ${privilege.slice('MEMBER OF '.length)} FROM ${quoted(role)};`;
  if (object === 'role') return `ALTER ROLE ${role} NO${privilege};`;
  if (object.startsWith('setting')) {
    const name = privilege.slice('SET '.length);
    const everybody = role === 'PUBLIC';
    if (object === 'setting') return `ALTER ROLE ${everybody ? 'ALL' : role} RESET ${name};`;
    return everybody
      ? `ALTER DATABASE ${database} RESET ${name};`
      : `ALTER ROLE ${role} IN DATABASE ${database} RESET ${name};`;
  }
  return `REVOKE ${privilege.replace(' WITH GRANT OPTION', '')} ON ${target(object, database)} FROM ${role} CASCADE;`;
}

function target(object: string, database: string): string {
  return object === 'database' ? `DATABASE ${database}` : upper(object);
}

function upper(object: string): string {
  return object.replace(/^\w+/, (word) => word.toUpperCase());
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
