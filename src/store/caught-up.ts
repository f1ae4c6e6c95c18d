// When everything that GitHub has was last asked for: what happened before that is known, or waits in the queue.
import { sql } from 'kysely';
import type { Store } from './store.ts';

/** When a state that has noted nothing yet judged last, which it did while it ran; null: it has never judged anything. */
export async function caughtUpAt(store: Store, repository: string): Promise<Date | null> {
  const row = await store.database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', settingOf(repository))
    .executeTakeFirst();
  if (row) return new Date(row.value as string);
  const newest = await store.database
    .selectFrom('judgement')
    .select(({ fn }) => fn.max('judged_at').as('at'))
    .where('repository', '=', repository)
    .executeTakeFirst();
  return newest?.at ? new Date(newest.at) : null;
}

export async function keepCaughtUp(store: Store, repository: string, at: Date): Promise<void> {
  const value = JSON.stringify(at.toISOString());
  await store.database
    .insertInto('setting')
    .values({ name: settingOf(repository), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, changed_at: sql`now()` }))
    .execute();
}

function settingOf(repository: string): string {
  return `caught_up:${repository}`;
}
