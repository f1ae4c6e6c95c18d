// Shadowing: something of the thief's own that the functions of the guard would call or read instead, or settings of his
// session under which they would read their own text otherwise.
import { assertGrants } from '../../../src/phases/grant-probe.ts';
import { type Attack, statements, steps } from './attack.ts';
import { cutBy } from './cut-by.ts';
import { type Stage, sessionOf, type Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];

const made = (name: string, text: string): Attack => statements(ALL, name, text);

/** Genuine rows and one foreign one, in a session that is set as the thief likes. */
function underSettings(name: string, settings: string): Attack {
  return steps('cutter_exec', name, async (stage) => {
    const { runId, change } = stage.prepared.signed;
    const rows = change.rows.map((row, index) => (index === 1 ? { ...row, title: 'Mine' } : row));
    return () =>
      stage.as('cutter_exec', async (session) => {
        for (const one of settings.split(';')) await session.query(one);
        await cutBy(session, { runId, change, rows });
      });
  });
}

/** What a superuser would have put there by mistake: every name that the guard calls, answering as the thief likes. */
const TRAP = `CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO PUBLIC;
  CREATE FUNCTION trap.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea';
  CREATE FUNCTION trap.encode(bytea, text) RETURNS text LANGUAGE sql AS 'SELECT repeat(''0'', 64)';
  CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''-infinity''::timestamptz';
  CREATE FUNCTION trap.current_query() RETURNS text LANGUAGE sql AS 'SELECT ''COMMIT''';
  CREATE FUNCTION trap.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
  CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.same);
  CREATE TABLE trap.approval (document_sha256 text); CREATE TABLE trap.information_unit (id bigint);
  GRANT SELECT ON ALL TABLES IN SCHEMA trap TO PUBLIC`;

async function trapped<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  await stage.root.admin((writer) => writer.script(TRAP));
  try {
    return await work();
  } finally {
    await stage.root.admin((writer) => writer.script('DROP SCHEMA trap CASCADE'));
  }
}

export const SHADOW: readonly Attack[] = [
  made('a table in `public`', 'CREATE TABLE public.mine (n int)'),
  made(
    'a function in `public`',
    `CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'`,
  ),
  made(
    'a function in the schema of the guard',
    `CREATE OR REPLACE FUNCTION cutter_guard.assert_signers(p_document_sha256 text) RETURNS void LANGUAGE sql AS ''`,
  ),
  made(
    'a function of the guard replaced',
    `CREATE OR REPLACE FUNCTION public.fn_iu_enact(p_run_id text) RETURNS TABLE (unit_id bigint, status text)
       LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint, ''enacted'''`,
  ),
  made('a temporary table', 'CREATE TEMPORARY TABLE information_unit (id bigint)'),
  made('a temporary view', 'CREATE TEMPORARY VIEW approval AS SELECT 1 AS one'),
  made(
    'a temporary function',
    `CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'`,
  ),
  made('a temporary sequence', 'CREATE TEMPORARY SEQUENCE one'),
  made('`SELECT … INTO TEMP`', 'SELECT 1 AS one INTO TEMP mine'),
  made('a schema', 'CREATE SCHEMA mine'),
  made(
    'an operator',
    'CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.texteq)',
  ),
  made('a cast', 'CREATE CAST (text AS bytea) WITHOUT FUNCTION AS IMPLICIT'),
  made('a type', 'CREATE TYPE public.approval AS (one text)'),
  made('a domain', 'CREATE DOMAIN cutter_governance.text AS pg_catalog.text'),
  made('an aggregate', 'CREATE AGGREGATE public.max (int) (SFUNC = int4larger, STYPE = int)'),
  made('a collation', `CREATE COLLATION public."C" (locale = 'C')`),
  made('a conversion', `CREATE DEFAULT CONVERSION public.mine FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1`),
  made(
    'a text search configuration',
    'CREATE TEXT SEARCH CONFIGURATION public.mine (COPY = pg_catalog.simple)',
  ),
  made(
    'a trigger',
    `CREATE TRIGGER mine BEFORE INSERT ON public.unit_version FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  ),
  made('a rule', 'CREATE RULE mine AS ON INSERT TO cutter_governance.signature DO INSTEAD NOTHING'),
  made('a row policy', 'CREATE POLICY mine ON cutter_governance.approval USING (true)'),
  made('a child of a table', 'CREATE TABLE public.mine () INHERITS (public.unit_version)'),
  made('the check at COMMIT disabled', 'ALTER TABLE cutter_governance.cut_change_set DISABLE TRIGGER ALL'),
  made(
    'the check at COMMIT dropped',
    'DROP TRIGGER check_at_commit_of_cut ON cutter_governance.cut_change_set',
  ),
  made(
    'a function of the guard in the rights of its caller',
    'ALTER FUNCTION public.fn_iu_enact(text) SECURITY INVOKER',
  ),
  made(
    'a function of the guard with another search path',
    'ALTER FUNCTION public.fn_iu_enact(text) RESET search_path',
  ),
  made('a function of the guard dropped', 'DROP FUNCTION public.fn_iu_enact(text)'),
  made('a part of the guard called', `SELECT cutter_guard.authorise('run', 'SG_1_cut_authz', NULL)`),
  made('a trigger function called', 'SELECT cutter_guard.check_at_commit()'),
  made('an extension', 'CREATE EXTENSION pg_trgm'),
  made(
    'an event trigger',
    'CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION cutter_guard.check_at_commit()',
  ),
  steps(
    'cutter_exec',
    'names of the guard in a schema of its search path, the plan another',
    async (stage) => {
      const { runId, change } = stage.prepared.signed;
      const rows = change.rows.map((row, index) => (index === 1 ? { ...row, title: 'Mine' } : row));
      return () =>
        trapped(stage, () =>
          stage.as('cutter_exec', async (session) => {
            await session.query('SET LOCAL search_path = trap, pg_catalog, public');
            await cutBy(session, { runId, change, rows });
          }),
        );
    },
  ),
  steps('cutter_exec', 'names of the guard in a schema of its search path, no SG_1', async (stage) => {
    const { change } = stage.prepared.signed;
    const { runId } = stage.prepared.opened;
    return () =>
      trapped(stage, () =>
        stage.as('cutter_exec', async (session) => {
          await session.query('SET LOCAL search_path = trap, pg_catalog, public');
          await cutBy(session, { runId, change });
        }),
      );
  }),
  underSettings(
    'strings read with backslashes: `standard_conforming_strings = off`',
    'SET LOCAL standard_conforming_strings = off',
  ),
  underSettings('`x = NULL` read as `x IS NULL`', 'SET LOCAL transform_null_equals = on'),
  underSettings(
    'other forms of time: `DateStyle`, `IntervalStyle`, `TimeZone`',
    `SET LOCAL DateStyle = 'SQL, DMY';SET LOCAL IntervalStyle = 'sql_standard';SET LOCAL TimeZone = 'Pacific/Kiritimati'`,
  ),
  underSettings(
    'other forms of bytes and names',
    `SET LOCAL bytea_output = 'escape';SET LOCAL quote_all_identifiers = on;SET LOCAL extra_float_digits = -15`,
  ),
  underSettings('row security off', 'SET LOCAL row_security = off'),
  underSettings(
    'triggers that do not fire: `session_replication_role = replica`',
    'SET LOCAL session_replication_role = replica',
  ),
  underSettings('a time limit that ends the check', `SET LOCAL statement_timeout = '1ms'`),
  steps(
    'cutter_exec',
    'a prepared statement of its own under the name of another',
    async (stage) => {
      return async () => {
        const client = await stage.connect('cutter_exec');
        await client.query(`PREPARE one AS SELECT 1`);
        await cutBy(sessionOf(client), {
          ...{ runId: stage.prepared.opened.runId, change: stage.prepared.signed.change },
        });
      };
    },
    { serverOnly: true },
  ),
  statements(
    'cutter_exec',
    'privileges that its future objects would carry',
    'ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO cutter_verify',
    {
      leaves: {
        trace: /^unexpected default privileges of cutter_exec$/,
        mend: ['DROP OWNED BY cutter_exec'],
      },
    },
  ),
  steps(
    'cutter_exec',
    'its own settings for each of its sessions, hoping that the bot keeps them',
    async (stage) => async () => {
      await stage.as('cutter_exec', async (session) => {
        await session.query(`ALTER ROLE cutter_exec SET search_path = 'mine'`);
        await session.query('ALTER ROLE cutter_exec SET standard_conforming_strings = off');
      });
      await stage.db.read('cutter_exec', assertGrants);
    },
    {
      leaves: {
        trace: /^excess cutter_exec SET (search_path|standard_conforming_strings) setting$/,
        mend: [],
      },
    },
  ),
];
