// Composes a receipt from what a clone holds of a completed run. It proves nothing by itself: whoever composes one judges
// it before giving it away.
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import { growTree, proveInclusion, type Tree } from '../merkle/tree-proof.ts';
import type { Envelope } from './dsse.ts';
import { flawed, type Read, readAs, readCanonical } from './read.ts';
import { packPath, RECEIPT_FORMAT, type Receipt, textOfBody } from './receipt.ts';
import { type PlanRowLine, planRowLine } from './receipt-lines.ts';
import { shortened } from './receipt-statement.ts';
import { decodeStatement } from './statement.ts';

export interface ReceiptParts {
  readonly deployment: string;
  readonly documentId: string;
  readonly runId: RunId;
  /** The document's bytes as they were cut. */
  readonly source: Uint8Array;
  /** The lines of `plan.jsonl`, without their line feeds. */
  readonly plan: readonly string[];
  /** The RFC 8785 line that SG_2 signs. */
  readonly evidence: string;
  /** The opening, renewals that name another recorder, SG_1, SG_2. */
  readonly approvals: Receipt['approvals'];
  /** Armored certificates of everyone who signed one of them. */
  readonly keys: readonly string[];
  readonly statement: Envelope;
  /** The leaves that the checkpoint covers, and the number of the one that names the statement. */
  readonly leaves: readonly string[];
  readonly leaf: number;
  readonly checkpoint: string;
}

/** The receipt of one unit. */
export function composeReceipt(parts: ReceiptParts, key: string): Read<Receipt> {
  const { plan, source, leaves, leaf } = parts;
  const index = plan.findIndex((line, place) => place > 0 && rowIn(line)?.key === key);
  const row = rowIn(plan[index] ?? '');
  if (!row) return flawed('malformed', `has no unit with the key ${key} that stands after it`);
  const tree = growTree(plan);
  const log = growTree(leaves);
  const { approvals, statement: envelope } = parts;
  const stated = decodeStatement(Buffer.from(envelope.payload, 'base64'));
  const statement = stated.ok ? shortened(stated.value, { approvals, envelope }) : undefined;
  if (!statement) return flawed('malformed', 'has no statement of a recorder that it was completed');
  return readAs({
    ...{ format: RECEIPT_FORMAT, deployment: parts.deployment, document_id: parts.documentId },
    ...{ run_id: parts.runId, key, ...textOfBody(source.subarray(row.byte_start, row.byte_end)) },
    plan: {
      ...{ head: headOf(tree), header: plan[0] ?? '', header_path: packPath(proveInclusion(tree, 0)) },
      ...{ line: plan[index] ?? '', index, size: plan.length, path: packPath(proveInclusion(tree, index)) },
    },
    ...{ evidence: parts.evidence, approvals, keys: [...parts.keys], statement },
    log: { checkpoint: parts.checkpoint, index: leaf, path: packPath(proveInclusion(log, leaf)) },
  });
}

/** undefined for a unit that retires, and for what is no row. */
function rowIn(line: string): PlanRowLine | undefined {
  const read = readCanonical(line, planRowLine);
  return read.ok ? read.value : undefined;
}

function headOf({ levels }: Tree): Sha256 {
  const [head] = levels.at(-1) ?? [];
  if (head === undefined) throw new RangeError('headOf: a plan has at least its header');
  return head;
}
