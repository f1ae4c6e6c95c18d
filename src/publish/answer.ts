// The answer to a merged approval that starts nothing: it was refused, or it took another one back. One comment, put once.
import { pathAfter } from '../approval/file-name.ts';
import type { CommentBody } from '../report/limits.ts';
import { renderRefusal } from '../report/refusal.ts';
import { renderTakenBack } from '../report/taken-back.ts';
import { type Judgement, judgement, markJudgementPublished } from '../store/judgements.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';
import { comment } from './publisher.ts';

export interface AnswerPorts extends OutboxPorts {
  /** Every path in approvals/ of the default branch. Throws when GitHub gave no answer. */
  taken(): Promise<readonly string[]>;
}

/**
 * Does nothing when there is no judgement yet, when the approval moved a run (which tells of itself), or when the comment
 * stands already. Throws when GitHub gave no answer. A comment that GitHub refuses is told to the operator and is no
 * reason to judge again.
 */
export async function publishAnswer(
  at: { repository: string; pull: number },
  ports: AnswerPorts,
): Promise<void> {
  const found = await judgement(ports.store, at);
  if (!found || found.published) return;
  const answer = await answerTo(found, ports);
  let sent = 'stands';
  if (answer) {
    const outbox = openOutbox(ports);
    sent = await outbox.send(comment({ pull: at.pull, ...answer }, ports));
    outbox.close();
  }
  if (sent === 'stands') await markJudgementPublished(ports.store, at, ports.now());
}

async function answerTo(
  { pull, commit, verdict }: Judgement,
  { taken }: AnswerPorts,
): Promise<{ subject: string; body: CommentBody } | null> {
  if (verdict.verdict === 'rejected') {
    const subject = `refusal of #${pull} at ${commit}`;
    const { reason, detail, checks } = verdict;
    const at = verdict.at ?? null;
    const path = checks.find(({ name, result }) => name === 'path' && result === 'pass')?.detail;
    const names = path === undefined ? null : { taken: path, free: pathAfter(path, await taken()) };
    const view = { subject, reason, detail, checks, at, merged: true, names };
    return { subject, body: renderRefusal(view) };
  }
  if (!verdict.withdraws) return null;
  const subject = `withdrawal by #${pull} at ${commit}`;
  const { approval_sha256: approvalSha256, consumed, guard } = verdict.withdraws;
  const run = consumed && { runId: consumed.run_id, gate: consumed.gate, path: consumed.path };
  return { subject, body: renderTakenBack({ subject, approvalSha256, consumed: run, guard }) };
}
