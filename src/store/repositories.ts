// The name under which the state knows a repository, by GitHub's id of it: it stays the same for ever, so that a rename, a
// transfer or another case of letters loses nothing of what was judged and published.
import type { Store } from './store.ts';

/** `names`: what it is called, and what the settings call it. */
export async function knownName(
  store: Store,
  { id, names }: { id: number; names: readonly string[] },
): Promise<string> {
  const known = await store.database
    .selectFrom('repository')
    .select('name')
    .where('id', '=', String(id))
    .executeTakeFirst();
  if (known) return known.name;
  const wanted = (await nameInUse(store, names)) ?? names[0] ?? '';
  // Another repository had that name here: what was judged and published there is not this one's.
  const taken = await store.database
    .selectFrom('repository')
    .select('id')
    .where('name', '=', wanted)
    .executeTakeFirst();
  const name = taken ? `${wanted}#${id}` : wanted;
  await store.database
    .insertInto('repository')
    .values({ id: String(id), name })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const { name: kept } = await store.database
    .selectFrom('repository')
    .select('name')
    .where('id', '=', String(id))
    .executeTakeFirstOrThrow();
  return kept;
}

/** How a state from before there were ids calls it: by one of these names, in whatever case of letters. */
async function nameInUse({ database }: Store, names: readonly string[]): Promise<string | undefined> {
  const row = await database
    .selectFrom('judgement')
    .select('repository')
    .where((judgement) =>
      judgement(
        judgement.fn<string>('lower', ['repository']),
        'in',
        names.map((name) => name.toLowerCase()),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  return row?.repository;
}
