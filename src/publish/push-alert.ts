// One issue for each push past the pull requests that touches approvals or records.
import { sha256 } from '../digest/digest.ts';
import type { PushAlert } from '../intake/pushes.ts';
import { renderPushAlert } from '../report/push-alert.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';

export interface PushAlertPorts extends OutboxPorts {
  readonly reviewers: readonly string[];
}

/** Throws when GitHub gave no answer. That it refuses the issue is told to the operator. */
export async function publishPushAlert({ push, touched }: PushAlert, ports: PushAlertPorts): Promise<void> {
  const subject = `push ${push.id} to ${push.after}`;
  const { reviewers, repository } = ports;
  const outbox = openOutbox(ports);
  await outbox.send({
    subject,
    sha256: sha256(subject),
    async put() {
      const issue = renderPushAlert({ subject, ...push, touched, reviewers });
      return String(await repository.upsertIssue({ ...issue, assignees: reviewers }));
    },
  });
  outbox.close();
}
