// Escalating: another role's rights, more of one's own, or what is left of one's own turned against the bot.
import pg from 'pg';
import { type Attack, alone, statements, steps } from './attack.ts';
import type { Thief } from './stage.ts';

const ALL: readonly Thief[] = ['cutter_exec', 'cutter_verify', 'cutter_backup'];
const grasped = (name: string, text: string): Attack => statements(ALL, name, text);

/** What a login may always do to itself. It leaves a mark that the check finds, and nothing else. */
const onItself = (name: string, text: string, trace: RegExp, mend: readonly string[] = []): Attack =>
  alone('cutter_exec', name, text, { leaves: { trace, mend } });

const UNGRANTED = { harmless: 'a warning, and nothing is granted' };

export const ESCALATE: readonly Attack[] = [
  alone('cutter_exec', 'the role of the administrator', 'SET ROLE workflow_admin'),
  alone('cutter_backup', 'the role of the administrator', 'SET ROLE workflow_admin'),
  alone('cutter_verify', 'the role that writes', 'SET ROLE cutter_exec'),
  alone('cutter_exec', 'the role that verifies', 'SET ROLE cutter_verify'),
  alone('cutter_exec', 'the superuser', 'SET ROLE postgres'),
  alone('cutter_exec', 'the session of another', 'SET SESSION AUTHORIZATION workflow_admin'),
  grasped(
    'membership in the administrator',
    'GRANT workflow_admin TO cutter_exec, cutter_verify, cutter_backup',
  ),
  grasped(
    'membership in a role of the server',
    'GRANT pg_read_all_data TO cutter_exec, cutter_verify, cutter_backup',
  ),
  grasped('a superuser', 'ALTER ROLE cutter_exec SUPERUSER'),
  grasped('the right to make roles', 'ALTER ROLE cutter_exec CREATEROLE'),
  grasped('the right to pass row security', 'ALTER ROLE cutter_exec BYPASSRLS'),
  grasped('the right to replicate', 'ALTER ROLE cutter_exec REPLICATION'),
  grasped('the password of the administrator', `ALTER ROLE workflow_admin PASSWORD 'mine'`),
  grasped('the end of a login', `ALTER ROLE cutter_exec VALID UNTIL '2020-01-01'`),
  grasped('a login renamed', 'ALTER ROLE cutter_exec RENAME TO mine'),
  grasped('everybody’s settings', `ALTER ROLE ALL SET session_replication_role = 'replica'`),
  grasped(
    'the settings of the database',
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = mine', current_database()); END $$`,
  ),
  grasped(
    'the database itself',
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO cutter_exec', current_database()); END $$`,
  ),
  grasped('a setting that only a superuser has', `SET session_replication_role = 'replica'`),
  grasped(
    'the same for each of its sessions',
    `ALTER ROLE cutter_exec SET session_replication_role = 'replica'`,
  ),
  alone('cutter_exec', 'a setting of the server', `ALTER SYSTEM SET log_statement = 'all'`),
  grasped('the settings read again', 'SELECT pg_reload_conf()'),
  grasped('a table made its own', 'ALTER TABLE public.unit_version OWNER TO cutter_exec'),
  grasped('a column more', 'ALTER TABLE public.unit_version ADD COLUMN note text'),
  grasped('a constraint less', 'ALTER TABLE public.unit_version DROP CONSTRAINT unit_version_digest'),
  grasped('a table dropped', 'DROP TABLE public.iu_lifecycle_log'),
  grasped('a schema dropped', 'DROP SCHEMA cutter_guard CASCADE'),
  grasped('a function made its own', 'ALTER FUNCTION public.fn_iu_enact(text) OWNER TO cutter_exec'),
  grasped('what the administrator owns', 'REASSIGN OWNED BY workflow_admin TO cutter_exec'),
  grasped('what the administrator owns, dropped', 'DROP OWNED BY workflow_admin CASCADE'),
  grasped('a language', 'CREATE LANGUAGE plpython3u'),
  grasped('a function in C', `CREATE FUNCTION public.mine() RETURNS int LANGUAGE c AS 'libc', 'abs'`),
  grasped('a library', `LOAD '/tmp/mine.so'`),
  grasped('a program', `COPY (SELECT 1) TO PROGRAM 'id'`),
  statements(
    ALL,
    'a right that it lacks, given to itself',
    'GRANT INSERT ON public.unit_version TO cutter_exec',
    UNGRANTED,
  ),
  statements(
    ALL,
    'a right that it has, given on',
    'GRANT SELECT ON public.unit_version TO PUBLIC',
    UNGRANTED,
  ),
  statements(
    'cutter_exec',
    'a function of its own given on',
    'GRANT EXECUTE ON FUNCTION public.fn_iu_enact(text) TO PUBLIC',
    UNGRANTED,
  ),
  onItself(
    'its own settings, for each of its sessions',
    'ALTER ROLE cutter_exec SET default_transaction_read_only = on',
    /^excess cutter_exec SET default_transaction_read_only setting$/,
  ),
  alone(
    'cutter_verify',
    'its own settings in this database',
    `DO $$ BEGIN EXECUTE format('ALTER ROLE cutter_verify IN DATABASE %I SET quote_all_identifiers = on', current_database()); END $$`,
    {
      leaves: {
        trace: /^excess cutter_verify SET quote_all_identifiers setting of the database$/,
        mend: [],
      },
    },
  ),
  alone('cutter_exec', 'its own privileges thrown away', 'DROP OWNED BY cutter_exec', {
    harmless: 'warnings, and nothing is revoked: the grants are not its own',
  }),
  steps(
    'cutter_exec',
    'membership in itself given to another, which servers before 15 let every login do',
    async (stage) => async () => {
      const client = await stage.connect('cutter_exec');
      await client.query('GRANT cutter_exec TO cutter_verify');
    },
    { serverOnly: true, leaves: { trace: /^excess cutter_verify MEMBER OF cutter_exec role$/, mend: [] } },
  ),
  steps(
    'cutter_exec',
    'its own password changed, so that the bot stands outside',
    async (stage) => {
      return async () => {
        const client = await stage.connect('cutter_exec');
        await client.query(`ALTER ROLE cutter_exec PASSWORD 'mine'`);
        await expectRefusal(() => stage.connect('cutter_exec'));
        await stage.resetLogins();
        await (await stage.connect('cutter_exec')).query('SELECT 1');
      };
    },
    {
      serverOnly: true,
      harmless: 'goes through, as for every login: nobody logs in until `db init` sets it again',
    },
  ),
];

async function expectRefusal(connect: () => Promise<pg.Client>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '28P01') return;
    throw error;
  }
  throw new Error('the old password is still good');
}
