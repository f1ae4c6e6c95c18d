// Snapshots of the governed database (design section 5): the document of a run is recomputed from its rows, every other one
// stands by its head, which the guarded functions alone move (schema/writers/056). Two are compared in drift.ts.
import { z } from 'zod';
import { sha256Schema as digest } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { Reader } from './database.ts';

const count = z.number().int().nonnegative();
const counts = {
  ...{
    draft_units: count,
    enacted_units: count,
    retired_units: count,
    draft_versions: count,
    versions: count,
  },
  ...{ lifecycle_log: count, change_sets: count, verify_results: count },
};

export const snapshotSchema = z.strictObject({
  document_id: z.string(),
  /** As its rows have it. */
  document: z.strictObject({ ...counts, sha256: digest }),
  /** All others together, as their heads have them; the digest is of their heads. */
  others: z.strictObject({ documents: count, ...counts, sha256: digest }),
  /** The newest move of any head. */
  move: count,
  /** Others that runs or a baseline have moved since the snapshot that this one is compared with. */
  moved: z.array(z.string()),
  /** Transactions that wrote past the guarded functions, ever. */
  hand_writes: count,
  /** Others whose rows are not what their head says, with the digest of what they are. */
  unlike_heads: z.array(z.strictObject({ document_id: z.string(), sha256: digest })),
});

export type Snapshot = z.infer<typeof snapshotSchema>;

/** As runs have it in their logs, which are read for ever: those from before there were heads have another form. */
export const recordedSnapshot = z.union([
  snapshotSchema,
  z.looseObject({ document_id: z.string(), other_documents: z.looseObject({}) }),
]);

export type RecordedSnapshot = z.infer<typeof recordedSnapshot>;

export function isComparable(snapshot: RecordedSnapshot): snapshot is Snapshot {
  return snapshotSchema.safeParse(snapshot).success;
}

/** Throws Stop `count_drift` for one of the earlier form, with which nothing that is there now can be compared. */
export function comparable(snapshot: RecordedSnapshot): Snapshot {
  if (isComparable(snapshot)) return snapshot;
  throw new Stop('count_drift', 'the counts before this run were taken down by an earlier version');
}

const SUMS = Object.keys(counts).map((name) => `'${name}', coalesce(sum(head.${name}), 0)`);

const SNAPSHOT = `
  SELECT $1::text AS document_id,
         (SELECT to_jsonb(one) FROM cutter_governance.account_of($1) AS one) AS document,
         (SELECT jsonb_build_object('documents', count(*), ${SUMS.join(', ')}, 'sha256', encode(sha256(convert_to(
                   coalesce(string_agg(ROW(head.*)::text, E'\\n' ORDER BY head.move), ''), 'UTF8')), 'hex'))
            FROM cutter_governance.document_head AS head WHERE head.document_id <> $1) AS others,
         (SELECT coalesce(max(move), 0)::integer FROM cutter_governance.document_head) AS move,
         (SELECT coalesce(jsonb_agg(head.document_id ORDER BY head.move), '[]')
            FROM cutter_governance.document_head AS head WHERE head.document_id <> $1 AND head.move > $2) AS moved,
         (SELECT count(*)::integer FROM cutter_governance.hand_write) AS hand_writes`;

const UNLIKE_HEADS = `
  SELECT document_id, sha256 FROM cutter_governance.documents_unlike_heads()
   WHERE document_id <> $1 ORDER BY document_id COLLATE "C"`;

/** Of the moves of a bigint column: nothing has moved since then. */
const NEVER = '9223372036854775807';

/**
 * One consistent view of the governed database, to be compared with `before`. Only where somebody has written by hand
 * since then, or ever where there is none, are the rows of the other documents read as well.
 */
export async function takeSnapshot(
  reader: Reader,
  { documentId, before }: { readonly documentId: string; readonly before?: Snapshot },
): Promise<Snapshot> {
  const [snapshot] = z
    .tuple([snapshotSchema.omit({ unlike_heads: true })])
    .parse(await reader.query(SNAPSHOT, [documentId, before?.move ?? NEVER]));
  const known = before ?? { hand_writes: 0, unlike_heads: [] };
  if (snapshot.hand_writes === known.hand_writes) return { ...snapshot, unlike_heads: known.unlike_heads };
  const unlike = await reader.query(UNLIKE_HEADS, [documentId]);
  return snapshotSchema.parse({ ...snapshot, unlike_heads: unlike });
}
