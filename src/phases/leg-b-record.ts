// leg_b_record: the governance rows that account for the units: change set, affected rows, manifest envelope, review
// decision, signatures. Last phase of the write transaction; its COMMIT follows.
import { z } from 'zod';
import { writeLegB } from '../governed/leg-b.ts';
import { code, count } from '../report/markdown.ts';
import type { WritePhase } from './phase.ts';
import { preWriteBackup } from './pre-write-backup.ts';

const id = z.string().min(1);

const output = z.strictObject({
  change_set_id: id,
  manifest_envelope_id: id,
  review_decision_id: id,
  signature_ids: z.array(id).min(1),
  affected_rows: z.number().int().positive(),
});

export type LegBRecord = z.infer<typeof output>;

export const legBRecord: WritePhase<LegBRecord, 'leg_b_record'> = {
  name: 'leg_b_record',
  output,
  async run(context, { writer, change }) {
    const { runId, documentId, sourceSha256, sourcePath, sourceCommit, approvals } = context.run;
    const { path, sha256, recipient } = context.finished(preWriteBackup);
    return writeLegB(writer, {
      runId,
      documentId,
      sourceSha256,
      cutplanSha256: change.cutplan_sha256,
      change,
      approvals: approvals.map(({ gate, document_sha256, path: file, commit, signers }) => ({
        gate,
        documentSha256: document_sha256,
        path: file,
        commit,
        signers: [...signers],
      })),
      manifest: {
        source: { path: sourcePath, commit: sourceCommit, sha256: sourceSha256 },
        backup: { path, sha256, recipient },
      },
    });
  },
  readBack: ({ leg_b_record }) => leg_b_record,
  report: ({ change_set_id, affected_rows, signature_ids }) => [
    `change set ${code(change_set_id)} with ${count(affected_rows, 'affected row')}`,
    `${count(signature_ids.length, 'approval')} recorded beside it`,
  ],
};
