// Snapshots of the governed database (design section 5): the document of a run is recomputed from its rows, every other one
// stands by its head, which the guarded functions alone move (schema/writers/056). Two are compared in drift.ts.
import { z } from 'zod';
import { sha256Schema as digest } from '../digest/digest.ts';
import type { Reader } from './database.ts';

const count = z.number().int().nonnegative();
const unitCounts = z.strictObject({ draft: count, enacted: count, retired: count });
const versionCounts = z.strictObject({ draft: count, enacted: count, superseded: count, retired: count });
const account = z.strictObject({
  ...{ units: unitCounts, versions: versionCounts, lifecycle_log: count },
  ...{ change_sets: count, verify_results: count, sha256: digest },
});

export const snapshotSchema = z.strictObject({
  document_id: z.string(),
  /** As its rows have it. */
  document: account,
  /** As their heads have them, in the order of their ids; `moves` counts what runs and baselines have done to one. */
  others: z.array(account.extend({ document_id: z.string(), moves: count })),
  /** Transactions that wrote past the guarded functions, ever. */
  hand_writes: count,
  /** Other documents whose rows are not what their head says, with the digest of what they are. */
  unlike_heads: z.array(z.strictObject({ document_id: z.string(), sha256: digest })),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type Account = z.infer<typeof account>;

const SNAPSHOT = `
  SELECT $1::text AS document_id,
         (SELECT to_jsonb(one) FROM cutter_governance.account_of($1) AS one) AS document,
         (SELECT coalesce(jsonb_agg(to_jsonb(head) ORDER BY head.document_id COLLATE "C"), '[]')
            FROM cutter_governance.document_head AS head WHERE head.document_id <> $1) AS others,
         (SELECT count(*)::integer FROM cutter_governance.hand_write) AS hand_writes`;

const UNLIKE_HEADS = `
  SELECT document_id, sha256 FROM cutter_governance.documents_unlike_heads()
   WHERE document_id <> $1 ORDER BY document_id COLLATE "C"`;

/**
 * One consistent view of the governed database. Only where somebody has written by hand since `before`, or ever where
 * there is none, are the other documents read as well.
 */
export async function takeSnapshot(
  reader: Reader,
  { documentId, before }: { readonly documentId: string; readonly before?: Snapshot },
): Promise<Snapshot> {
  const [snapshot] = z
    .tuple([snapshotSchema.omit({ unlike_heads: true })])
    .parse(await reader.query(SNAPSHOT, [documentId]));
  const known = before ?? { hand_writes: 0, unlike_heads: [] };
  if (snapshot.hand_writes === known.hand_writes) return { ...snapshot, unlike_heads: known.unlike_heads };
  const unlike = await reader.query(UNLIKE_HEADS, [documentId]);
  return snapshotSchema.parse({ ...snapshot, unlike_heads: unlike });
}
