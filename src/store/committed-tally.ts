// What all runs have committed, as sums that are kept with the events: to hold the governed database against every run that
// ever was costs the reading of three rows. Nothing that is committed becomes uncommitted, so the sums only grow.
import { sql } from 'kysely';
import type { StateConnection, Store } from './store.ts';

interface Has {
  readonly run_id: string;
  readonly has_cut: boolean;
  readonly has_enacted: boolean;
  readonly has_reverted: boolean;
}

/** What a run adds to a sum. The governed database sums the same numbers; a test holds that the two agree. */
const NUMBER_OF_RUN = `('x' || encode(substr(sha256(convert_to(run_id, 'UTF8')), 1, 7), 'hex'))::bit(56)::bigint`;

const KINDS = ['cut', 'enacted', 'reverted'] as const;

/** In the transaction that writes the columns of the run. */
export async function addToTally(
  connection: StateConnection,
  { before, now }: { before: Omit<Has, 'run_id'> | undefined; now: Has },
): Promise<void> {
  for (const kind of KINDS) {
    if (!now[`has_${kind}`] || before?.[`has_${kind}`]) continue;
    await sql`
      update committed_tally set runs = runs + 1, total = total + number
        from (select ${sql.raw(NUMBER_OF_RUN)} as number from (select ${now.run_id}::text as run_id) as named) as one
       where kind = ${kind}`.execute(connection);
  }
}

/** From the columns of all runs, while nobody else writes them. */
export async function rebuildTally(connection: StateConnection): Promise<void> {
  for (const kind of KINDS)
    await sql`
      insert into committed_tally (kind, runs, total)
      select ${kind}, count(*), coalesce(sum(${sql.raw(NUMBER_OF_RUN)}), 0)
        from run_standing where ${sql.id(`has_${kind}`)}
      on conflict (kind) do update set runs = excluded.runs, total = excluded.total`.execute(connection);
}

/** As many runs, and the same ones, as the governed database says by the same sums. */
export async function committedTally(
  store: Pick<Store, 'database'>,
): Promise<Record<(typeof KINDS)[number], string>> {
  const { rows } = await sql<{ kind: string; said: string }>`
    select kind, runs || ':' || total as said from committed_tally`.execute(store.database);
  const said = new Map(rows.map((row) => [row.kind, row.said]));
  const of = (kind: string): string => said.get(kind) ?? '0:0';
  return { cut: of('cut'), enacted: of('enacted'), reverted: of('reverted') };
}
