// What a governed database has of each run that has cut, to be held against the records.
import { z } from 'zod';
import type { Reader } from './database.ts';

const changeSet = z.object({
  run_id: z.string(),
  id: z.string(),
  document_id: z.string(),
  source_sha256: z.string(),
  cutplan_sha256: z.string(),
  enacted: z.boolean(),
  reverted: z.boolean(),
});

export type ChangeSet = z.infer<typeof changeSet>;

export async function readChangeSets(reader: Reader): Promise<ChangeSet[]> {
  const rows = await reader.query(
    `SELECT run_id, id::text AS id, document_id, source_sha256, cutplan_sha256,
            enacted_at IS NOT NULL AS enacted, reverted_at IS NOT NULL AS reverted
       FROM cutter_governance.cut_change_set WHERE recorded ORDER BY id`,
  );
  return z.array(changeSet).parse(rows);
}
