// The privileges of the governed database: the expected matrix as data, the actual one in a single query, and the
// statements that turn the second into the first. Excess is a deviation as much as lack (design section 3, grant_probe).
import { z } from 'zod';
import { digestOf, type Sha256 } from '../digest/digest.ts';
import type { Reader } from './database.ts';
import { FN_ADMIT, GUARD_FUNCTIONS, GUARD_TABLES } from './guard.ts';

/** One privilege that somebody holds. `object` is `schema x`, `table x.y`, `sequence …`, `function …(…)`, `database`, `role`. */
export interface Privilege {
  readonly role: string;
  readonly object: string;
  readonly privilege: string;
}

export interface Deviation extends Privilege {
  readonly kind: 'excess' | 'lack';
  /** The statement that mends it. */
  readonly mend: string;
}

export interface GrantMatrix {
  /** What is really granted, sorted. */
  readonly matrix: readonly Privilege[];
  readonly deviations: readonly Deviation[];
  readonly sha256: Sha256;
}

const UNIT_TABLES = ['information_unit', 'unit_version', 'iu_lifecycle_log'].map((name) => `public.${name}`);
const LEG_B = ['cut_change_set_affected_row', 'manifest_envelope', 'review_decision', 'signature'].map(
  (name) => `cutter_governance.${name}`,
);
const CHANGE_SET = 'cutter_governance.cut_change_set';
const VERIFY_RESULT = 'cutter_governance.verify_result';
const TABLES = [...UNIT_TABLES, CHANGE_SET, ...LEG_B, VERIFY_RESULT];
const SEQUENCES = TABLES.filter((table) => !table.endsWith('affected_row')).map((table) => `${table}_id_seq`);
const FUNCTIONS = [
  'public.fn_iu_create(text, text, jsonb)',
  'public.fn_iu_enact(text)',
  'public.fn_iu_revert(text, text)',
];
// They read as whoever calls them, and change nothing.
const PLAN_FUNCTIONS = [
  'tree_leaf(text)',
  'tree_head(bytea)',
  'plan_header(text, text, text, text, text)',
  'plan_row(text, integer, text, text, text, text, text, text, bigint, bigint, text)',
  'plan_retired(text, text, text, text, text)',
  'plan_lines(bigint)',
  'plan_head(bigint)',
].map((signature) => `cutter_guard.${signature}`);
// enacted_at, reverted_at and revert_mode belong to fn_iu_enact and fn_iu_revert alone.
const CHANGE_SET_COLUMNS =
  'INSERT (accepts_sha256, created, cutplan_sha256, document_id, granularity, kept, profile, retired, revised, run_id, source_sha256)';

export const EXPECTED: readonly Privilege[] = sorted([
  ...hold('workflow_admin', 'schema public', 'CREATE', 'USAGE'),
  // `db check` builds the expected schema among temporary objects.
  ...hold('workflow_admin', 'database', 'CONNECT', 'TEMPORARY'),
  ...['schema cutter_governance', 'schema cutter_guard'].flatMap(ownedByAdmin),
  ...[...TABLES, ...GUARD_TABLES].map((name) => `table ${name}`).flatMap(ownedByAdmin),
  ...SEQUENCES.map((name) => `sequence ${name}`).flatMap(ownedByAdmin),
  ...[...FUNCTIONS, FN_ADMIT, ...GUARD_FUNCTIONS, ...PLAN_FUNCTIONS]
    .map((name) => `function ${name}`)
    .flatMap(ownedByAdmin),
  ...['cutter_exec', 'cutter_verify'].flatMap((role) => [
    ...hold(role, 'database', 'CONNECT'),
    ...['public', 'cutter_governance', 'cutter_guard'].flatMap((schema) =>
      hold(role, `schema ${schema}`, 'USAGE'),
    ),
    ...[...TABLES, ...GUARD_TABLES].flatMap((table) => hold(role, `table ${table}`, 'SELECT')),
    ...PLAN_FUNCTIONS.flatMap((signature) => hold(role, `function ${signature}`, 'EXECUTE')),
  ]),
  ...[...FUNCTIONS, FN_ADMIT].flatMap((signature) => hold('cutter_exec', `function ${signature}`, 'EXECUTE')),
  ...LEG_B.flatMap((table) => hold('cutter_exec', `table ${table}`, 'INSERT')),
  ...hold('cutter_exec', `table ${CHANGE_SET}`, CHANGE_SET_COLUMNS),
  ...hold('cutter_verify', `table ${VERIFY_RESULT}`, 'INSERT'),
  // pg_dump reads every sequence, and cutter_verify may be the backup's login.
  ...SEQUENCES.flatMap((sequence) => hold('cutter_verify', `sequence ${sequence}`, 'SELECT')),
]);

function hold(role: string, object: string, ...privileges: readonly string[]): Privilege[] {
  return privileges.map((privilege) => ({ role, object, privilege }));
}

function ownedByAdmin(object: string): Privilege[] {
  return hold('workflow_admin', object, 'OWNER');
}

// ACLs are read as they stand, so grants to PUBLIC and grant options show, whatever the server's version knows of
// privileges. CONNECT, and USAGE of a schema, are PUBLIC's by default and open nothing by themselves.
const ACTUAL = `
  WITH subject AS (
    SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname IN ('workflow_admin', 'cutter_exec', 'cutter_verify')
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
  ), granted AS (
    SELECT subject.name AS role, object, columns,
           privilege_type || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
      FROM object CROSS JOIN LATERAL aclexplode(acl) AS entry JOIN subject ON subject.oid = entry.grantee
     WHERE object.owner IS DISTINCT FROM entry.grantee
       AND NOT (subject.oid = 0 AND (privilege_type = 'CONNECT' OR object LIKE 'schema %' AND privilege_type = 'USAGE'))
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
     WHERE is_held AND rolname IN ('workflow_admin', 'cutter_exec', 'cutter_verify')
    UNION ALL
    SELECT pg_get_userbyid(member), 'role', format('MEMBER OF %I', pg_get_userbyid(roleid)) FROM pg_auth_members
     WHERE member IN (SELECT oid FROM subject) OR roleid IN (SELECT oid FROM subject)
  ) AS entry`;

const privilegeRow = z.object({
  role: z.string(),
  object: z.string(),
  privilege: z.string(),
  database: z.string(),
});

/** Compares every privilege of every role, attributes and memberships included, in one round trip. */
export async function probeGrants(reader: Reader): Promise<GrantMatrix> {
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

function nameOf({ role, object, privilege }: Privilege): string {
  return `${role} ${object} ${privilege}`;
}

function sorted(entries: readonly Privilege[]): Privilege[] {
  return [...entries].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
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
