// Judgements on merged approvals: one for each pull request, so that a delivery handled twice is answered once.
import type { Verdict } from '../approval/admission.ts';
import type { RunId } from '../approval/run-id.ts';
import type { StateConnection, Store } from './store.ts';

/** A merged approval as it was judged, once. */
export interface Judgement {
  readonly repository: string;
  readonly pull: number;
  readonly commit: string;
  readonly runId: RunId | null;
  readonly verdict: StoredVerdict;
  readonly published: boolean;
}

/** What is kept of a verdict: enough to render its comment again. */
export type StoredVerdict =
  | Pick<Extract<Verdict, { verdict: 'rejected' }>, 'verdict' | 'reason' | 'detail' | 'at' | 'checks'>
  | { readonly verdict: 'accepted' };

export async function judgement(
  store: Store,
  at: { repository: string; pull: number },
): Promise<Judgement | undefined> {
  const row = await store.database
    .selectFrom('judgement')
    .selectAll()
    .where('repository', '=', at.repository)
    .where('pull', '=', at.pull)
    .executeTakeFirst();
  return (
    row && {
      repository: row.repository,
      pull: row.pull,
      commit: row.commit,
      runId: row.run_id as RunId | null,
      verdict: row.verdict as StoredVerdict,
      published: row.published_at !== null,
    }
  );
}

export async function keepJudgement(
  connection: StateConnection,
  judgement: Omit<Judgement, 'published'>,
  at: Date,
): Promise<void> {
  const { repository, pull, commit, runId, verdict } = judgement;
  await connection
    .insertInto('judgement')
    .values({
      repository,
      pull,
      commit,
      run_id: runId,
      verdict: JSON.stringify(verdict),
      judged_at: at,
      published_at: null,
    })
    .onConflict((conflict) => conflict.columns(['repository', 'pull']).doNothing())
    .execute();
}

export async function markJudgementPublished(
  store: Store,
  of: { repository: string; pull: number },
  at: Date,
): Promise<void> {
  await store.database
    .updateTable('judgement')
    .set({ published_at: at })
    .where('repository', '=', of.repository)
    .where('pull', '=', of.pull)
    .execute();
}
