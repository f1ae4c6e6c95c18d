// When everything that GitHub has was last asked for: what happened before that is known, or waits in the queue.
import { keepSetting, readSetting } from './settings.ts';
import type { Store } from './store.ts';

/** When a state that has noted nothing yet judged last, which it did while it ran; null: it has never judged anything. */
export async function caughtUpAt(store: Store, repository: string): Promise<Date | null> {
  const noted = await readSetting(store, settingOf(repository));
  if (noted !== undefined) return new Date(noted as string);
  const newest = await store.database
    .selectFrom('judgement')
    .select(({ fn }) => fn.max('judged_at').as('at'))
    .where('repository', '=', repository)
    .executeTakeFirst();
  return newest?.at ? new Date(newest.at) : null;
}

export async function keepCaughtUp(store: Store, repository: string, at: Date): Promise<void> {
  await keepSetting(store, { name: settingOf(repository), value: at.toISOString() });
}

function settingOf(repository: string): string {
  return `caught_up:${repository}`;
}
