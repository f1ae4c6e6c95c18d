// The queue carries hints, never facts: a job says "look at this", and what there is to do is read from the
// tables. So a job lost with its process costs nothing (start-up looks at everything again), and one run twice
// finds nothing left to do. Failed looks are tried again with growing delays.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { fromKysely } from 'pg-boss';
import type { StateConnection, Store } from './store.ts';

export const QUEUES = ['pull', 'run', 'publish', 'branch', 'kb', 'stamp'] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * Sends a hint. Inside a transaction it becomes visible only with that transaction's commit. Like hints fold into one, but
 * only into one that is due as soon: a fresh hint never waits for an old retry.
 */
export async function hint(
  store: Store,
  queue: QueueName,
  options: { key: string; via?: StateConnection; afterMs?: number },
) {
  const { key, via, afterMs } = options;
  const after = afterMs ? Math.max(1, Math.round(afterMs / 1000)) : 0;
  await store.boss.send(
    queue,
    { key },
    {
      singletonKey: after === 0 ? key : `${key} in ${after} s`,
      ...(via ? { db: fromKysely(via) } : {}),
      ...(after === 0 ? {} : { startAfter: after }),
    },
  );
}

/** The same for many at once, in one statement. */
export async function hintAll(store: Store, queue: QueueName, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await store.boss.insert(
    queue,
    keys.map((key) => ({ data: { key }, singletonKey: key })),
  );
}

/** How soon to ask again for what another process is looking at. */
const LEASE_RETRY_MS = 2_000;
const RETRY_DELAYS_MS = [2_000, 5_000, 15_000, 60_000, 300_000];

export interface Worker {
  look(key: string): Promise<void>;
  onError(error: unknown, context: { queue: QueueName; key: string; tries: number }): void;
}

/** Works a queue: one look at a time for each key in the whole deployment, by a lease. */
export async function workQueue(store: Store, queue: QueueName, worker: Worker): Promise<void> {
  const tries = new Map<string, number>();
  const looking = new Map<string, Promise<unknown>>();
  const look = async (key: string): Promise<void> => {
    try {
      await worker.look(key);
      tries.delete(key);
    } catch (error) {
      const tried = tries.get(key) ?? 0;
      const pauseMs = pauseIn(error);
      if (pauseMs !== undefined) {
        worker.onError(error, { queue, key, tries: tried });
        return hint(store, queue, { key, afterMs: pauseMs });
      }
      tries.set(key, tried + 1);
      worker.onError(error, { queue, key, tries: tried + 1 });
      const afterMs = RETRY_DELAYS_MS[Math.min(tried, RETRY_DELAYS_MS.length - 1)] ?? 300_000;
      await hint(store, queue, { key, afterMs });
    }
  };
  await store.boss.work<{ key: string }>(
    queue,
    { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2, batchSize: 1, localConcurrency: 4 },
    async ([job]) => {
      if (!job) return;
      const { key } = job.data;
      // Looks of this process at the same thing follow one another: a later hint may be about something that an earlier
      // look, still under way, has already passed.
      const before = looking.get(key) ?? Promise.resolve();
      const mine = before
        .catch(() => undefined)
        .then(() => withLease(store, `${queue}:${key}`, () => look(key)));
      looking.set(key, mine);
      const held = await mine;
      if (looking.get(key) === mine) looking.delete(key);
      if (!held) await hint(store, queue, { key, afterMs: LEASE_RETRY_MS });
    },
  );
}

/** A fault that names its pause is no failed try: what it tells of is known to pass, and when. */
function pauseIn(error: unknown): number | undefined {
  const pause = (error as { retryAfterMs?: unknown } | null)?.retryAfterMs;
  return typeof pause === 'number' ? pause : undefined;
}

/** A replica that has not renewed for so long is taken for dead; the log and the fence hold even where it was only slow. */
const LEASE_SECONDS = 3;
/** Nobody else can reach an embedded state, and its one thread may be busy for longer. */
const EXCLUSIVE_LEASE_SECONDS = 30;

function leaseSeconds({ exclusive }: Store): number {
  return exclusive ? EXCLUSIVE_LEASE_SECONDS : LEASE_SECONDS;
}

/**
 * Runs `body` while holding the named lease, renewed as long as it runs. Returns false when another holds it. What cannot be
 * given back runs out by itself: that is no fault of a body that has ended.
 */
export async function withLease(store: Store, name: string, body: () => Promise<void>): Promise<boolean> {
  const owner = randomUUID();
  if (!(await takeLease(store, name, owner))) return false;
  const renewal = setInterval(
    () => void takeLease(store, name, owner).catch(() => undefined),
    (leaseSeconds(store) * 1000) / 4,
  );
  try {
    await body();
    return true;
  } finally {
    clearInterval(renewal);
    const mine = store.database.deleteFrom('lease').where('name', '=', name).where('owner', '=', owner);
    await mine.execute().catch(() => undefined);
  }
}

// The database's clock decides, so that replicas whose clocks differ agree on who holds a lease.
async function takeLease(store: Store, name: string, owner: string): Promise<boolean> {
  const until = sql<Date>`now() + make_interval(secs => ${leaseSeconds(store)})`;
  const taken = await store.database
    .insertInto('lease')
    .values({ name, owner, until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ owner, until })
        .where((row) => row.or([row('lease.until', '<', sql<Date>`now()`), row('lease.owner', '=', owner)])),
    )
    .returning('name')
    .executeTakeFirst();
  return taken !== undefined;
}
