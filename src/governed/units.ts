// The living units of a document as the newest cut left them, in the form that a new plan is held against.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { SECTION_TYPES, UNIT_KINDS } from '../document/unit.ts';
import type { ExistingUnit } from '../plan/change.ts';
import type { Reader } from './database.ts';

/** An identity column's value. It is a string everywhere outside the database: bigint has no JSON form. */
export const id = z.string().regex(/^[1-9][0-9]*$/, 'is not an id');

const unitRow = z.object({
  key: z.string(),
  parent: z.string().nullable(),
  ordinal: z.number().int(),
  title: z.string(),
  unit_kind: z.enum(UNIT_KINDS),
  section_type: z.enum(SECTION_TYPES),
  sha256: sha256Schema,
  status: z.enum(['draft', 'enacted']),
});

/** Retired units are not among them: a key that comes back is created anew. */
export async function readUnits(reader: Reader, documentId: string): Promise<ExistingUnit[]> {
  const rows = await reader.query(
    `SELECT unit.key, parent.key AS parent, unit.cut_ordinal AS ordinal, held.title, held.unit_kind, held.section_type,
            held.sha256, unit.status
       FROM public.information_unit AS unit
       JOIN public.unit_version AS held ON held.unit_id = unit.id AND held.version = unit.cut_version
       LEFT JOIN public.information_unit AS parent ON parent.id = unit.cut_parent_id
      WHERE unit.document_id = $1 AND unit.status <> 'retired' ORDER BY unit.cut_ordinal, unit.key`,
    [documentId],
  );
  return z.array(unitRow).parse(rows);
}
