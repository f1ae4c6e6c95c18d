// What the state says of itself in numbers, asked when somebody wants to know: replicas say the same, and a restart changes
// nothing. Cost follows what is open, apart from one count over the columns of all runs and one over the judgements.
import { sql } from 'kysely';
import type { MeasureKind } from './measures.ts';
import type { Store } from './store.ts';

export interface Named {
  readonly name: string;
  readonly n: number;
}

export interface Figures {
  /** By status. */
  readonly runs: readonly Named[];
  /** Of each kind of pause, and of holds, how long the oldest has lasted, in seconds. */
  readonly oldestPauses: readonly Named[];
  /** What is recorded of runs and not shown yet: entries, and the age of the oldest of them in seconds. */
  readonly unpublished: { readonly entries: number; readonly seconds: number };
  /** By queue: hints that nobody has taken, and how long the oldest has been due, in seconds. */
  readonly queued: readonly Named[];
  readonly queueAges: readonly Named[];
  /** What was given up: looks that nobody ended by queue, and what GitHub refuses to show by its code. */
  readonly failedJobs: readonly Named[];
  readonly refusedPublications: readonly Named[];
  /** Merged pull requests that were judged, by repository. */
  readonly judged: readonly Named[];
  readonly measures: readonly MeasureRow[];
}

export interface MeasureRow {
  readonly kind: MeasureKind;
  readonly name: string;
  readonly bucket: number;
  readonly times: number;
  readonly ms: number;
}

// One after the other: whoever asks gets one connection of the pool, and the runs keep the others.
export async function readFigures({ database }: Pick<Store, 'database'>): Promise<Figures> {
  const ask = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
    (await query.execute(database)).rows;
  const runs = await ask(sql<Named>`select status as name, count(*)::int as n from run_standing group by 1`);
  // A renewal may come behind the entry at which the run came to rest.
  const oldestPauses = await ask(sql<Named>`
    select status as name, max(greatest(0, extract(epoch from now() - rest.at)))::float8 as n
      from run_standing cross join lateral (
        select at from event where event.run_id = run_standing.run_id
           and entry ->> 'type' in ('phase_finished', 'stopped') order by seq desc limit 1) as rest
     where open and status <> 'RUNNING' and unreadable is null group by 1`);
  const [unpublished] = await ask(sql<Figures['unpublished']>`
    select coalesce(sum(run_standing.seq - published_seq), 0)::int as entries,
           coalesce(max(greatest(0, extract(epoch from now() - event.at))), 0)::float8 as seconds
      from run_standing left join event
        on event.run_id = run_standing.run_id and event.seq = published_seq + 1
     where published_seq < run_standing.seq`);
  const jobs = await ask(sql<{ name: string; waiting: number; age: number; failed: number }>`
    select name, count(*) filter (where state <> 'failed')::int as waiting,
           count(*) filter (where state = 'failed')::int as failed,
           coalesce(max(extract(epoch from now() - start_after))
             filter (where state <> 'failed' and start_after <= now()), 0)::float8 as age
      from pgboss.job where state in ('created', 'retry', 'failed') group by 1`);
  const refusedPublications = await ask(
    sql<Named>`select code as name, count(*)::int as n from refused_publication group by 1`,
  );
  const judged = await ask(
    sql<Named>`select repository as name, count(*)::int as n from judgement group by 1`,
  );
  const measures = await ask(sql<MeasureRow>`
    select kind, name, bucket, times::float8 as times, total_ms::float8 as ms from measure
     order by kind, name, bucket`);
  return {
    ...{ runs, oldestPauses, refusedPublications, judged, measures },
    unpublished: unpublished ?? { entries: 0, seconds: 0 },
    queued: jobs.map(({ name, waiting }) => ({ name, n: waiting })),
    queueAges: jobs.map(({ name, age }) => ({ name, n: age })),
    failedJobs: jobs.map(({ name, failed }) => ({ name, n: failed })),
  };
}
