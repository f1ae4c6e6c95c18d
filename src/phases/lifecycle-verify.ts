// lifecycle_verify: the other role reads what is in force now and holds it against the document that was cut.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { assertTable, compareSnapshots } from '../governed/drift.ts';
import { verifyEnactment } from '../governed/lifecycle.ts';
import { comparable, takeSnapshot } from '../governed/snapshot.ts';
import { code, count } from '../report/markdown.ts';
import { verificationTable as renderTable } from '../report/verification.ts';
import { cutplan } from './cutplan.ts';
import { grantProbe } from './grant-probe.ts';
import { lifecycleEnact } from './lifecycle-enact.ts';
import type { Phase } from './phase.ts';
import { verificationRows } from './write-verify.ts';

const output = z.strictObject({
  verify_result_id: z.string(),
  result_sha256: sha256Schema,
  units: z.number().int(),
  source_sha256: z.string(),
  table: verificationRows,
});

export type LifecycleVerify = z.infer<typeof output>;

export const lifecycleVerify: Phase<LifecycleVerify, 'lifecycle_verify'> = {
  name: 'lifecycle_verify',
  output,
  async run(context) {
    const { governed, run, assertEnabled } = context;
    const { runId, documentId, sourceSha256 } = run;
    const expected = context.finished(lifecycleEnact);
    const { verify_result_id, result_sha256, units, source_sha256 } = await verifyEnactment(governed, {
      ...{ runId, documentId, sourceSha256, expected, assertEnabled },
    });
    const before = comparable(context.finished(grantProbe).snapshot);
    const after = await governed.read('cutter_verify', (reader) =>
      takeSnapshot(reader, { documentId, before }),
    );
    const changes = { ...context.finished(cutplan).counts, log_rows: expected.log_rows };
    const table = compareSnapshots(before, after, { changes, stage: 'enacted' });
    assertTable(table);
    return { verify_result_id, result_sha256, units, source_sha256, table };
  },
  report: ({ verify_result_id, units, source_sha256 }) => [
    `${count(units, 'unit')} in force are the source byte for byte: sha256 ${code(source_sha256)}`,
    `verify result ${code(verify_result_id)}`,
  ],
  notices: ({ table }) => [renderTable(table)],
};
