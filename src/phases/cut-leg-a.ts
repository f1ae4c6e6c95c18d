// cut_leg_a: the unit rows, by fn_iu_create, as role cutter_exec. First phase of the one write transaction.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { assertUnchanged } from '../governed/drift.ts';
import { writeLegA as writeUnits } from '../governed/leg-a.ts';
import { comparable, takeSnapshot } from '../governed/snapshot.ts';
import { code, count } from '../report/markdown.ts';
import { assertGrants, grantProbe } from './grant-probe.ts';
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
    // A pause may have lasted a day: what was granted meanwhile must stop the write as it would have stopped the run.
    await assertGrants(writer);
    const before = comparable(context.finished(grantProbe).snapshot);
    assertUnchanged(before, await takeSnapshot(writer, { documentId, before }));
    return writeUnits(writer, { runId, change });
  },
  readBack: ({ cut_leg_a }) => cut_leg_a,
  report: ({ units, versions, unit_ids_sha256 }) => [
    `${count(units, 'unit')} created, ${count(versions, 'version')} written`,
    `digest of the ids ${code(unit_ids_sha256)}`,
  ],
};
