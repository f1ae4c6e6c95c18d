// A replica that died leaves its leases behind, unrenewed. Whoever finds one that has run out has that looked at again, at
// once. pg-boss's own heartbeats cannot be shorter than ten seconds, and are judged by a monitor that comes round later.
import { sql } from 'kysely';
import { fromKysely } from 'pg-boss';
import { within } from '../stop/deadline.ts';
import { QUEUES, type QueueName } from './queue.ts';
import type { Store } from './store.ts';

const LOOK_EVERY_MS = 500;

export interface Takeover {
  readonly queue: QueueName;
  readonly key: string;
}

/** Takes over what the dead have left; each lease once, whichever replica comes first. */
export async function takeOver(store: Store): Promise<readonly Takeover[]> {
  return store.database.transaction().execute(async (transaction) => {
    const left = await transaction
      .deleteFrom('lease')
      .where('until', '<', sql<Date>`now()`)
      .returning('name')
      .execute();
    const taken = left.flatMap(({ name }) => takeoverOf(name));
    // Under a name of its own, so that it is not folded into a retry that waits for minutes.
    for (const { queue, key } of taken)
      await store.boss.send(
        queue,
        { key },
        { singletonKey: `${key} taken over`, db: fromKysely(transaction) },
      );
    return taken;
  });
}

function takeoverOf(lease: string): Takeover[] {
  const [queue, ...rest] = lease.split(':');
  const found = QUEUES.find((name) => name === queue);
  return found === undefined || rest.length === 0 ? [] : [{ queue: found, key: rest.join(':') }];
}

export interface LeaseWatcher {
  onTaken(taken: Takeover): void;
  /** The state cannot be asked; told once until it is back. */
  onAway(error: unknown): void;
  /** It can be asked again: whatever happened meanwhile is worth a look. */
  onBack(): void;
}

const ANSWER_MS = 15_000;

/** Does so for as long as the process lives. The returned function ends it. */
export function watchLeases(store: Store, { onTaken, onAway, onBack }: LeaseWatcher): () => void {
  let under = false;
  let away = false;
  const look = async (): Promise<void> => {
    try {
      const taken = await within(ANSWER_MS, 'looking for leases', () => takeOver(store));
      if (away) onBack();
      away = false;
      taken.forEach(onTaken);
    } catch (error) {
      if (!away) onAway(error);
      away = true;
    }
  };
  const timer = setInterval(() => {
    if (under) return;
    under = true;
    void look().finally(() => {
      under = false;
    });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
