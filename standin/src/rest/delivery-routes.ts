// The hook deliveries API, by which an app finds what it missed and asks for it again.
import type { components } from '@octokit/openapi-types';
import type { Courier, Delivery } from '../deliveries.ts';
import { notFound } from './refusal.ts';
import { type Call, numericParameter, type Route, route } from './route.ts';
import { showInstant } from './shapes.ts';

type Schemas = components['schemas'];

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 100;

export function deliveryRoutes(courier: Courier): readonly Route[] {
  const find = (call: Call): Delivery => {
    const id = numericParameter(call, 'id');
    const found = courier.deliveries().find(({ attemptId }) => attemptId === id);
    if (!found) throw notFound();
    return found;
  };
  return [
    route('GET /app/hook/deliveries', 'app', async (call) => {
      const newest = courier.deliveries().toSorted((one, other) => other.attemptId - one.attemptId);
      return listFrom(call, newest);
    }),
    route('GET /app/hook/deliveries/{id}', 'app', async (call) => {
      const delivery = find(call);
      const request = { headers: {}, payload: JSON.parse(delivery.payload) };
      const response = { headers: {}, payload: delivery.responseBody };
      return { status: 200, body: { ...showDelivery(delivery), request, response } };
    }),
    route('POST /app/hook/deliveries/{id}/attempts', 'app', async (call) => {
      void courier.redeliver(find(call).id);
      return { status: 202, body: {} };
    }),
  ];
}

/** Newest first; the cursor is the attempt the page begins with. */
function listFrom(call: Call, newest: readonly Delivery[]) {
  const size = Math.min(Number(call.query.get('per_page') ?? DEFAULT_SIZE) || DEFAULT_SIZE, LARGEST_SIZE);
  const cursor = Number(call.query.get('cursor') ?? Number.MAX_SAFE_INTEGER);
  const rest = newest.filter(({ attemptId }) => attemptId <= cursor);
  const next = rest[size];
  const headers: Record<string, string> = {};
  if (next) {
    const query = new URLSearchParams(call.query);
    query.set('cursor', String(next.attemptId));
    headers['link'] = `<${call.pageUrl}?${query}>; rel="next"`;
  }
  return { status: 200, headers, body: rest.slice(0, size).map(showDelivery) };
}

function showDelivery(delivery: Delivery) {
  const ok = delivery.status !== undefined && delivery.status < 300;
  return {
    id: delivery.attemptId,
    guid: delivery.id,
    delivered_at: showInstant(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: ok ? 'OK' : delivery.status === undefined ? 'failed to connect to host' : 'Invalid HTTP Response',
    status_code: delivery.status ?? 0,
    event: delivery.event,
    action: delivery.action ?? null,
    installation_id: null,
    repository_id: null,
  } satisfies Schemas['hook-delivery-item'];
}
