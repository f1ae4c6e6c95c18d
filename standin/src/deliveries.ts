// Webhook deliveries: signed over the exact bytes sent, made in the background, never repeated unless asked.
// GitHub waits ten seconds for an answer and keeps the delivery's id when it is made again.
import { createHmac, randomUUID } from 'node:crypto';

const TIMEOUT_MS = 10_000;

export interface Delivery {
  /** The X-GitHub-Delivery header: the same for every attempt. */
  readonly id: string;
  /** Numbers the attempt, as the hook deliveries API does. */
  readonly attemptId: number;
  readonly event: string;
  readonly action: string | undefined;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  readonly durationMs: number;
  /** The receiver's status; undefined when it could not be reached or did not answer in time. */
  readonly status: number | undefined;
  /** What the receiver answered, or why there is no answer. */
  readonly responseBody: string;
  readonly payload: string;
}

interface Parcel {
  readonly id: string;
  readonly event: string;
  readonly action: string | undefined;
  readonly payload: string;
}

export interface Courier {
  send(parcel: { event: string; action: string | undefined; payload: unknown }): void;
  redeliver(id: string): Promise<void>;
  deliveries(): readonly Delivery[];
  /** Resolves when nothing is under way, also nothing that began meanwhile. */
  settled(): Promise<void>;
  setUrl(url: string | null): void;
  /** Gives up what is under way. */
  close(): void;
}

export interface CourierOptions {
  readonly url: string | null;
  readonly secret: string;
  readonly appId: number;
  readonly clock: () => Date;
}

export function openCourier(options: CourierOptions): Courier {
  let { url } = options;
  const made: Delivery[] = [];
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();
  let attempts = 0;

  const deliver = (parcel: Parcel, redelivery: boolean): Promise<void> => {
    attempts += 1;
    const attempt = { ...parcel, attemptId: attempts, redelivery, deliveredAt: options.clock() };
    const target = url;
    const work = (async () => {
      const answer = await post(target, { parcel, options, signal: stop.signal });
      made.push({ ...attempt, ...answer });
    })();
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };

  return {
    send({ event, action, payload }) {
      const parcel = { id: randomUUID(), event, action, payload: JSON.stringify(payload) };
      void deliver(parcel, false);
    },
    async redeliver(id) {
      const parcel = made.find((delivery) => delivery.id === id);
      if (!parcel) throw new RangeError(`no delivery has the id ${id}`);
      const { event, action, payload } = parcel;
      await deliver({ id, event, action, payload }, true);
    },
    deliveries: () => [...made],
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    setUrl(next) {
      url = next;
    },
    close: () => stop.abort(),
  };
}

type Answer = Pick<Delivery, 'status' | 'responseBody' | 'durationMs'>;

async function post(
  url: string | null,
  { parcel, options, signal }: { parcel: Parcel; options: CourierOptions; signal: AbortSignal },
): Promise<Answer> {
  const startedAt = performance.now();
  const end = (status: number | undefined, responseBody: string): Answer => ({
    status,
    responseBody,
    durationMs: Math.round(performance.now() - startedAt),
  });
  if (url === null) return end(undefined, 'no webhook address is set');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: writeHeaders(parcel, options),
      body: parcel.payload,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return end(response.status, await response.text());
  } catch (error) {
    return end(undefined, error instanceof Error ? error.message : String(error));
  }
}

function writeHeaders(parcel: Parcel, { secret, appId }: CourierOptions): Record<string, string> {
  const digest = createHmac('sha256', secret).update(parcel.payload).digest('hex');
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/standin',
    'x-github-event': parcel.event,
    'x-github-delivery': parcel.id,
    'x-github-hook-id': String(appId),
    'x-github-hook-installation-target-id': String(appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature-256': `sha256=${digest}`,
  };
}
