// What is counted of all that ever happened: how long phases took, what runs were held by, how approvals were judged. Kept in
// the transaction of what is counted, so that reading it folds no log, replicas agree, and a restart loses nothing.
import { sql } from 'kysely';
import type { RunEvent } from '../run/events.ts';
import type { StateConnection } from './store.ts';

/** Upper bounds in milliseconds: a phase takes milliseconds in a small document, minutes where a backup is dumped. */
export const PHASE_BOUNDS_MS: readonly number[] = [
  10, 50, 100, 500, 1_000, 5_000, 15_000, 60_000, 300_000, 900_000,
];

export type MeasureKind = 'phase' | 'stop' | 'admission';

interface Measure {
  readonly kind: MeasureKind;
  /** The phase, the code of the STOP, or what was judged: always of a closed list. */
  readonly name: string;
  readonly ms?: number;
}

/** In the transaction that appends the entry. */
export async function measureEvent(connection: StateConnection, event: RunEvent): Promise<void> {
  if (event.type === 'phase_finished')
    await measure(connection, { kind: 'phase', name: event.phase, ms: event.duration_ms });
  if (event.type === 'stopped') await measure(connection, { kind: 'stop', name: event.code });
}

export async function measure(connection: StateConnection, { kind, name, ms = 0 }: Measure): Promise<void> {
  const found = PHASE_BOUNDS_MS.findIndex((bound) => ms <= bound);
  const bucket = found === -1 ? PHASE_BOUNDS_MS.length : found;
  await sql`
    insert into measure (kind, name, bucket, times, total_ms) values (${kind}, ${name}, ${bucket}, 1, ${ms})
    on conflict (kind, name, bucket) do update
      set times = measure.times + 1, total_ms = measure.total_ms + excluded.total_ms`.execute(connection);
}

/** Counted again from the logs and the judgements. Whoever appends meanwhile waits for its end. */
export async function rebuildMeasures(connection: StateConnection): Promise<void> {
  const bounds = sql.raw(`array[${PHASE_BOUNDS_MS.join(',')}]::bigint[]`);
  await sql`lock table measure in share row exclusive mode`.execute(connection);
  await sql`delete from measure`.execute(connection);
  // width_bucket counts the bounds that are not above; a bound itself still belongs below it.
  await sql`
    insert into measure (kind, name, bucket, times, total_ms)
    select 'phase', name, width_bucket(ms - 1, ${bounds}), count(*), sum(ms)
      from (select entry ->> 'phase' as name, (entry ->> 'duration_ms')::bigint as ms
              from event where entry ->> 'type' = 'phase_finished') as finished
     group by 2, 3
    union all
    select 'stop', entry ->> 'code', 0, count(*), 0 from event where entry ->> 'type' = 'stopped' group by 2
    union all
    select 'admission', coalesce(verdict ->> 'reason', 'accepted'), 0, count(*), 0 from judgement group by 2`.execute(
    connection,
  );
}
