// Who may rewrite the log of a state in PostgreSQL. The tables that only grow, and the trigger that says so, belong to a role
// that nobody logs in as: a stolen login of the bot can append to a log, and can neither change nor shorten one.
// An embedded state has one role for everything; there, whoever can open the folder can rewrite it.
import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Owns the tables that only grow. Has no login and no members. */
export const LOG_OWNER = 'countersign_log';

const GROWING = ['event', 'approval', 'run', 'log_leaf', 'log_place'] as const;

interface Finding {
  readonly found: string;
}

/** Each way in which this login could rewrite the log; none when it cannot. */
export async function waysToRewrite({ database }: { database: Kysely<Tables> }): Promise<readonly string[]> {
  const { rows } = await sql<Finding>`
    with login as (select oid, rolname, rolsuper from pg_roles where rolname = current_user),
    growing as (
      select pg_class.oid, relname, relowner, nspname, nspowner from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
       where pg_class.oid = any (array[${sql.join(GROWING.map((name) => sql`to_regclass(${name})`))}]))
    select format('%s is a superuser', rolname) as found from login where rolsuper
    union all
    select format('%s can act as %s, the owner of %s', rolname, pg_get_userbyid(relowner), relname)
      from login, growing where pg_has_role(login.oid, relowner, 'member')
    union all
    select distinct format('%s can act as %s, the owner of schema %s', rolname, pg_get_userbyid(nspowner), nspname)
      from login, growing where pg_has_role(login.oid, nspowner, 'member')
    union all
    select format('%s has %s on %s', rolname, privilege, relname)
      from login, growing, unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as privilege
     where has_table_privilege(login.oid, growing.oid, privilege)
    union all
    select format('%s has no trigger that refuses rewriting', relname) from growing
     where not exists (select from pg_trigger where tgrelid = growing.oid and tgenabled in ('O', 'A')
                          and tgfoid = to_regproc('refuse_rewriting'))
    union all
    select format('there is no table %s', name) from unnest(array[${sql.join(GROWING.map((name) => sql`${name}::text`))}]) as name
     where to_regclass(name) is null`.execute(database);
  return rows.map(({ found }) => found);
}

/** As an administrator of that database, in one transaction: gives the growing tables to LOG_OWNER. Safe to repeat. */
export async function giveLogAway(admin: { database: Kysely<Tables> }, login: string): Promise<void> {
  const owner = sql.id(LOG_OWNER);
  const bot = sql.id(login);
  await admin.database.transaction().execute(async (transaction) => {
    const run = (statement: ReturnType<typeof sql>) => statement.execute(transaction);
    await run(sql`do $$ begin
      if not exists (select from pg_roles where rolname = ${sql.lit(LOG_OWNER)}) then create role ${owner} nologin; end if;
    end $$`);
    await run(sql`alter role ${owner} nologin`);
    const { rows: members } = await sql<{ member: string }>`
      select pg_get_userbyid(member) as member from pg_auth_members
       where roleid = (select oid from pg_roles where rolname = ${LOG_OWNER})`.execute(transaction);
    const { rows } = await sql<{ schema: string }>`
      select nspname as schema from pg_class join pg_namespace on pg_namespace.oid = relnamespace
       where pg_class.oid = to_regclass('event')`.execute(transaction);
    const schema = sql.id(rows[0]?.schema ?? 'public');
    await run(sql`grant usage, create on schema ${schema} to ${owner}, ${bot}`);
    await run(sql`alter function ${schema}.refuse_rewriting() owner to ${owner}`);
    for (const name of GROWING) {
      const table = sql`${schema}.${sql.id(name)}`;
      await run(sql`alter table ${table} owner to ${owner}`);
      await run(sql`revoke all on ${table} from public, ${bot}`);
      await run(sql`grant select, insert on ${table} to ${bot}`);
    }
    // Whoever owns a schema can drop what is in it.
    await run(sql`alter schema ${schema} owner to ${owner}`);
    await run(sql`grant usage, create on schema ${schema} to ${bot}`);
    for (const { member } of members) await run(sql`revoke ${owner} from ${sql.id(member)}`);
  });
}
