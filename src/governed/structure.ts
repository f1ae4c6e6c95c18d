// structural_verify: the document's tree, order and bytes rebuilt from the tables alone. Bodies are read in pages, so
// that a long document costs no more memory than a short one.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Sha256, sha256 } from '../digest/digest.ts';
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
  let position = 0;
  const structure = await readStructure(
    reader,
    { ...CUT_IN_PROGRESS, parameters: [runId, documentId] },
    (unit) => {
      const planned = change.rows[position];
      const difference = planned ? differenceOf(unit, planned) : 'is not in the plan';
      if (difference)
        throw new Stop('structure_mismatch', `unit ${unit.ordinal} (${unit.key}): ${difference}`);
      position += 1;
    },
  );
  const missing = change.rows[position];
  if (missing)
    throw new Stop('structure_mismatch', `unit ${missing.ordinal} (${missing.key}): is not in the tables`);
  if (structure.source_sha256 !== sourceSha256) {
    throw new Stop(
      'structure_mismatch',
      `the units in order have sha256 ${structure.source_sha256}, the source has ${sourceSha256}`,
    );
  }
  return structure;
}

const unitRow = z.object({
  ordinal: z.number().int(),
  key: z.string(),
  parent: z.string().nullable(),
  unit_kind: z.string(),
  section_type: z.string(),
  title: z.string(),
  body: z.string(),
});

type UnitRow = z.infer<typeof unitRow>;

function differenceOf(unit: UnitRow, planned: PlannedRow): string | undefined {
  for (const field of ['ordinal', 'key', 'parent', 'unit_kind', 'section_type', 'title'] as const) {
    if (unit[field] !== planned[field]) return `${field} is ${unit[field]}, planned is ${planned[field]}`;
  }
  const digest = sha256(unit.body);
  return digest === planned.sha256
    ? undefined
    : `its text has sha256 ${digest}, planned is ${planned.sha256}`;
}

/** Where a structure is read from; `ordinal` is the column that orders it, the parameters are those of `from`. */
interface StructureSource {
  readonly ordinal: string;
  readonly from: string;
}

/** The cut of an open write transaction, before its affected rows exist. Parameters: run, document. */
export const CUT_IN_PROGRESS: StructureSource = {
  ordinal: 'unit.cut_ordinal',
  from: `public.information_unit AS unit
    JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
    LEFT JOIN public.information_unit AS parent ON parent.id = unit.cut_parent_id
   WHERE unit.cut_run_id = $1 AND unit.document_id = $2`,
};

/** Any committed cut, for ever. Parameter: change set. */
export const RECORDED_CUT: StructureSource = {
  ordinal: 'affected.ordinal',
  from: `cutter_governance.cut_change_set_affected_row AS affected
    JOIN public.information_unit AS unit ON unit.id = affected.unit_id
    JOIN public.unit_version AS held ON held.id = affected.unit_version_id
    LEFT JOIN public.information_unit AS parent ON parent.id = affected.parent_unit_id
   WHERE affected.change_set_id = $1 AND affected.ordinal IS NOT NULL`,
};

/** What is in force. Parameter: document. */
export const ENACTED: StructureSource = {
  ordinal: 'unit.ordinal',
  from: `public.information_unit AS unit
    JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.status = 'enacted'
    LEFT JOIN public.information_unit AS parent ON parent.id = unit.parent_id
   WHERE unit.document_id = $1 AND unit.status = 'enacted'`,
};

const PAGE = 2000;

/** Rebuilds a structure in order; `look` sees each unit and may throw. */
export async function readStructure(
  reader: Reader,
  source: StructureSource & { readonly parameters: readonly unknown[] },
  look: (unit: UnitRow) => void = () => {},
): Promise<Structure> {
  const bytes = createHash('sha256');
  const tree = createHash('sha256');
  let units = 0;
  // A cursor: one plan for the whole reading. Pages by ordinal were planned anew on tables without statistics, and
  // cost 14 s for 100,000 units inside the write transaction.
  await reader.query(
    `DECLARE structure NO SCROLL CURSOR FOR
     SELECT ${source.ordinal} AS ordinal, unit.key, parent.key AS parent, held.unit_kind, held.section_type, held.title,
            held.body FROM ${source.from} ORDER BY ${source.ordinal}`,
    source.parameters,
  );
  for (;;) {
    const page = z.array(unitRow).parse(await reader.query(`FETCH ${PAGE} FROM structure`));
    for (const unit of page) {
      look(unit);
      bytes.update(unit.body);
      const { ordinal, key, parent, unit_kind, section_type, title, body } = unit;
      tree.update(
        `${JSON.stringify([ordinal, key, parent, unit_kind, section_type, title, sha256(body)])}\n`,
      );
    }
    units += page.length;
    if (page.length < PAGE) break;
  }
  await reader.query('CLOSE structure');
  return { units, source_sha256: bytes.digest('hex') as Sha256, tree_sha256: tree.digest('hex') as Sha256 };
}
