// Reading: what no login of the bot has any business with.
import { type Attack, alone, statements, steps } from './attack.ts';
import type { Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const reading = (name: string, text: string): Attack => statements(ALL, name, text);

/** Gives back no row, though it may be asked. */
const empty = (name: string, text: string): Attack =>
  steps(
    ALL.join(', '),
    name,
    async (stage) => async () => {
      for (const role of ALL) {
        const rows = await stage.as(role, (session) => session.query(text));
        if (rows.length > 0) throw new Error(`${role} reads ${JSON.stringify(rows[0])}`);
      }
    },
    { harmless: 'answers with no row' },
  );

export const READ: readonly Attack[] = [
  reading('the verifiers of the passwords', 'SELECT rolname, rolpassword FROM pg_authid'),
  reading('the same by `pg_shadow`', 'SELECT usename, passwd FROM pg_shadow'),
  reading('the statistics of columns', 'SELECT * FROM pg_statistic'),
  reading('the bytes of large objects', 'SELECT * FROM pg_largeobject'),
  reading('a large object by `lo_get`', 'SELECT lo_get(1)'),
  reading('a large object by `lo_open`', 'SELECT lo_open(1, 262144)'),
  reading('a large object into a file', `SELECT lo_export(1, '/tmp/mine')`),
  reading('a file of the server', `SELECT pg_read_file('PG_VERSION')`),
  reading('the bytes of a file', `SELECT pg_read_binary_file('PG_VERSION')`),
  reading('the size of a file', `SELECT pg_stat_file('PG_VERSION')`),
  reading('the names of the files', `SELECT pg_ls_dir('.')`),
  reading('the write-ahead log', 'SELECT pg_ls_waldir()'),
  reading('the logs', 'SELECT pg_ls_logdir()'),
  reading('a file by `COPY`', `DO $$ BEGIN EXECUTE 'COPY public.unit_version FROM ''/etc/passwd'''; END $$`),
  reading('a program by `COPY`', `COPY public.unit_version FROM PROGRAM 'id'`),
  reading('who may log in from where', 'SELECT * FROM pg_hba_file_rules'),
  reading('the settings in files', 'SELECT * FROM pg_file_settings'),
  reading('where the data lie', `SELECT current_setting('data_directory')`),
  reading('the mapped passwords of others', 'SELECT umoptions FROM pg_user_mapping'),
  reading('the connection strings of subscriptions', 'SELECT subconninfo FROM pg_subscription'),
  reading('another server by `dblink`', `SELECT dblink('dbname=postgres', 'SELECT 1')`),
  reading('`dblink` itself', 'CREATE EXTENSION dblink'),
  reading('another server as a foreign one', 'CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw'),
  empty(
    'what other logins are doing',
    `SELECT query FROM pg_stat_activity WHERE usename IS DISTINCT FROM current_user AND backend_type = 'client backend'
        AND query <> '<insufficient privilege>' AND current_setting('server_version_num')::int > 0 AND usename <> 'postgres'`,
  ),
  empty(
    'a table of another application',
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('information_unit', 'unit_version', 'iu_lifecycle_log') AND has_table_privilege(oid, 'SELECT')`,
  ),
  empty(
    'what it might call of the parts of the guard',
    `SELECT proname FROM pg_proc WHERE pronamespace = 'cutter_guard'::regnamespace AND has_function_privilege(oid, 'EXECUTE')`,
  ),
  empty(
    'what it might write',
    `SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname IN ('public', 'cutter_governance', 'cutter_guard') AND relkind IN ('r', 'v')
        AND (has_any_column_privilege(pg_class.oid, 'INSERT, UPDATE, REFERENCES') OR has_table_privilege(pg_class.oid, 'DELETE, TRUNCATE, TRIGGER'))`,
  ),
  statements(
    'cutter_backup',
    'a run by a function, as the backup login',
    `SELECT cutter_governance.fn_state_of('x')`,
  ),
  statements(
    'cutter_backup',
    'the addresses, which no backup needs',
    'SELECT * FROM cutter_governance.unit_address',
  ),
  alone(
    'cutter_exec',
    'the stream of changes',
    `SELECT pg_create_logical_replication_slot('mine', 'test_decoding')`,
  ),
];
