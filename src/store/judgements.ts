// Judgements on merged approvals: one for each pull request, so that a delivery handled twice is answered once.
import type { Verdict } from '../approval/admission.ts';
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import { encodeLeaf } from '../record/log-leaf.ts';
import { keepLeaf } from './log-leaves.ts';
import { measure } from './measures.ts';
import { hint } from './queue.ts';
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

/** What a withdrawal has taken back. */
export interface Withdrawn {
  readonly approval_sha256: string;
  /** Where it was merged and by which run it had been consumed; null when it was never seen. */
  readonly consumed: { readonly run_id: string; readonly gate: string; readonly path: string } | null;
  /** Why the governed database did not take the withdrawal; null when it did. */
  readonly guard: string | null;
}

/** What is kept of a verdict: enough to render its comment again. */
export type StoredVerdict =
  | Pick<Extract<Verdict, { verdict: 'rejected' }>, 'verdict' | 'reason' | 'detail' | 'at' | 'checks'>
  | { readonly verdict: 'accepted'; readonly withdraws?: Withdrawn };

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

/** A judgement as it is made, with what the log says of it. */
export interface NewJudgement extends Omit<Judgement, 'published'> {
  readonly path: string;
  /** Of the bytes that were read; of none where the file was not to be read. */
  readonly documentSha256: Sha256;
}

/** A verdict usually comes with the head of the run that it moves; one that moves nothing is published by itself. */
const PUBLISH_ALONE_AFTER_MS = 10_000;

/** The first judgement of a pull request stands; with it, and in the same transaction, its leaf. */
export async function keepJudgement(
  store: Store,
  judgement: NewJudgement,
  { at, via }: { at: Date; via?: StateConnection },
): Promise<void> {
  if (!via)
    return store.database
      .transaction()
      .execute((transaction) => keepJudgement(store, judgement, { at, via: transaction }));
  const { repository, pull, commit, runId, verdict } = judgement;
  const kept = await via
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
    .returning('pull')
    .executeTakeFirst();
  if (!kept) return;
  await measure(via, {
    kind: 'admission',
    name: verdict.verdict === 'accepted' ? 'accepted' : verdict.reason,
  });
  await keepLeaf(via, {
    subject: `verdict on ${repository}#${pull}`,
    line: leafOf(judgement, at),
    statement: null,
  });
  await hint(store, 'publish', { key: LOG_KEY, via, afterMs: PUBLISH_ALONE_AFTER_MS });
}

/** What the queue `publish` calls the log; runs are called by their names. */
export const LOG_KEY = 'log';

function leafOf({ path, documentSha256, pull, commit, runId, verdict }: NewJudgement, at: Date): string {
  const facts = {
    ...({ type: 'verdict', at: at.toISOString(), path, document_sha256: documentSha256 } as const),
    ...{ pull, commit, run_id: runId },
  };
  return verdict.verdict === 'accepted'
    ? encodeLeaf({ ...facts, verdict: 'accepted', reason: null })
    : encodeLeaf({ ...facts, verdict: 'rejected', reason: verdict.reason });
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
