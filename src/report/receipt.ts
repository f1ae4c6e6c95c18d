// What the verdict on a receipt means, for people: who signed what when, and what that does not prove. Whatever comes from
// the receipt is shown with what cannot be seen.
import type { Gate } from '../approval/gates.ts';
import { visible } from '../document/visible.ts';
import { utf8Of } from '../record/read.ts';
import { bodyOf, type Receipt } from '../record/receipt.ts';
import type { ProvedApproval } from '../record/receipt-approvals.ts';
import { RECEIPT_REASONS, type ReceiptCheck } from '../record/receipt-checks.ts';
import type { ReceiptVerdict } from '../record/receipt-verify.ts';

/** The page that checks a receipt in a browser says the same (web/receipt/words.js). */
export const RECEIPT_LIMITS = [
  'That the text is in force today. A later run may have changed it, moved it or taken it back: ask for the newest receipt.',
  'That the approvals were merged, and when. The recorder says so, whose key the sovereign named; nobody else does.',
  'That a key has not been revoked since. The copies of the keys are as old as the receipt.',
  'That the fingerprint is the sovereign’s. It comes from you.',
] as const;

const MARKS = { pass: '✔', fail: '✘', not_judged: '–' } as const;

type Genuine = Extract<ReceiptVerdict, { verdict: 'genuine' }>;

/** Lines for a terminal. */
export function receiptLines(verdict: ReceiptVerdict): readonly string[] {
  const steps = verdict.checks.map(stepLine);
  if (verdict.verdict === 'refused')
    return [
      `REFUSED ${verdict.reason}: ${RECEIPT_REASONS[verdict.reason]}`,
      `  ${visible(verdict.detail)}`,
      '  Ask whoever gave it to you for the file as it was made. If it stays refused, somebody changed it.',
      '',
      ...steps,
    ];
  const { row, receipt } = verdict;
  return [
    `GENUINE ${visible(row.title)}: this is the text that was signed.`,
    `  ${visible(receipt.key)} of ${receipt.document_id}`,
    '',
    ...storyOf(verdict),
    '',
    'The text:',
    '',
    ...textLines(receipt),
    '',
    'What was checked:',
    '',
    ...steps,
    '',
    'What this does not prove:',
    '',
    ...RECEIPT_LIMITS.map((limit) => `  - ${limit}`),
  ];
}

/** Who did what when, in the order in which it happened. */
function storyOf(verdict: Genuine): readonly string[] {
  const { approvals, statement, recorder } = verdict;
  const { at, repository } = statement.predicate;
  const signed = approvals.map((approval, index) =>
    line(
      approval.signedAt,
      `the holder of ${approval.signers.join(' and of ')}`,
      act(approval, { verdict, isOpening: index === 0 }),
    ),
  );
  const said = `says that the run was completed, from the repository ${visible(repository)}`;
  return [...signed, line(new Date(at), `the recorder ${recorder}`, said)];
}

function line(at: Date, who: string, what: string): string {
  return `  ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC  ${who}\n${' '.repeat(27)}${what}`;
}

function act(
  { gate }: ProvedApproval,
  { verdict, isOpening }: { verdict: Genuine; isOpening: boolean },
): string {
  const { receipt, row } = verdict;
  const acts: Readonly<Partial<Record<Gate, string>>> = {
    GAP7_execution_enable: isOpening
      ? `allowed one run for exactly this text of the document ${receipt.document_id}, in the deployment ${receipt.deployment}`
      : 'allowed that run for another day',
    SG_1_cut_authz: `allowed exactly this plan to be written, in which the text is number ${row.ordinal}`,
    SG_2_lifecycle_authz: 'allowed what was written to take effect',
  };
  return acts[gate] ?? `signed ${gate}`;
}

function textLines(receipt: Receipt): readonly string[] {
  const bytes = bodyOf(receipt);
  const text = utf8Of(bytes);
  if (text === undefined) return [`  | ${bytes.length} bytes that are no text`];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((one) => `  | ${visible(one)}`.trimEnd());
}

function stepLine({ name, result, detail }: ReceiptCheck): string {
  return `  ${MARKS[result]} ${name.padEnd(10)} ${visible(detail)}`;
}
