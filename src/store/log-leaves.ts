// The leaves of the deployment's log. A leaf is kept with what it tells of, in the same transaction; its place in the log
// it gets once, when the log is published, and neither is ever changed.
import type { StateConnection, Store } from './store.ts';

export interface KeptLeaf {
  readonly line: string;
  /** Of a head: the envelope of its statement, byte for byte. */
  readonly statement: string | null;
}

export interface NewLeaf extends KeptLeaf {
  readonly subject: string;
}

/** Kept once for each subject: what was said of it first stands. Returns the number under which it is kept. */
export async function keepLeaf(
  connection: StateConnection,
  { subject, line, statement }: NewLeaf,
): Promise<number> {
  const kept = await connection
    .insertInto('log_leaf')
    .values({ subject, line, statement })
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .returning('id')
    .executeTakeFirst();
  const { id } =
    kept ??
    (await connection
      .selectFrom('log_leaf')
      .select('id')
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow());
  return id;
}

export async function keptLeaf(store: Store, subject: string): Promise<KeptLeaf | undefined> {
  return store.database
    .selectFrom('log_leaf')
    .select(['line', 'statement'])
    .where('subject', '=', subject)
    .executeTakeFirst();
}

/** A head of a run that has its place in the log, with the statement that was published with it. */
export interface StatedHead {
  readonly subject: string;
  readonly line: string;
  readonly statement: string;
}

/** The last of them below a place of the log, the newest first. */
export async function statedHeads(
  store: Store,
  { below, most }: { readonly below: number; readonly most: number },
): Promise<StatedHead[]> {
  const rows = await store.database
    .selectFrom('log_place')
    .innerJoin('log_leaf', 'log_place.leaf', 'log_leaf.id')
    .select(['subject', 'line', 'statement'])
    .where('place', '<', below)
    .where('statement', 'is not', null)
    .orderBy('place', 'desc')
    .limit(most)
    .execute();
  return rows.map(({ statement, ...row }) => ({ ...row, statement: statement ?? '' }));
}

/** The log as it would be published now: what has its place, and behind it what has none yet, in the order it was kept. */
export interface LogOrder {
  readonly lines: readonly string[];
  /** How many of them have their places for ever. */
  readonly placed: number;
  readonly ids: readonly number[];
}

export async function logOrder({ database }: Pick<Store, 'database'>): Promise<LogOrder> {
  const rows = await database
    .selectFrom('log_leaf')
    .leftJoin('log_place', 'log_place.leaf', 'log_leaf.id')
    .select(['id', 'line', 'place'])
    .orderBy('place', (order) => order.asc().nullsLast())
    .orderBy('id')
    .execute();
  return {
    lines: rows.map(({ line }) => line),
    ids: rows.map(({ id }) => id),
    placed: rows.filter(({ place }) => place !== null).length,
  };
}

/**
 * Keeps the places of an order, which a checkpoint is about to be signed over, and with them a head that comes behind it.
 * Safe to repeat. One publisher at a time.
 */
export async function keepPlaces(
  store: Store,
  { ids, placed }: LogOrder,
  { head = null }: { head?: NewLeaf | null } = {},
): Promise<void> {
  await store.database.transaction().execute(async (database) => {
    const all = head ? [...ids, await keepLeaf(database, head)] : ids;
    const rows = all.map((leaf, place) => ({ place, leaf })).slice(placed);
    if (rows.length > 0)
      await database
        .insertInto('log_place')
        .values(rows)
        .onConflict((conflict) => conflict.column('place').doNothing())
        .execute();
  });
}

/** Gives these lines the next places: what the log says already, and this state has forgotten. */
export async function adoptLeaves(store: Store, lines: readonly string[]): Promise<void> {
  await store.database.transaction().execute(async (database) => {
    const { placed } = await logOrder({ database });
    for (const [index, line] of lines.entries()) {
      const place = placed + index;
      const { id } = await database
        .insertInto('log_leaf')
        .values({ subject: `adopted at ${place}`, line, statement: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      await database.insertInto('log_place').values({ place, leaf: id }).execute();
    }
  });
}
