// What the bot notes about itself under a name: one value for each, the newest one.
import { sql } from 'kysely';
import type { Store } from './store.ts';

/** undefined where nothing was noted under this name. */
export async function readSetting({ database }: Pick<Store, 'database'>, name: string): Promise<unknown> {
  const row = await database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** `noted`: whatever JSON can hold. */
export async function keepSetting(
  { database }: Pick<Store, 'database'>,
  { name, value: noted }: { readonly name: string; readonly value: unknown },
): Promise<void> {
  const value = JSON.stringify(noted);
  await database
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, changed_at: sql`now()` }))
    .execute();
}
