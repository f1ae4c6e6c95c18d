// write_verify: what was committed, read back by the other role on its own connection, and the verification table.
import { z } from 'zod';
import { sha256Schema } from '../digest/digest.ts';
import { assertTable, compareSnapshots } from '../governed/drift.ts';
import { comparable, recordedSnapshot, takeSnapshot } from '../governed/snapshot.ts';
import { verifyWrite } from '../governed/write-verification.ts';
import { code, count } from '../report/markdown.ts';
import { verificationTable as renderTable } from '../report/verification.ts';
import { cutLegA } from './cut-leg-a.ts';
import { cutplan } from './cutplan.ts';
import { grantProbe } from './grant-probe.ts';
import { legBRecord } from './leg-b-record.ts';
import type { Phase } from './phase.ts';
import { signedRun } from './signed-run.ts';
import { structuralVerify } from './structural-verify.ts';

export const verificationRows = z.array(
  z.strictObject({
    name: z.string(),
    before: z.union([z.number(), z.string()]),
    expected: z.union([z.number(), z.string()]),
    after: z.union([z.number(), z.string()]),
    ok: z.boolean(),
  }),
);

const output = z.strictObject({
  verify_result_id: z.string(),
  result_sha256: sha256Schema,
  units: z.number().int(),
  table: verificationRows,
  snapshot: recordedSnapshot,
});

export type WriteVerify = z.infer<typeof output>;

export const writeVerify: Phase<WriteVerify, 'write_verify'> = {
  name: 'write_verify',
  output,
  async run(context) {
    const { governed, run, assertEnabled } = context;
    const { counts } = context.finished(cutplan);
    const { verify_result_id, result_sha256, units } = await verifyWrite(governed, {
      ...signedRun(context),
      expected: {
        cut_leg_a: context.finished(cutLegA),
        structural_verify: context.finished(structuralVerify),
        leg_b_record: context.finished(legBRecord),
      },
      assertEnabled,
    });
    const before = comparable(context.finished(grantProbe).snapshot);
    const snapshot = await governed.read('cutter_verify', (reader) =>
      takeSnapshot(reader, { documentId: run.documentId, before }),
    );
    const table = compareSnapshots(before, snapshot, { changes: counts, stage: 'cut' });
    assertTable(table);
    return { verify_result_id, result_sha256, units, table, snapshot };
  },
  report: ({ verify_result_id, result_sha256, units }) => [
    `${count(units, 'unit')} read back as cutter_verify, as they were written`,
    `verify result ${code(verify_result_id)}, sha256 ${code(result_sha256)}`,
  ],
  notices: ({ table }) => [renderTable(table)],
};
