// The answer to a merged approval that was refused: one comment, put once.
import { renderRefusal } from '../report/refusal.ts';
import { judgement, markJudgementPublished } from '../store/judgements.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';
import { comment } from './publisher.ts';

/**
 * Does nothing when there is no judgement yet, when it was no refusal, or when the comment stands already. Throws when
 * GitHub gave no answer. A comment that GitHub refuses is told to the operator and is no reason to judge again.
 */
export async function publishRefusal(
  at: { repository: string; pull: number },
  ports: OutboxPorts,
): Promise<void> {
  const found = await judgement(ports.store, at);
  if (!found || found.published) return;
  const { verdict } = found;
  let sent = 'stands';
  if (verdict.verdict === 'rejected') {
    const subject = `refusal of #${at.pull} at ${found.commit}`;
    const { reason, detail, checks } = verdict;
    const body = renderRefusal({ subject, reason, detail, checks, at: verdict.at ?? null, merged: true });
    const outbox = openOutbox(ports);
    sent = await outbox.send(comment({ pull: at.pull, subject, body }, ports));
    outbox.close();
  }
  if (sent === 'stands') await markJudgementPublished(ports.store, at, ports.now());
}
