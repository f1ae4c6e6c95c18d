// How long the forge asked not to be asked. Kept here, so that every replica keeps to what one of them was told, also after
// a restart; by the database's clock, so that they agree on when it is over.
import { sql } from 'kysely';
import type { Store } from './store.ts';

const nameOf = (forge: string): string => `pause of ${forge}`;

/** Never shortened: of two answers the longer one holds. */
export async function notePause(
  { database }: Pick<Store, 'database'>,
  { forge, seconds }: { forge: string; seconds: number },
): Promise<void> {
  await sql`insert into setting (name, value)
      values (${nameOf(forge)}, to_jsonb(extract(epoch from now()) + ${seconds}::int))
      on conflict (name) do update set changed_at = now(),
        value = to_jsonb(greatest(setting.value::text::numeric, excluded.value::text::numeric))`.execute(
    database,
  );
}

/** Whole seconds that are left of it; 0 where there is none. */
export async function pauseLeft({ database }: Pick<Store, 'database'>, forge: string): Promise<number> {
  const { rows } = await sql<{ left: number }>`
    select ceil(value::text::numeric - extract(epoch from now()))::int as left
      from setting where name = ${nameOf(forge)}`.execute(database);
  return Math.max(0, rows[0]?.left ?? 0);
}
