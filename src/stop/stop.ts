// STOP: the one error by which an invariant failure leaves a run HELD (design section 3).
// The table is the only place where a STOP's sentence and next action are written; codes are permanent.

interface StopText {
  /** What is wrong, as one sentence without a final full stop. */
  readonly sentence: string;
  /** What the operator does next. */
  readonly next: string;
}

/** How far two clocks may be apart. What people are told of it is made from it. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;

export const STOPS = {
  document_invalid: {
    sentence: 'the document cannot be cut as it stands',
    next: 'Mend the document, commit it, and open a new run for its new digest.',
  },
  nothing_to_cut: {
    sentence: 'every unit of this document is already in the database with the same text',
    next: 'Nothing needs to be done. Abandon the run.',
  },
  source_changed: {
    sentence: 'the document is no longer the one that was pinned',
    next: 'Check who changed it, then open a new run with an approval for the digest you mean to cut.',
  },
  plan_changed: {
    sentence: 'planning the pinned document again gave another cut plan than the one recorded',
    next: 'The software or the database changed between the phases. Abandon this run and open a new one.',
  },
  incomplete_plan_row: {
    sentence: 'a row of the cut plan lacks its body, title, unit_kind or section_type',
    next: 'This is a defect in the cut; report it with the document. Nothing was sent to the database.',
  },
  incomplete_backup: {
    sentence: 'the backup before the writes is not complete',
    next: 'Run `countersign backup selftest`, mend what it names, then release the hold.',
  },
  grant_delta: {
    sentence: 'the privileges in the governed database differ from the expected matrix',
    next: 'Run `countersign db grants`, apply what it prints as workflow_admin, then release the hold.',
  },
  kill_switch_off: {
    sentence: 'execution is not enabled',
    next: 'Merge a fresh approval, bound to this run, for each gate whose approval has ended: GAP7_execution_enable, and the one that opened this stretch if the message names it. Then release the hold.',
  },
  master_off: {
    sentence: 'the master switch is off',
    next: 'Find out why the operator ran `countersign disable`. When the run may go on, run `countersign enable-master`, then release the hold.',
  },
  clock_skew: {
    sentence: `the clocks disagree by more than ${CLOCK_TOLERANCE_MS / 60_000} minutes`,
    next: 'Synchronise the clock of the machine that is wrong (NTP), then release the hold.',
  },
  database_busy: {
    sentence: 'another run is writing to the governed database',
    next: 'Wait until the other run has ended, then release the hold.',
  },
  unit_status: {
    sentence: 'the database did not answer `created` for a unit',
    next: 'Look for a trigger or rule on public.information_unit; nothing was committed.',
  },
  structure_mismatch: {
    sentence: 'the document rebuilt from the database is not the source',
    next: 'Nothing was committed. The message names the first unit that differs.',
  },
  incomplete_ids: {
    sentence: 'a writer returned incomplete ids',
    next: 'Nothing was committed. Compare the functions with `countersign db check`.',
  },
  count_drift: {
    sentence: 'the counts in the governed database are not what this run expected',
    next: 'Find out who else wrote since the snapshot, then open a new run.',
  },
  verify_mismatch: {
    sentence: 'what was read back after the commit is not what was written',
    next: 'Do not enact. Plan the compensation with `countersign revert plan`.',
  },
  key_unusable: {
    sentence: 'a key that this run depends on is missing, expired or revoked',
    next: 'Provision the key named in the message, then release the hold.',
  },
  not_configured: {
    sentence: 'a setting that this run depends on is missing',
    next: 'Complete the deployment settings named in the message, then release the hold.',
  },
  unhandled_error: {
    sentence: 'an error that nobody foresaw',
    next: 'Read the log at the time of this event, mend the cause, then release the hold.',
  },
} as const satisfies Record<string, StopText>;

export type StopCode = keyof typeof STOPS;

/** A typed invariant failure. `detail` is shown to people: it must hold no secret and no row content beyond titles. */
export class Stop extends Error {
  readonly code: StopCode;
  readonly detail: string;

  constructor(code: StopCode, detail: string, options?: ErrorOptions) {
    super(`STOP ${code}: ${STOPS[code].sentence}: ${detail}`, options);
    this.name = 'Stop';
    this.code = code;
    this.detail = detail;
  }
}
