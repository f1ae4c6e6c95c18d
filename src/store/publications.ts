// What was last published where, so that a projection skips what GitHub already shows.
import type { Store } from './store.ts';

export interface Publication {
  readonly repository: string;
  readonly subject: string;
  readonly remoteId: string;
  readonly sha256: string;
}

export interface NotedPublication extends Publication {
  readonly publishedAt: Date;
}

export async function publication(
  store: Store,
  repository: string,
  subject: string,
): Promise<NotedPublication | undefined> {
  const row = await store.database
    .selectFrom('publication')
    .select(['remote_id', 'sha256', 'published_at'])
    .where('repository', '=', repository)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return (
    row && {
      ...{ repository, subject, remoteId: row.remote_id },
      ...{ sha256: row.sha256, publishedAt: row.published_at },
    }
  );
}

export async function notePublication(
  store: Store,
  { repository, subject, remoteId, sha256 }: Publication,
  at: Date,
): Promise<void> {
  const note = { remote_id: remoteId, sha256, published_at: at };
  await store.database
    .insertInto('publication')
    .values({ repository, subject, ...note })
    .onConflict((conflict) => conflict.columns(['repository', 'subject']).doUpdateSet(note))
    .execute();
}
