// What GitHub refused to show, and why: known across restarts and replicas, so that it is told once and asked for again
// ever more rarely.
import type { Store } from './store.ts';

export interface RefusedPublication {
  /** Of what was refused: another text is another question. */
  readonly sha256: string;
  readonly code: string;
  readonly tries: number;
  readonly refusedAt: Date;
}

interface Place {
  readonly repository: string;
  readonly subject: string;
}

export async function refusedPublication(
  store: Store,
  { repository, subject }: Place,
): Promise<RefusedPublication | undefined> {
  const row = await store.database
    .selectFrom('refused_publication')
    .select(['sha256', 'code', 'tries', 'refused_at'])
    .where('repository', '=', repository)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row && { sha256: row.sha256, code: row.code, tries: row.tries, refusedAt: row.refused_at };
}

export async function noteRefusedPublication(
  store: Store,
  { repository, subject }: Place,
  { sha256, code, tries, refusedAt }: RefusedPublication,
): Promise<void> {
  const note = { sha256, code, tries, refused_at: refusedAt };
  await store.database
    .insertInto('refused_publication')
    .values({ repository, subject, ...note })
    .onConflict((conflict) => conflict.columns(['repository', 'subject']).doUpdateSet(note))
    .execute();
}

export async function forgetRefusedPublication(store: Store, { repository, subject }: Place): Promise<void> {
  await store.database
    .deleteFrom('refused_publication')
    .where('repository', '=', repository)
    .where('subject', '=', subject)
    .execute();
}
