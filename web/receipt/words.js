// What a verdict means, in plain words. Everything that comes from the receipt is shown with what cannot be seen.
import { seen } from './approval.js';

export const STEP_WORDS = {
  form: 'The file is a receipt, whole and in its only form',
  text: 'The text is the one that the row of the plan names',
  plan: 'The row and the header are part of the plan',
  opening: 'The sovereign opened the run for this document, in this deployment, with this recorder',
  cut: 'The sovereign signed this plan',
  enactment: 'The sovereign signed that its units take effect',
  statement: 'The recorder says that the run was completed',
  log: 'The statement stands in the log of the deployment',
};

export const REASON_WORDS = {
  receipt_malformed: 'The file is not a receipt as Countersign writes it.',
  text_differs: 'The text is not the one that the plan names: it was changed, or it is of another unit.',
  not_in_plan: 'The row or the header is not part of the plan whose digest was signed.',
  approval_refused: 'An approval in it does not hold.',
  approval_elsewhere: 'An approval in it is signed, but for something else.',
  evidence_differs: 'The evidence that was signed is about something else.',
  statement_refused: 'The statement of the recorder does not hold.',
  statement_elsewhere: 'The statement of the recorder is about something else.',
  not_in_log: 'The statement is not proved to stand in the log.',
};

export const LIMITS = [
  'That the text is in force today. A later run may have changed it, moved it or taken it back: ask for the newest receipt.',
  'That the approvals were merged, and when. The recorder says so, whose key the sovereign named; nobody else does.',
  'That a key has not been revoked since. The copies of the keys are as old as the receipt.',
  'That the fingerprint is the sovereign’s. It comes from you.',
];

export const grouped = (digits) => digits.replace(/.{4}(?=.)/g, '$& ');

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `21 May 2026, 10:05:00 UTC` */
export function timeOf(at) {
  const date = new Date(at);
  const clock = date.toISOString().slice(11, 19);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
}

/** Who did what when, in the order in which it happened. */
export function storyOf({ approvals, statement, recorder, receipt, row }) {
  const act = {
    GAP7_execution_enable: ({ run_id }) =>
      run_id === undefined
        ? `allowed one run for exactly this text of the document ${receipt.document_id}, in the deployment ${receipt.deployment}`
        : 'allowed that run for another day',
    SG_1_cut_authz: () =>
      `allowed exactly this plan to be written, in which the text is number ${row.ordinal}`,
    SG_2_lifecycle_authz: () => 'allowed what was written to take effect',
  };
  const signed = approvals.map(({ signedAt, signers, entries }) => ({
    at: signedAt,
    who: `the holder of ${signers.map(grouped).join(' and of ')}`,
    what: act[entries.gate](entries),
  }));
  const { at, repository } = statement.predicate;
  return [
    ...signed,
    {
      at: Date.parse(at),
      who: `the recorder ${grouped(recorder)}`,
      what: `says that the run was completed, from the repository ${repository}`,
    },
  ].map(({ at: when, who, what }) => ({ at: when, who: seen(who), what: seen(what) }));
}
