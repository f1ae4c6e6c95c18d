// What the operator hears of the bot at work, in its own log.
import type { Logger } from 'pino';
import { isRunId } from '../approval/run-id.ts';
import type { GitHubRefusal } from '../publish/forge.ts';
import { LostRace } from '../run/log.ts';
import { NotYet } from '../stop/deadline.ts';
import { waysToRewrite } from '../store/log-owner.ts';
import type { QueueName, Worker } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import type { LeaseWatcher } from '../store/takeover.ts';
import type { Counters } from './counters.ts';

interface Heard {
  readonly log: Logger;
  readonly counters: Counters;
}

/** Of a look that failed and is repeated; what another one was quicker with, or what is only early, is no failure. */
export function tellError({ log, counters }: Heard): Worker['onError'] {
  return (error, context) => {
    const at = { ...idOf(context.queue, context.key), ...context };
    if (error instanceof LostRace || error instanceof NotYet) {
      log.info(at, error.message);
      return;
    }
    counters.lookFailed(context.queue);
    log.error({ ...at, err: error }, 'a look failed and will be repeated');
  };
}

export function tellRefused(log: Logger) {
  return (refusal: GitHubRefusal, subject: string): void =>
    log.error({ subject, code: refusal.code }, refusal.message);
}

/** `look`: at everything, once the state is back. */
export function tellLeases({ log, counters }: Heard, look: () => Promise<void>): LeaseWatcher {
  return {
    onTaken({ queue, key }) {
      counters.takenOver(queue);
      log.warn({ ...idOf(queue, key), queue, key }, 'a replica is gone; its work is taken over');
    },
    onAway: (error) => log.error({ err: error }, 'the state database is away'),
    onBack() {
      log.warn('the state database is back: everything is looked at');
      void look();
    },
  };
}

function idOf(queue: QueueName, key: string): { run_id?: string } {
  return queue !== 'pull' && isRunId(key) ? { run_id: key } : {};
}

/** An embedded state has one role for everything: there is nothing to say of it. */
export async function tellRewritable(store: Store, log: Logger): Promise<void> {
  if (store.exclusive) return;
  const ways = await waysToRewrite(store);
  if (ways.length > 0)
    log.warn({ ways }, 'the log could be rewritten with this login: run `countersign state protect`');
}
