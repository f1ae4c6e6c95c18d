// What somebody could change in a genuine receipt, and by which code each is refused. Every implementation is held to them.
import { sha256 } from '../../src/digest/digest.ts';
import { packPath, type Receipt, unpackPath } from '../../src/record/receipt.ts';
import type { ReceiptReason } from '../../src/record/receipt-checks.ts';

export interface Tampering {
  readonly name: string;
  readonly reason: ReceiptReason;
  /** Changes a copy. */
  change(receipt: Receipt, others: Others): void;
}

export interface Others {
  /** The receipt of another unit of the same run. */
  readonly other: Receipt;
  /** One of another run and another recorder. */
  readonly foreign: Receipt;
  /** What the same people signed for another run of the same document. */
  readonly otherOpening: Receipt['approvals'][number];
}

const withText = (receipt: Receipt) => receipt as Receipt & { text: string };
const replaced = (text: string, from: string | RegExp, to: string): string => {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`a tampering changes nothing: ${from} is not there`);
  return after;
};
const nth = <T>(list: readonly T[], index: number): T => {
  const found = list.at(index);
  if (found === undefined) throw new Error(`a tampering finds nothing at ${index}`);
  return found;
};

/** A path whose first digest is another. */
const otherDigest = (path: string) => packPath([sha256('another'), ...unpackPath(path).slice(1)]);

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'another word in the text',
    reason: 'text_differs',
    change: (receipt) => {
      withText(receipt).text = replaced(withText(receipt).text, 'kind', 'king');
    },
  },
  {
    name: 'a blank more at the end of the text',
    reason: 'text_differs',
    change: (receipt) => {
      withText(receipt).text += ' ';
    },
  },
  {
    name: 'the key of another unit',
    reason: 'text_differs',
    change: (receipt, { other }) => {
      receipt.key = other.key;
    },
  },
  {
    name: 'another title in the row',
    reason: 'not_in_plan',
    change: ({ plan }) => {
      plan.line = replaced(plan.line, '"title":"Article 1"', '"title":"Article 7"');
    },
  },
  {
    name: 'a text and the row that was made for it',
    reason: 'not_in_plan',
    change: (receipt) => {
      const text = 'Be unkind.\n';
      withText(receipt).text = text;
      receipt.plan.line = replaced(
        receipt.plan.line,
        /"body_sha256":"[0-9a-f]*"/,
        `"body_sha256":"${sha256(text)}"`,
      );
    },
  },
  {
    name: 'another place in the plan',
    reason: 'not_in_plan',
    change: ({ plan }) => {
      plan.index += 1;
    },
  },
  {
    name: 'another digest on the way to the head',
    reason: 'not_in_plan',
    change: ({ plan }) => {
      plan.path = otherDigest(plan.path);
    },
  },
  {
    name: 'the header of another document',
    reason: 'not_in_plan',
    change: (receipt) => {
      receipt.document_id = 'statute';
      receipt.plan.header = replaced(receipt.plan.header, '"charter"', '"statute"');
    },
  },
  {
    name: 'the name of another document',
    reason: 'not_in_plan',
    change: (receipt) => {
      receipt.document_id = 'statute';
    },
  },
  {
    name: 'the plan of another run under these signatures',
    reason: 'approval_elsewhere',
    change: (receipt, { foreign }) => {
      Object.assign(receipt, {
        ...('text' in foreign ? { text: foreign.text } : {}),
        key: foreign.key,
        plan: foreign.plan,
      });
    },
  },
  {
    name: 'another sentence in what was signed',
    reason: 'approval_refused',
    change: ({ approvals }) => {
      const first = nth(approvals, 0);
      first.text = replaced(first.text, 'no other', 'any other');
    },
  },
  {
    name: 'the signature of another approval',
    reason: 'approval_refused',
    change: ({ approvals }) => {
      nth(approvals, 1).signatures = nth(approvals, 2).signatures;
    },
  },
  {
    name: 'signatures of a stranger, and the key of the stranger',
    reason: 'approval_refused',
    change: (receipt, { foreign }) => {
      Object.assign(receipt, foreign);
    },
  },
  {
    name: 'no SG_1, the enactment twice',
    reason: 'approval_elsewhere',
    change: ({ approvals }) => {
      approvals[1] = nth(approvals, 2);
    },
  },
  {
    name: 'another deployment',
    reason: 'approval_elsewhere',
    change: (receipt) => {
      receipt.deployment = 'village';
    },
  },
  {
    name: 'another run',
    reason: 'approval_elsewhere',
    change: (receipt) => {
      receipt.run_id = replaced(
        receipt.run_id,
        /.$/,
        receipt.run_id.endsWith('0') ? '1' : '0',
      ) as Receipt['run_id'];
    },
  },
  {
    name: 'the opening of another run',
    reason: 'approval_elsewhere',
    change: ({ approvals }, { otherOpening }) => {
      approvals[0] = otherOpening;
    },
  },
  {
    name: 'evidence of more rows',
    reason: 'approval_elsewhere',
    change: (receipt) => {
      receipt.evidence = replaced(receipt.evidence, '"affected_rows":3', '"affected_rows":4');
    },
  },
  {
    name: 'evidence of another plan',
    reason: 'evidence_differs',
    change: (receipt) => {
      receipt.evidence = replaced(
        receipt.evidence,
        /"cutplan_sha256":"[0-9a-f]*"/,
        `"cutplan_sha256":"${sha256('x')}"`,
      );
    },
  },
  {
    name: 'a statement that says more',
    reason: 'statement_refused',
    change: ({ statement }) => {
      statement.log.seq += 1;
    },
  },
  {
    name: 'a statement of a run that did not use SG_1',
    reason: 'statement_elsewhere',
    change: ({ statement }) => {
      statement.approvals.splice(1, 1);
    },
  },
  {
    name: 'a statement about another file of the plan',
    reason: 'statement_refused',
    change: ({ statement }) => {
      statement.plan_sha256 = sha256('another plan');
    },
  },
  {
    name: 'the statement of a recorder that the sovereign did not name',
    reason: 'statement_refused',
    change: (receipt, { foreign }) => {
      receipt.statement = foreign.statement;
    },
  },
  {
    name: 'another signature on the statement',
    reason: 'statement_refused',
    change: ({ statement }) => {
      statement.sig = Buffer.alloc(64, 7).toString('base64');
    },
  },
  {
    name: 'another place in the log',
    reason: 'not_in_log',
    change: ({ log }) => {
      log.index -= 1;
    },
  },
  {
    name: 'another digest on the way to the checkpoint',
    reason: 'not_in_log',
    change: ({ log }) => {
      log.path = otherDigest(log.path);
    },
  },
  {
    name: 'half a digest on the way to the checkpoint',
    reason: 'receipt_malformed',
    change: ({ log }) => {
      log.path = Buffer.from(log.path, 'base64').subarray(16).toString('base64');
    },
  },
  {
    name: 'a checkpoint of a larger log',
    reason: 'not_in_log',
    change: ({ log }) => {
      log.checkpoint = replaced(log.checkpoint, '\n6\n', '\n7\n');
    },
  },
  {
    name: 'the checkpoint of another recorder',
    reason: 'not_in_log',
    change: ({ log }, { foreign }) => {
      log.checkpoint = foreign.log.checkpoint;
    },
  },
  {
    name: 'a field that is not known',
    reason: 'receipt_malformed',
    change: (receipt) => {
      Object.assign(receipt, { note: 'trust me' });
    },
  },
];

/** A copy of the receipt with this changed. */
export function tampered(receipt: Receipt, { change }: Tampering, others: Others): Receipt {
  const copy = structuredClone(receipt);
  change(copy, structuredClone(others));
  return copy;
}
