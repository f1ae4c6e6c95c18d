// The expected privileges of every role, as data. No login of the bot may write a row: the tables are read, and written
// through functions that ask for the signatures themselves. Excess is a deviation as much as lack.
import { FN_ADMIT, GUARD_FUNCTIONS, GUARD_TABLES } from './guard.ts';
import {
  EXEC_FUNCTIONS,
  READING_FUNCTIONS,
  VERIFY_FUNCTIONS,
  WRITER_INTERNALS,
  WRITER_TABLES,
} from './writers.ts';

/**
 * One privilege that somebody holds. `object` is `schema x`, `table x.y`, `sequence …`, `function …(…)`, `database`,
 * `role`, or `setting`: what a role's sessions begin with, where nothing is expected at all.
 */
export interface Privilege {
  readonly role: string;
  readonly object: string;
  readonly privilege: string;
}

/** The roles that are probed, PUBLIC besides. */
export const PROBED_ROLES = ['workflow_admin', 'cutter_exec', 'cutter_verify', 'cutter_backup'] as const;

const UNIT_TABLES = ['information_unit', 'unit_version', 'iu_lifecycle_log'].map((name) => `public.${name}`);
const ACCOUNTS = [
  'cut_change_set',
  'cut_change_set_affected_row',
  'manifest_envelope',
  'review_decision',
  'signature',
  'verify_result',
].map((name) => `cutter_governance.${name}`);
const ADDRESS_VIEW = 'cutter_governance.unit_address';

/** Everything with rows of ours, which is everything that a backup holds. */
export const TABLES = [...UNIT_TABLES, ...ACCOUNTS, ...GUARD_TABLES, ...WRITER_TABLES];

export const SEQUENCES = [
  ...UNIT_TABLES,
  ...ACCOUNTS.filter((table) => !table.endsWith('affected_row')),
  'cutter_governance.baseline',
  'cutter_governance.hand_write',
].map((table) => `${table}_id_seq`);

/** The plan's lines and their tree head, rebuilt from the rows (schema/guard/010 and 011). */
const PLAN_FUNCTIONS = [
  'tree_leaf(text)',
  'tree_head(bytea)',
  'plan_header(text, text, text, text, text)',
  'plan_row(text, integer, text, text, text, text, text, text, text, text, bigint, bigint, text)',
  'plan_retired(text, text, text, text, text)',
  'plan_lines(bigint)',
  'plan_head(bigint)',
].map((signature) => `cutter_guard.${signature}`);

/** For everybody who may read the tables: in the rights of the caller, and without a change of anything. */
const TO_READ_BY = [
  'public.plain_text(text)',
  'public.unit_in_force(timestamp with time zone)',
  'cutter_governance.account_of(text)',
  'cutter_governance.documents_unlike_heads()',
];

const EXEC = [...EXEC_FUNCTIONS, ...READING_FUNCTIONS, FN_ADMIT, ...TO_READ_BY];
const VERIFY = [...VERIFY_FUNCTIONS, ...READING_FUNCTIONS, ...TO_READ_BY];
const INTERNALS = [...PLAN_FUNCTIONS, ...GUARD_FUNCTIONS, ...WRITER_INTERNALS];

export const EXPECTED: readonly Privilege[] = sorted([
  ...hold('workflow_admin', 'schema public', 'CREATE', 'USAGE'),
  // `db check` builds the expected schema among temporary objects.
  ...hold('workflow_admin', 'database', 'CONNECT', 'TEMPORARY'),
  ...['schema cutter_governance', 'schema cutter_guard'].flatMap(ownedByAdmin),
  ...[...TABLES, ADDRESS_VIEW].map((name) => `table ${name}`).flatMap(ownedByAdmin),
  ...SEQUENCES.map((name) => `sequence ${name}`).flatMap(ownedByAdmin),
  ...[...new Set([...EXEC, ...VERIFY, ...INTERNALS])].map((name) => `function ${name}`).flatMap(ownedByAdmin),
  ...['cutter_exec', 'cutter_verify', 'cutter_backup'].flatMap((role) => [
    ...hold(role, 'database', 'CONNECT'),
    ...['public', 'cutter_governance'].flatMap((schema) => hold(role, `schema ${schema}`, 'USAGE')),
    ...TABLES.flatMap((table) => hold(role, `table ${table}`, 'SELECT')),
  ]),
  ...['cutter_exec', 'cutter_verify'].flatMap((role) => hold(role, `table ${ADDRESS_VIEW}`, 'SELECT')),
  ...EXEC.flatMap((signature) => hold('cutter_exec', `function ${signature}`, 'EXECUTE')),
  ...VERIFY.flatMap((signature) => hold('cutter_verify', `function ${signature}`, 'EXECUTE')),
  ...SEQUENCES.flatMap((sequence) => hold('cutter_backup', `sequence ${sequence}`, 'SELECT')),
]);

function hold(role: string, object: string, ...privileges: readonly string[]): Privilege[] {
  return privileges.map((privilege) => ({ role, object, privilege }));
}

function ownedByAdmin(object: string): Privilege[] {
  return hold('workflow_admin', object, 'OWNER');
}

export function nameOf({ role, object, privilege }: Privilege): string {
  return `${role} ${object} ${privilege}`;
}

export function sorted(entries: readonly Privilege[]): Privilege[] {
  return [...entries].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
