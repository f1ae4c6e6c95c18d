// The recorder's statement as a receipt holds it: what the receipt does not say already. With the rest of the receipt it gives
// the very bytes that were signed, and the leaf that names them in the log.
import { z } from 'zod';
import { isApprovalPath } from '../approval/file-name.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { sha256, sha256Schema } from '../digest/digest.ts';
import { type Envelope, encodeEnvelope, IN_TOTO } from './dsse.ts';
import { encodeLeaf } from './log-leaf.ts';
import { bytesOfBase64 } from './read.ts';
import type { Receipt } from './receipt.ts';
import type { PlanHeaderLine } from './receipt-lines.ts';
import { recorderKeySchema } from './recorder-key.ts';
import { encodeStatement, type RunStatement } from './statement.ts';

const file = { path: z.string().min(1), sha256: sha256Schema };

export const receiptStatementSchema = z.strictObject({
  at: z.iso.datetime({ precision: 3 }),
  /** Every approval that the run has used: one of the receipt by its place in it, another one by path and digest. */
  approvals: z
    .array(
      z.union([
        z.int().nonnegative(),
        z.strictObject({
          ...file,
          path: z.string().refine(isApprovalPath, 'is not the path of an approval'),
        }),
      ]),
    )
    .max(256),
  backup: z.strictObject(file).nullable(),
  change_set: z.string().min(1).nullable(),
  events_sha256: sha256Schema,
  keyid: recorderKeySchema,
  log: z.strictObject({ hash: sha256Schema, seq: z.int().positive() }),
  plan_sha256: sha256Schema,
  repository: z.string().min(1),
  sig: z.string().refine((text) => bytesOfBase64(text) !== undefined, 'is not canonical base64'),
  source_commit: z.string().regex(COMMIT_ID_FORM),
  source_path: z.string().min(1),
});

export type ReceiptStatement = z.infer<typeof receiptStatementSchema>;

/** undefined of a statement that is about no completed run: there is no receipt of it. */
export function shortened(
  { predicate, ...rest }: RunStatement,
  { approvals, envelope }: { readonly approvals: Receipt['approvals']; readonly envelope: Envelope },
): ReceiptStatement | undefined {
  const { source, backup, changeSet, eventsSha256, planSha256 } = rest;
  const [{ keyid, sig }] = envelope.signatures;
  if (planSha256 === null || predicate.source_commit === null) return undefined;
  const own = approvals.map(({ path, text }) => `${path} ${sha256(text)}`);
  return {
    ...{ at: predicate.at, log: predicate.log, repository: predicate.repository, keyid, sig },
    approvals: rest.approvals.map((one) => {
      const place = own.indexOf(`${one.path} ${one.sha256}`);
      return place >= 0 ? place : { path: one.path, sha256: one.sha256 };
    }),
    ...{
      backup,
      change_set: changeSet?.id ?? null,
      events_sha256: eventsSha256,
      plan_sha256: planSha256,
    },
    ...{ source_commit: predicate.source_commit, source_path: source.path },
  };
}

/** Says that the run completed with this plan, this evidence and these approvals; whether that was signed is for its check. */
export function lengthened(receipt: Receipt, header: PlanHeaderLine): RunStatement {
  const { statement, plan, run_id, document_id, deployment } = receipt;
  const { at, log, repository, source_commit } = statement;
  return {
    predicate: {
      ...{ at, log, repository, source_commit, run_id, document_id, deployment },
      ...{ cutplan_sha256: plan.head, evidence_sha256: sha256(receipt.evidence), status: 'COMPLETED' },
    },
    ...{ eventsSha256: statement.events_sha256, planSha256: statement.plan_sha256 },
    source: { path: statement.source_path, sha256: header.source_sha256 },
    approvals: statement.approvals.map((one) => {
      if (typeof one !== 'number') return one;
      const { path = '', text = '' } = receipt.approvals[one] ?? {};
      return { path, sha256: sha256(text) };
    }),
    backup: statement.backup,
    changeSet: statement.change_set === null ? null : { id: statement.change_set, treeHead: plan.head },
  };
}

/** As the recorder published it. */
export function envelopeOf({ keyid, sig }: ReceiptStatement, statement: RunStatement): Envelope {
  const payload = encodeStatement(statement).toString('base64');
  return { payload, payloadType: IN_TOTO, signatures: [{ keyid, sig }] };
}

/** The leaf of a head with this statement. */
export function leafOf({ at, log, run_id }: RunStatement['predicate'], envelope: Envelope): string {
  return encodeLeaf({ type: 'head', at, run_id, ...log, statement_sha256: sha256(encodeEnvelope(envelope)) });
}
