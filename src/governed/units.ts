// The living units of a document as the newest cut left them, in the form that a new plan is held against.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import type { PlanRow } from '../document/plan.ts';
import { GRANULARITIES, SECTION_TYPES, UNIT_KINDS } from '../document/unit.ts';
import type { ExistingUnit } from '../plan/change.ts';
import { unsettledUnits } from '../plan/identity/match.ts';
import { Stop } from '../stop/stop.ts';
import type { Reader } from './database.ts';

/** An identity column's value. It is a string everywhere outside the database: bigint has no JSON form. */
export const id = z.string().regex(/^[1-9][0-9]*$/, 'is not an id');

const unitRow = z.object({
  key: z.string(),
  parent: z.string().nullable(),
  ordinal: z.number().int(),
  title: z.string(),
  num: z.string().nullable(),
  heading: z.string().nullable(),
  unit_kind: z.enum(UNIT_KINDS),
  section_type: z.enum(SECTION_TYPES),
  sha256: sha256Schema,
  status: z.enum(['draft', 'enacted']),
  stranded: z.boolean(),
});

/** Retired units are not among them: a key that comes back is created anew. Throws Stop `address_shared`. */
export async function readUnits(reader: Reader, documentId: string): Promise<ExistingUnit[]> {
  const rows = await reader.query(
    `SELECT unit.cut_key AS key, parent.cut_key AS parent, unit.cut_ordinal AS ordinal, held.title, held.num, held.heading,
            held.unit_kind, held.section_type, held.sha256, unit.lifecycle_status AS status,
            held.status = 'draft' AND EXISTS (
              SELECT FROM cutter_governance.run_closed WHERE run_closed.run_id = unit.cut_run_id) AS stranded
       FROM public.information_unit AS unit
       JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
       LEFT JOIN public.information_unit AS parent ON parent.id = unit.cut_parent_id
      WHERE unit.document_id = $1 AND unit.lifecycle_status <> 'retired' ORDER BY unit.cut_ordinal, unit.cut_key`,
    [documentId],
  );
  const units = z.array(unitRow).parse(rows);
  const addresses = new Set<string>();
  for (const { key } of units) {
    if (addresses.has(key)) throw new Stop('address_shared', `${documentId} has two units at ${key}`);
    addresses.add(key);
  }
  return units;
}

const pinnedRow = z.object({ profile: z.string(), granularity: z.enum(GRANULARITIES) });

/** How the document was last cut; undefined where no cut stands that says so. */
export async function readPinned(reader: Reader, documentId: string) {
  const rows = await reader.query(
    `SELECT profile, granularity FROM cutter_governance.cut_change_set
      WHERE document_id = $1 AND recorded AND reverted_at IS NULL AND profile IS NOT NULL ORDER BY id DESC LIMIT 1`,
    [documentId],
  );
  return z.array(pinnedRow).parse(rows)[0];
}

const textRow = z.object({ key: z.string(), body: z.string() });

/** The exact texts of some of these units, by key. */
async function readTexts(
  reader: Reader,
  { documentId, keys }: { readonly documentId: string; readonly keys: readonly string[] },
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await reader.query(
    `SELECT unit.cut_key AS key, held.body
       FROM public.information_unit AS unit
       JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
      WHERE unit.document_id = $1 AND unit.lifecycle_status <> 'retired' AND unit.cut_key = ANY ($2::text[])`,
    [documentId, keys],
  );
  return new Map(
    z
      .array(textRow)
      .parse(rows)
      .map(({ key, body }) => [key, body]),
  );
}

/** What a plan of these rows is held against: the units, and the texts of those that are not what they were. */
export async function readUnitsFor(
  reader: Reader,
  { documentId, rows }: { readonly documentId: string; readonly rows: readonly PlanRow[] },
) {
  const units = await readUnits(reader, documentId);
  const keys = unsettledUnits(rows, units);
  return { units, texts: await readTexts(reader, { documentId, keys }) };
}
