// The larger outputs of a run (the whole cut plan). The event log holds their digests.
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest.ts';
import type { Store } from './store.ts';

/** Keeps a larger output of a run. Kept again (a phase that is repeated), the newer one stands. */
export async function keepArtifact(
  store: Store,
  artifact: { runId: RunId; name: string; sha256: Sha256; content: string },
) {
  const { runId, name, sha256, content } = artifact;
  await store.database
    .insertInto('artifact')
    .values({ run_id: runId, name, sha256, content })
    .onConflict((conflict) => conflict.columns(['run_id', 'name']).doUpdateSet({ sha256, content }))
    .execute();
}

export async function artifacts(store: Store, runId: RunId): Promise<ReadonlyMap<string, string>> {
  const rows = await store.database
    .selectFrom('artifact')
    .select(['name', 'content'])
    .where('run_id', '=', runId)
    .execute();
  return new Map(rows.map(({ name, content }) => [name, content]));
}
