// The larger outputs of a run (the whole cut plan). The event log holds their digests.
import type { RunId } from '../approval/run-id.ts';
import { type Sha256, sha256 } from '../digest/digest.ts';
import type { Store } from './store.ts';

export interface Artifact {
  readonly runId: RunId;
  readonly name: string;
  readonly content: string;
}

/** Keeps a larger output of a run and returns its digest. Kept again (a phase that is repeated), the newer one stands. */
export async function keepArtifact(store: Store, { runId, name, content }: Artifact): Promise<Sha256> {
  const digest = sha256(content);
  await store.database
    .insertInto('artifact')
    .values({ run_id: runId, name, sha256: digest, content })
    .onConflict((conflict) => conflict.columns(['run_id', 'name']).doUpdateSet({ sha256: digest, content }))
    .execute();
  return digest;
}

/** One of them. A long plan is tens of megabytes: whoever needs another reads that one alone. */
export async function artifact(
  store: Store,
  { runId, name }: { readonly runId: RunId; readonly name: string },
): Promise<string | undefined> {
  const row = await store.database
    .selectFrom('artifact')
    .select('content')
    .where('run_id', '=', runId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.content;
}

export async function artifacts(store: Store, runId: RunId): Promise<ReadonlyMap<string, string>> {
  const rows = await store.database
    .selectFrom('artifact')
    .select(['name', 'content'])
    .where('run_id', '=', runId)
    .execute();
  return new Map(rows.map(({ name, content }) => [name, content]));
}
