// lifecycle_enact: draft → enacted for every unit of the cut, with a log row each, in one transaction.
import { z } from 'zod';
import { type Enactment, enactUnits } from '../governed/lifecycle.ts';
import { findWrittenRun } from '../governed/readback.ts';
import { assertUnchanged, takeSnapshot } from '../governed/snapshot.ts';
import { count } from '../report/markdown.ts';
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
    return governed.write('cutter_exec', { assertEnabled }, async (writer) => {
      // Committed by a process that died before it could say so: the same transaction asks, so nobody can come between.
      const earlier = await findWrittenRun(writer, runId);
      if (earlier?.lifecycle_enact) return earlier.lifecycle_enact;
      assertUnchanged(context.finished(writeVerify).snapshot, await takeSnapshot(writer, documentId));
      return enactUnits(writer, { runId });
    });
  },
  report: ({ enacted, kept, retired, log_rows }) => [
    `${count(enacted, 'unit')} enacted, ${kept} kept, ${retired} retired`,
    `${count(log_rows, 'row')} in the lifecycle log`,
  ],
};
