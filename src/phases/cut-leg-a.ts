// cut_leg_a: the unit rows, by fn_iu_create, as role cutter_exec. First phase of the one write transaction.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { writeLegA as writeUnits } from '../governed/leg-a.ts';
import { assertUnchanged, takeSnapshot } from '../governed/snapshot.ts';
import { code, count } from '../report/markdown.ts';
import { grantProbe } from './grant-probe.ts';
import type { WritePhase } from './phase.ts';

const output = z.strictObject({
  units: z.number().int(),
  versions: z.number().int(),
  unit_ids_sha256: sha256Schema,
});

export type CutLegA = z.infer<typeof output>;

export const cutLegA: WritePhase<CutLegA, 'cut_leg_a'> = {
  name: 'cut_leg_a',
  output,
  async run(context, { writer, change }) {
    const { runId, documentId } = context.run;
    assertUnchanged(context.finished(grantProbe).snapshot, await takeSnapshot(writer, documentId));
    return writeUnits(writer, { runId, documentId, change });
  },
  readBack: ({ cut_leg_a }) => cut_leg_a,
  report: ({ units, versions, unit_ids_sha256 }) => [
    `${count(units, 'unit')} created, ${count(versions, 'version')} written`,
    `digest of the ids ${code(unit_ids_sha256)}`,
  ],
};
