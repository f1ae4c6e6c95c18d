// The answer to a merged approval that was refused: one comment, put once.
import { marker } from '../report/markdown.ts';
import { renderRefusal } from '../report/refusal.ts';
import { judgement, markJudgementPublished } from '../store/judgements.ts';
import type { PublisherPorts } from './publisher.ts';

/** Does nothing when there is no judgement yet, when it was no refusal, or when the comment stands already. */
export async function publishRefusal(
  at: { repository: string; pull: number },
  { repository, store, now }: Omit<PublisherPorts, 'reviewers'>,
): Promise<void> {
  const found = await judgement(store, at);
  if (!found || found.published) return;
  const { verdict } = found;
  if (verdict.verdict === 'rejected') {
    const subject = `refusal of #${at.pull} at ${found.commit}`;
    const { reason, detail, checks } = verdict;
    const body = renderRefusal({ subject, reason, detail, checks, at: verdict.at ?? null, merged: true });
    await repository.upsertComment({ issue: at.pull, marker: marker(subject), body });
  }
  await markJudgementPublished(store, at, now());
}
