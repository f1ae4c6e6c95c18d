// Looks at the default branch whenever it has moved, and tells people of what came past the pull requests.
import type { Logger } from 'pino';
import type { Repository } from '../github/repository.ts';
import { lookAtBranch } from '../intake/pushes.ts';
import type { OutboxPorts } from '../publish/outbox.ts';
import { publishPushAlert } from '../publish/push-alert.ts';
import { type Worker, workQueue } from '../store/queue.ts';

interface Watch extends OutboxPorts {
  readonly repository: Repository;
  readonly reviewers: readonly string[];
  readonly log: Logger;
  readonly onError: Worker['onError'];
}

export async function watchBranch({ log, onError, ...ports }: Watch): Promise<void> {
  const { repository, store } = ports;
  await workQueue(store, 'branch', {
    onError,
    look: () =>
      lookAtBranch({
        ...{ forge: repository, store },
        async alert(alert) {
          const { by, before, after, forced } = alert.push;
          log.warn(
            { by, before, after, forced },
            'a push past the pull requests touches approvals/ or runs/',
          );
          await publishPushAlert(alert, ports);
        },
      }),
  });
}
