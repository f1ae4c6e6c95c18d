// structural_verify: the document's tree, order and bytes rebuilt from the tables alone, by the server, so that no text
// travels back and a long document costs no more memory than a short one.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import type { ChangePlan, PlannedRow } from '../plan/change.ts';
import { Stop } from '../stop/stop.ts';
import type { Reader } from './database.ts';

export interface Structure {
  readonly units: number;
  /** Of all bodies in order: the source's own digest when the cut is lossless. */
  readonly source_sha256: Sha256;
  /** Of one line `[ordinal,key,parent,unit_kind,section_type,title,sha256]` in JSON for each unit. */
  readonly tree_sha256: Sha256;
}

export interface StructureOptions {
  readonly runId: string;
  readonly documentId: string;
  readonly sourceSha256: Sha256;
  readonly change: ChangePlan;
}

/** Inside the write transaction, before leg B. Throws Stop `structure_mismatch` naming the first unit that differs. */
export async function verifyStructure(reader: Reader, options: StructureOptions): Promise<Structure> {
  const { runId, documentId, sourceSha256, change } = options;
  const source = { ...CUT_IN_PROGRESS, parameters: [runId, documentId] };
  const structure = await readStructure(reader, source);
  if (structure.tree_sha256 !== treeOf(change.rows)) {
    const difference = differenceBetween(await readTree(reader, source), change.rows);
    throw new Stop('structure_mismatch', difference ?? 'the tree in the tables is not the planned one');
  }
  if (structure.source_sha256 !== sourceSha256) {
    throw new Stop(
      'structure_mismatch',
      `the units in order have sha256 ${structure.source_sha256}, the source has ${sourceSha256}`,
    );
  }
  return structure;
}

/** `tree_sha256` as the rows of a plan give it. */
export function treeOf(
  rows: Iterable<
    Pick<PlannedRow, 'ordinal' | 'key' | 'parent' | 'unit_kind' | 'section_type' | 'title' | 'sha256'>
  >,
): Sha256 {
  const tree = createHash('sha256');
  for (const { ordinal, key, parent, unit_kind, section_type, title, sha256 } of rows) {
    tree.update(`${JSON.stringify([ordinal, key, parent, unit_kind, section_type, title, sha256])}\n`);
  }
  return tree.digest('hex') as Sha256;
}

const treeRow = z.object({
  ordinal: z.number().int(),
  key: z.string(),
  parent: z.string().nullable(),
  unit_kind: z.string(),
  section_type: z.string(),
  title: z.string(),
  sha256: z.string(),
});

type TreeRow = z.infer<typeof treeRow>;

function differenceBetween(found: readonly TreeRow[], planned: readonly PlannedRow[]): string | undefined {
  for (const [index, unit] of found.entries()) {
    const row = planned[index];
    const named = `unit ${unit.ordinal} (${unit.key})`;
    if (!row) return `${named}: is not in the plan`;
    for (const field of ['ordinal', 'key', 'parent', 'unit_kind', 'section_type', 'title'] as const) {
      if (unit[field] !== row[field]) return `${named}: ${field} is ${unit[field]}, planned is ${row[field]}`;
    }
    if (unit.sha256 !== row.sha256)
      return `${named}: its text has sha256 ${unit.sha256}, planned is ${row.sha256}`;
  }
  const missing = planned[found.length];
  return missing && `unit ${missing.ordinal} (${missing.key}): is not in the tables`;
}

/**
 * Where a structure is read from; the parameters are those of `from`. Versions and parents are looked up one by one, which
 * LATERAL with OFFSET keeps the planner to: statistics from before a status changed tell it that there is a single row,
 * and for that one it reads every other again and again.
 */
interface StructureSource {
  /** What orders it. */
  readonly ordinal: string;
  /** The column with the address of a unit and of its parent. */
  readonly key: 'key' | 'cut_key';
  readonly from: string;
}

/** The cut of an open write transaction, by the places that its units have now. Parameters: run, document. */
export const CUT_IN_PROGRESS: StructureSource = {
  ...{ ordinal: 'unit.cut_ordinal', key: 'cut_key' },
  from: `public.information_unit AS unit
    CROSS JOIN LATERAL (SELECT one.* FROM public.unit_version AS one
      WHERE one.unit_id = unit.id AND one.version = unit.cut_version OFFSET 0) AS held
    LEFT JOIN LATERAL (SELECT one.* FROM public.information_unit AS one
      WHERE one.id = unit.cut_parent_id OFFSET 0) AS parent ON true
   WHERE unit.cut_run_id = $1 AND unit.document_id = $2`,
};

/** Any committed cut, for ever. Parameter: change set. */
export const RECORDED_CUT: StructureSource = {
  ...{ ordinal: 'unit.ordinal', key: 'key' },
  from: `cutter_governance.cut_change_set_affected_row AS unit
    CROSS JOIN LATERAL (SELECT one.* FROM public.unit_version AS one
      WHERE one.id = unit.unit_version_id OFFSET 0) AS held
    LEFT JOIN LATERAL (SELECT one.* FROM cutter_governance.cut_change_set_affected_row AS one
      WHERE one.change_set_id = unit.change_set_id AND one.unit_id = unit.parent_unit_id OFFSET 0) AS parent ON true
   WHERE unit.change_set_id = $1 AND unit.ordinal IS NOT NULL`,
};

/** What is in force. Parameter: document. */
export const ENACTED: StructureSource = {
  ...{ ordinal: 'unit.ordinal', key: 'key' },
  from: `public.information_unit AS unit
    CROSS JOIN LATERAL (SELECT one.* FROM public.unit_version AS one
      WHERE one.unit_id = unit.id AND one.status = 'enacted' OFFSET 0) AS held
    LEFT JOIN LATERAL (SELECT one.* FROM public.information_unit AS one
      WHERE one.id = unit.parent_id OFFSET 0) AS parent ON true
   WHERE unit.document_id = $1 AND unit.lifecycle_status = 'enacted'`,
};

type Placed = StructureSource & { readonly parameters: readonly unknown[] };

const structureRow = z.object({
  units: z.number().int(),
  source_sha256: sha256Schema,
  tree_sha256: sha256Schema,
});

// The digest of a body is computed from the body, not read from beside it. Only the last of the texts that to_json writes
// differently from JSON.stringify, U+2028 and U+2029 unescaped by both, could matter here, and neither does.
export async function readStructure(
  reader: Reader,
  { ordinal, key, from, parameters }: Placed,
): Promise<Structure> {
  const rows = await reader.query(
    `SELECT count(*)::integer AS units,
            encode(sha256(coalesce(string_agg(convert_to(body, 'UTF8'), '' ORDER BY ordinal), '')), 'hex') AS source_sha256,
            encode(sha256(convert_to(coalesce(string_agg(line || E'\\n', '' ORDER BY ordinal), ''), 'UTF8')), 'hex') AS tree_sha256
       FROM (
         SELECT ${ordinal} AS ordinal, held.body,
                '[' || ${ordinal} || ',' || to_json(unit.${key}) || ',' || coalesce(to_json(parent.${key})::text, 'null') || ','
                || to_json(held.unit_kind) || ',' || to_json(held.section_type) || ',' || to_json(held.title) || ','
                || to_json(encode(sha256(convert_to(held.body, 'UTF8')), 'hex')) || ']' AS line
           FROM ${from}) AS placed`,
    parameters,
  );
  return z.tuple([structureRow]).parse(rows)[0];
}

/** Without the texts: to name the first unit that differs. */
async function readTree(reader: Reader, { ordinal, key, from, parameters }: Placed): Promise<TreeRow[]> {
  const rows = await reader.query(
    `SELECT ${ordinal} AS ordinal, unit.${key} AS key, parent.${key} AS parent, held.unit_kind, held.section_type, held.title, held.sha256
       FROM ${from} ORDER BY ${ordinal}`,
    parameters,
  );
  return z.array(treeRow).parse(rows);
}
