// The operator's master switch. It can only take away: off, nothing executes; on, nothing is enabled by it alone.
import { sql } from 'kysely';
import type { Store } from './store.ts';

/** The operator's own switch (`countersign disable`). It can only take away; alone it never enables anything. */
export async function masterOff(store: Pick<Store, 'database'>): Promise<boolean> {
  const row = await store.database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', 'master_off')
    .executeTakeFirst();
  return row !== undefined && row.value !== false;
}

export async function setMasterOff(store: Pick<Store, 'database'>, off: boolean): Promise<void> {
  const value = JSON.stringify(off);
  await store.database
    .insertInto('setting')
    .values({ name: 'master_off', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, changed_at: sql`now()` }))
    .execute();
}
