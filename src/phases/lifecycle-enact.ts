// lifecycle_enact: draft → enacted for every unit of the cut, with a log row each, in one transaction.
import { z } from 'zod';
import { assertUnchanged } from '../governed/drift.ts';
import { type Enactment, enactUnits } from '../governed/lifecycle.ts';
import { readGovernedRun } from '../governed/readback.ts';
import { comparable, takeSnapshot } from '../governed/snapshot.ts';
import { count } from '../report/markdown.ts';
import { assertGrants } from './grant-probe.ts';
import type { Phase } from './phase.ts';
import { writeVerify } from './write-verify.ts';

const whole = z.number().int();

const output = z.strictObject({ enacted: whole, kept: whole, retired: whole, log_rows: whole });

export const lifecycleEnact: Phase<Enactment, 'lifecycle_enact'> = {
  name: 'lifecycle_enact',
  output,
  async run(context) {
    const { governed, run, assertEnabled } = context;
    const { runId, documentId } = run;
    // Committed by a process that died before it could say so: that needs no signature any more. Asked again under the
    // fence, so that nobody can come between.
    const earlier = await governed.read('cutter_exec', (reader) => readGovernedRun(reader, runId));
    if (earlier.enactment) return earlier.enactment;
    const gate = 'SG_2_lifecycle_authz';
    return governed.write('cutter_exec', { assertEnabled, behind: { runId, gate } }, async (writer) => {
      const { enactment } = await readGovernedRun(writer, runId);
      if (enactment) return enactment;
      // A pause may have lasted a day: what was granted meanwhile stops this write, too.
      await assertGrants(writer);
      const before = comparable(context.finished(writeVerify).snapshot);
      assertUnchanged(before, await takeSnapshot(writer, { documentId, before }));
      return enactUnits(writer, { runId });
    });
  },
  report: ({ enacted, kept, retired, log_rows }) => [
    `${count(enacted, 'unit')} enacted, ${kept} kept, ${retired} retired`,
    `${count(log_rows, 'row')} in the lifecycle log`,
  ],
};
