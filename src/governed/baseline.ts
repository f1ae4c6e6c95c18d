// Units that were there before this product are taken in as they stand, by the administrator. They are labelled as
// unsigned for ever: no change set and no signature is invented for them (schema/writers/052_baseline.sql).
import { z } from 'zod';
import type { Reader, Writer } from './database.ts';

const waiting = z.array(z.object({ document_id: z.string() }));

export interface TakenIn {
  readonly document_id: string;
  readonly units: number;
}

/** As workflow_admin. Takes in every unit without a place; nothing where none is left. */
export async function takeBaseline(writer: Writer): Promise<readonly TakenIn[]> {
  const documents = waiting.parse(
    await writer.query(
      'SELECT DISTINCT document_id COLLATE "C" AS document_id FROM public.information_unit WHERE cut_version IS NULL ORDER BY 1',
    ),
  );
  const taken: TakenIn[] = [];
  for (const { document_id } of documents) {
    const [row] = await writer.write<{ units: number }>('SELECT cutter_guard.take_baseline($1) AS units', [
      document_id,
    ]);
    taken.push({ document_id, units: row?.units ?? 0 });
  }
  return taken;
}

const baselines = z.array(
  z.object({
    document_id: z.string(),
    units: z.number().int(),
    units_sha256: z.string(),
    signed: z.literal(false),
    taken_by: z.string(),
  }),
);

export async function readBaseline(reader: Reader) {
  return baselines.parse(
    await reader.query(
      'SELECT document_id, units, units_sha256, signed, taken_by FROM cutter_governance.baseline ORDER BY id',
    ),
  );
}
