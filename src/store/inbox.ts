// The inbox of webhook deliveries: written down before they are answered, so that none is lost with the process.
import { hint } from './queue.ts';
import type { Store } from './store.ts';

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly action: string;
  readonly repository: string;
  readonly pull: number | null;
}

/** Writes the delivery down and hints at what it is about. Returns false when it was here before (a redelivery keeps its id). */
export async function receive(store: Store, delivery: Delivery, at: Date): Promise<boolean> {
  return store.database.transaction().execute(async (transaction) => {
    const fresh = await transaction
      .insertInto('delivery')
      .values({ ...delivery, received_at: at, processed_at: null })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!fresh) return false;
    if (delivery.pull !== null) await hint(store, 'pull', { key: String(delivery.pull), via: transaction });
    if (delivery.event === 'push')
      await hint(store, 'branch', { key: delivery.repository, via: transaction });
    return true;
  });
}

/** To be called after a look at the pull request, with the instant at which that look began. */
export async function markProcessed(store: Store, pull: number, lookedAt: Date): Promise<void> {
  await store.database
    .updateTable('delivery')
    .set({ processed_at: lookedAt })
    .where('pull', '=', pull)
    .where('processed_at', 'is', null)
    .where('received_at', '<=', lookedAt)
    .execute();
}

/** Pull requests whose deliveries no look has answered yet. */
export async function unprocessedPulls(store: Store): Promise<number[]> {
  const rows = await store.database
    .selectFrom('delivery')
    .select('pull')
    .distinct()
    .where('processed_at', 'is', null)
    .where('pull', 'is not', null)
    .execute();
  return rows.flatMap(({ pull }) => (pull === null ? [] : [pull]));
}

/** Whether a delivery with this action, received since then, waits for its look. */
export async function isTold(
  store: Store,
  { pull, action, since }: { pull: number; action: string; since: Date },
): Promise<boolean> {
  const row = await store.database
    .selectFrom('delivery')
    .select('id')
    .where('pull', '=', pull)
    .where('action', '=', action)
    .where('processed_at', 'is', null)
    .where('received_at', '>=', since)
    .executeTakeFirst();
  return row !== undefined;
}
