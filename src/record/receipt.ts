// A receipt: one unit's text in one file, with everything by which a stranger can hold it against the sovereign's
// signatures, offline. One RFC 8785 line and a line feed, so that no two files say the same.

import { z } from 'zod';
import { isDeploymentName } from '../approval/deployment-name.ts';
import { isDocumentId } from '../approval/document-id.ts';
import { isApprovalPath } from '../approval/file-name.ts';
import { isRunId, type RunId } from '../approval/run-id.ts';
import { canonicalJson, type Sha256, sha256Schema } from '../digest/digest.ts';
import { markedAs } from '../digest/format.ts';
import type { ProofPath } from '../merkle/tree-proof.ts';
import { bytesOfBase64, flawed, type Read, readCanonical, utf8Of } from './read.ts';
import { receiptStatementSchema } from './receipt-statement.ts';

export const RECEIPT_FORMAT = 'countersign/receipt/1';

/** A unit of 1 MB with every proof and sixteen signatures stays below it. */
export const RECEIPT_LIMIT_BYTES = 4 * 1024 * 1024;

/** A tree of more leaves than there are safe integers has no longer path. */
const LONGEST_PATH = 53;
const DIGEST_BYTES = 32;

const whole = z.int().nonnegative();
const base64 = z.string().refine((text) => bytesOfBase64(text) !== undefined, 'is not canonical base64');
const path = base64.refine((text) => {
  const { length } = Buffer.from(text, 'base64');
  return length % DIGEST_BYTES === 0 && length <= LONGEST_PATH * DIGEST_BYTES;
}, 'is not a list of digests');

const approvalSchema = z.strictObject({
  path: z.string().refine(isApprovalPath, 'is not the path of an approval'),
  text: z.string(),
  signatures: z.array(z.string()).min(1).max(16),
});

const body = {
  format: markedAs(RECEIPT_FORMAT),
  deployment: z.string().refine(isDeploymentName, 'is not the name of a deployment'),
  document_id: z.string().refine(isDocumentId, 'is not a document_id'),
  run_id: z.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'is not a run_id'),
  key: z.string().min(1),
  plan: z.strictObject({
    head: sha256Schema,
    header: z.string(),
    header_path: path,
    line: z.string(),
    index: whole.positive(),
    size: whole.positive(),
    path,
  }),
  evidence: z.string(),
  /** The opening GAP7, renewals of it that name another recorder, SG_1, SG_2. */
  approvals: z.array(approvalSchema).min(3).max(16),
  /** Armored certificates: the material behind the fingerprints that the reader pins. */
  keys: z.array(z.string()).min(1).max(16),
  statement: receiptStatementSchema,
  log: z.strictObject({ checkpoint: z.string(), index: whole, path }),
};

const receiptSchema = z.union([
  z.strictObject({ ...body, text: z.string() }),
  /** Of a unit whose bytes are not UTF-8. */
  z.strictObject({ ...body, text_base64: base64 }),
]);

export type Receipt = z.infer<typeof receiptSchema>;

/** The digests of a proof behind one another, in base64. */
export function packPath(digests: ProofPath): string {
  return Buffer.from(digests.join(''), 'hex').toString('base64');
}

export function unpackPath(packed: string): ProofPath {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from(
    { length: bytes.length / DIGEST_BYTES },
    (_, place) => bytes.toString('hex', place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES) as Sha256,
  );
}

/** The unit's bytes. */
export function bodyOf(receipt: Receipt): Buffer {
  return 'text' in receipt ? Buffer.from(receipt.text) : Buffer.from(receipt.text_base64, 'base64');
}

/** `text` where that gives these very bytes again, else `text_base64`. */
export function textOfBody(bytes: Uint8Array): { text: string } | { text_base64: string } {
  const text = utf8Of(bytes);
  return text === undefined ? { text_base64: Buffer.from(bytes).toString('base64') } : { text };
}

/** The file. Throws for text that has no UTF-8 form. */
export function encodeReceipt(receipt: Receipt): string {
  return `${canonicalJson(receipt)}\n`;
}

/** Whatever differs by a byte from what `encodeReceipt` gives is malformed. */
export function decodeReceipt(file: Uint8Array): Read<Receipt> {
  if (file.byteLength > RECEIPT_LIMIT_BYTES)
    return flawed('malformed', `is larger than ${RECEIPT_LIMIT_BYTES} bytes`);
  const text = utf8Of(file);
  if (text === undefined) return flawed('malformed', 'is not UTF-8');
  if (!text.endsWith('\n')) return flawed('malformed', 'does not end with a line feed: it is cut short');
  return readCanonical(text.slice(0, -1), receiptSchema);
}
