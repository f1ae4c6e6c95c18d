// Whether a receipt is genuine: from the unit's text up to the sovereign's signatures, and from these to the recorder's
// statement and its place in the log. Pure: bytes and pinned fingerprints come in, a list of checks goes out.
import { sha256 } from '../digest/digest.ts';
import { isIncluded } from '../merkle/tree-proof.ts';
import { openCheckpoint, originOf } from './checkpoint.ts';
import { type Envelope, IN_TOTO, openEnvelope } from './dsse.ts';
import { readCanonical } from './read.ts';
import { bodyOf, decodeReceipt, type Receipt, unpackPath } from './receipt.ts';
import { checkApprovals, type ProvedApproval } from './receipt-approvals.ts';
import { decoded, type ReceiptCheck, type ReceiptRefusal, ReceiptSheet, Refused } from './receipt-checks.ts';
import { type PlanHeaderLine, type PlanRowLine, planHeaderLine, planRowLine } from './receipt-lines.ts';
import { envelopeOf, leafOf, lengthened } from './receipt-statement.ts';
import type { RecorderKey } from './recorder-key.ts';
import type { RunStatement } from './statement.ts';

export type ReceiptVerdict =
  | {
      readonly verdict: 'genuine';
      readonly receipt: Receipt;
      readonly header: PlanHeaderLine;
      readonly row: PlanRowLine;
      readonly approvals: readonly ProvedApproval[];
      readonly statement: RunStatement;
      readonly recorder: RecorderKey;
      readonly log: { readonly origin: string; readonly size: number; readonly index: number };
      readonly checks: readonly ReceiptCheck[];
    }
  | ({ readonly verdict: 'refused'; readonly checks: readonly ReceiptCheck[] } & ReceiptRefusal);

/**
 * Judges the file of a receipt. `pinned` are the fingerprints of the sovereign's primary keys, which come from the reader
 * and never from the receipt. Throws KeyFault for a fingerprint that is none, and SignatureFault where the library misbehaves.
 */
export async function verifyReceipt(
  file: Uint8Array,
  { pinned }: { readonly pinned: readonly string[] },
): Promise<ReceiptVerdict> {
  const sheet = new ReceiptSheet();
  try {
    return await judge(file, { pinned, sheet });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { verdict: 'refused', ...error.refusal, checks: sheet.failed(error.refusal) };
  }
}

async function judge(
  file: Uint8Array,
  { pinned, sheet }: { pinned: readonly string[]; sheet: ReceiptSheet },
): Promise<ReceiptVerdict> {
  const receipt = decoded(decodeReceipt(file), 'receipt_malformed', 'the receipt');
  sheet.pass('form', `${file.byteLength} bytes, ${receipt.format}`);

  const row = checkText(receipt);
  sheet.pass('text', `${bodyOf(receipt).length} bytes of ${row.key}, sha256 ${row.body_sha256}`);
  const header = checkPlan(receipt);
  sheet.pass('plan', `row ${receipt.plan.index} of the plan ${receipt.plan.head}`);

  // Until its signature is verified, this time decides nothing but as of when the keys are judged.
  const at = new Date(receipt.statement.at);
  const { approvals, recorders } = await checkApprovals(receipt, { header, pinned, at, sheet });
  const { statement, envelope, recorder } = checkStatement({ receipt, header, recorders, approvals });
  sheet.pass(
    'statement',
    `the recorder ${recorder} says that the run ${statement.predicate.status.toLowerCase()} at ${statement.predicate.at}`,
  );
  const log = checkLog({ receipt, recorders, leaf: leafOf(statement.predicate, envelope) });
  sheet.pass('log', `leaf ${log.index} of ${log.size} in ${log.origin}`);
  return {
    ...{ verdict: 'genuine', receipt, header, row, statement, recorder, log },
    approvals,
    checks: sheet.complete(),
  };
}

function checkText(receipt: Receipt): PlanRowLine {
  const row = decoded(readCanonical(receipt.plan.line, planRowLine), 'not_in_plan', 'the row');
  if (row.key !== receipt.key)
    throw new Refused('text_differs', `the row is of ${row.key}, the receipt of ${receipt.key}`);
  const found = sha256(bodyOf(receipt));
  if (found !== row.body_sha256)
    throw new Refused('text_differs', `the text has sha256 ${found}, the plan names ${row.body_sha256}`);
  return row;
}

function checkPlan({ plan, document_id }: Receipt): PlanHeaderLine {
  const { head, header, header_path, line, index, size, path } = plan;
  if (!isIncluded({ leaf: header, index: 0, size, path: unpackPath(header_path), head }))
    throw new Refused('not_in_plan', 'the header does not lead to the head');
  if (!isIncluded({ leaf: line, index, size, path: unpackPath(path), head }))
    throw new Refused('not_in_plan', `the row does not lead to the head as line ${index} of ${size}`);
  const read = decoded(readCanonical(header, planHeaderLine), 'not_in_plan', 'the header');
  if (read.document_id !== document_id)
    throw new Refused('not_in_plan', `the plan is of ${read.document_id}, the receipt of ${document_id}`);
  return read;
}

/** Said by a recorder that the sovereign named: that this run ended well, with this plan, evidence and approvals. */
function checkStatement({
  receipt,
  header,
  recorders,
  approvals,
}: {
  receipt: Receipt;
  header: PlanHeaderLine;
  recorders: readonly RecorderKey[];
  approvals: readonly ProvedApproval[];
}): { statement: RunStatement; envelope: Envelope; recorder: RecorderKey } {
  if (recorders.length === 0)
    throw new Refused('statement_refused', 'no approval in the receipt names a recorder');
  const statement = lengthened(receipt, header);
  const used = new Set(statement.approvals.map(({ path, sha256: digest }) => `${path} ${digest}`));
  const unused = approvals.find(({ path, sha256: digest }) => !used.has(`${path} ${digest}`));
  if (unused)
    throw new Refused('statement_elsewhere', `it does not say that the run has used ${unused.path}`);
  const envelope = envelopeOf(receipt.statement, statement);
  const opened = decoded(
    openEnvelope(envelope, { payloadType: IN_TOTO, keys: recorders }),
    'statement_refused',
    'the statement',
  );
  return { statement, envelope, recorder: opened.signedBy };
}

function checkLog({
  receipt,
  recorders,
  leaf,
}: {
  receipt: Receipt;
  recorders: readonly RecorderKey[];
  leaf: string;
}) {
  const { checkpoint: note, index, path } = receipt.log;
  const trust = { origin: originOf(receipt.deployment), keys: recorders };
  const { checkpoint } = decoded(openCheckpoint(Buffer.from(note), trust), 'not_in_log', 'the checkpoint');
  const { origin, size, root } = checkpoint;
  if (!isIncluded({ leaf, index, size, path: unpackPath(path), head: root }))
    throw new Refused(
      'not_in_log',
      `the leaf of the statement does not lead to the checkpoint as number ${index} of ${size}`,
    );
  return { origin, size, index };
}
