// STOP: the one error by which an invariant failure leaves a run HELD (design section 3).
// The table is the only place where a STOP's sentence and next action are written; codes are permanent.

interface StopText {
  /** What is wrong, as one sentence without a final full stop. */
  readonly sentence: string;
  /** What the operator does next. Says nothing of what was written: that depends on when it happened. */
  readonly next: string;
  /** What was rolled back with it. */
  readonly undone: string;
}

/** How far two clocks may be apart. What people are told of it is made from it. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;

export const STOPS = {
  document_invalid: {
    sentence: 'the document cannot be cut as it stands',
    next: 'Mend the document, commit it, and open a new run for its new digest.',
    undone: 'Nothing: no phase that writes had begun.',
  },
  not_accepted: {
    sentence: 'the cut of this document has a blocking diagnostic that no approval accepts',
    next: 'Mend the document; or look at each with `countersign plan`, and open a new run with an approval that names their accepts_sha256.',
    undone: 'Nothing: no phase that writes had begun.',
  },
  nothing_to_cut: {
    sentence: 'every unit of this document is already in the database with the same text',
    next: 'Nothing needs to be done. Abandon the run.',
    undone: 'Nothing: no phase that writes had begun.',
  },
  address_shared: {
    sentence:
      'two units of this document have the same address, since an earlier cut of it was never enacted',
    next: 'Take that cut back with `countersign revert plan` and an SG_R approval, or enact it. Then open a new run.',
    undone: 'Nothing: no phase that writes had begun.',
  },
  source_changed: {
    sentence: 'the document is no longer the one that was pinned',
    next: 'Check who changed it, then open a new run with an approval for the digest you mean to cut.',
    undone: 'The write transaction, whole, if it was open; before it, nothing had been written.',
  },
  plan_changed: {
    sentence: 'planning the pinned document again gave another cut plan than the one recorded',
    next: 'The software or the database changed between the phases. Abandon this run and open a new one.',
    undone: 'The write transaction, whole, if it was open; a revert had not begun.',
  },
  incomplete_plan_row: {
    sentence: 'a row of the cut plan lacks its body, title, unit_kind or section_type',
    next: 'This is a defect in the cut: report it with the document.',
    undone: 'The write transaction, before its first row.',
  },
  incomplete_backup: {
    sentence: 'the backup before the writes is not complete',
    next: 'Run `countersign backup selftest`, mend what it names, then release the hold.',
    undone: 'Nothing: the backup is taken before anybody is asked to sign a write.',
  },
  grant_delta: {
    sentence: 'the privileges in the governed database differ from the expected matrix',
    next: 'Run `countersign db grants`, apply what it prints as workflow_admin, then release the hold.',
    undone: 'Nothing: the privileges are probed before anybody is asked to sign a write.',
  },
  kill_switch_off: {
    sentence: 'execution is not enabled',
    next: 'Merge a fresh approval, bound to this run, for each gate whose approval has ended: GAP7_execution_enable, and the one that opened this stretch if the message names it. Then release the hold.',
    undone: 'The transaction that was open, whole.',
  },
  master_off: {
    sentence: 'the master switch is off',
    next: 'Find out why the operator ran `countersign disable`. When the run may go on, run `countersign enable-master`, then release the hold.',
    undone: 'The transaction that was open, whole.',
  },
  clock_skew: {
    sentence: `the clocks disagree by more than ${CLOCK_TOLERANCE_MS / 60_000} minutes`,
    next: 'Synchronise the clock of the machine that is wrong (NTP), then release the hold.',
    undone: 'Nothing: the clocks are compared before a phase begins.',
  },
  database_busy: {
    sentence: 'another run is writing to the governed database',
    next: 'It was tried again for a while. Wait until the other run has ended, then release the hold.',
    undone: 'The transaction that was open, whole.',
  },
  database_refused: {
    sentence: 'the governed database refused a statement',
    next: 'The message says what the server meant. Mend that, with what `countersign db check` prints, then release the hold.',
    undone: 'The transaction that was open, whole, if one was.',
  },
  guard_refused: {
    sentence: 'the governed database found no signature for this',
    next: 'The message begins with the reason. Sign what it asks for, then release the hold; where it names a difference in the rows, run `countersign db check` first.',
    undone: 'The transaction that was open, whole; where none was open, nothing.',
  },
  state_rewound: {
    sentence: 'the log of this run is older than what was published or noted of it',
    next: 'Restore the state database from its newest copy: the newer log then takes the place of this one, and of this hold. If somebody changed the record in git instead, put it back, then release the hold. Where the newer log is lost for good, this run can only be abandoned, or taken back by a signed revert.',
    undone: 'Nothing: the log is held against its witnesses before a phase begins.',
  },
  governed_rewound: {
    sentence: 'the governed database lacks what was committed in it',
    next: 'It was set back to an earlier point: restore it to a later one, then release the hold. If the runs that the message names are lost for good, your release says so for this run, unless it is among them: then abandon it and cut the document again.',
    undone: 'Nothing: the database is held against the logs before a phase begins.',
  },
  unit_status: {
    sentence: 'the database did not answer `created` for a unit',
    next: 'Look for a trigger or a rule on public.information_unit, remove it, then release the hold.',
    undone: 'The transaction that was open, whole: the cut, or the enactment.',
  },
  structure_mismatch: {
    sentence: 'the document rebuilt from the database is not the source',
    next: 'The message names the first unit that differs. Report it with the document.',
    undone: 'The write transaction, whole.',
  },
  incomplete_ids: {
    sentence: 'a writer returned incomplete ids',
    next: 'Compare the functions with `countersign db check`, mend what differs, then release the hold.',
    undone:
      'The transaction that was open, whole. Units that an earlier transaction committed stand, and the comment says so.',
  },
  count_drift: {
    sentence: 'the counts in the governed database are not what this run expected',
    next: 'Find out who else wrote since the snapshot, then open a new run.',
    undone:
      'The transaction that was open, whole. After the commit, nothing: the comment then offers the compensation.',
  },
  verify_mismatch: {
    sentence: 'what was read back after the commit is not what was written',
    next: 'Do not enact. Plan the compensation with `countersign revert plan`.',
    undone: 'Nothing: what was committed stands, and the comment offers the compensation.',
  },
  key_unusable: {
    sentence: 'a key that this run depends on is missing, expired or revoked',
    next: 'Provision the key named in the message, then release the hold.',
    undone: 'Nothing: the keys are read before anything is written.',
  },
  not_configured: {
    sentence: 'a setting that this run depends on is missing',
    next: 'Complete the deployment settings named in the message, then release the hold.',
    undone: 'Nothing: the settings are read before anything is written.',
  },
  unhandled_error: {
    sentence: 'an error that nobody foresaw',
    next: 'Read the log at the time of this event, mend the cause, then release the hold.',
    undone: 'The transaction that was open, whole, if one was.',
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

/** docs/stops.md, rendered from the table. */
export function stopsPage(): string {
  const entries = Object.entries(STOPS).map(
    ([code, { sentence, next, undone }]) =>
      `## ${code}\n\nThe run is held because ${sentence}.\n\n**What to do:** ${next}\n\n**Rolled back:** ${undone}\n`,
  );
  return `# Why a run was held\n\nThe codes are permanent. The detail of the case stands in the comment and in the run's event log.\n\n${entries.join('\n')}`;
}
