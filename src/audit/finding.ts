// What an audit can find: one table of permanent codes, each with its severity, its sentence and what to do next.
// A code is never renamed or reused; a sentence may be improved. docs/audit-findings.md is rendered from it.

/** `error`: the clone proves less than it must. `warning`: look at it. `note`: worth knowing; the clone is clean. */
export const SEVERITY_ORDER = ['error', 'warning', 'note'] as const;

export type Severity = (typeof SEVERITY_ORDER)[number];

interface FindingText {
  readonly severity: Severity;
  /** What was found, as one sentence without a final full stop. */
  readonly sentence: string;
  /** What the auditor does next. */
  readonly next: string;
}

const COMPARE = 'Compare with a clone from before, and ask who pushed the commit that is named.';
const DO_NOT_TRUST = 'Do not rely on this run. Ask the operator for the database of the bot, and compare.';

export const FINDINGS = {
  // Approvals
  approval_changed: {
    severity: 'error',
    sentence: 'an approval or a signature was changed, moved or removed after it was merged',
    next: COMPARE,
  },
  approval_changed_in_merge: {
    severity: 'error',
    sentence: 'a merge brought an approval or a signature in other bytes than the branch had',
    next: COMPARE,
  },
  approval_not_regular: {
    severity: 'error',
    sentence: 'an approval or a signature is not a plain file (git mode 100644)',
    next: 'Ask who added it: a link or a program has no place in approvals/.',
  },
  name_case_clash: {
    severity: 'error',
    sentence: 'two paths differ in upper and lower case alone, so that one hides the other on some machines',
    next: 'Read both from git by their full paths, and ask who added the second.',
  },
  signature_added_apart: {
    severity: 'error',
    sentence: 'a signature was not merged together with its approval',
    next: 'What was judged at the merge did not have this signature. Ask who added it later.',
  },
  approval_rejected: {
    severity: 'note',
    sentence: 'a merged approval does not hold, and nothing was done under it',
    next: 'Nothing: it stays in the folder and opens nothing.',
  },
  approval_unused: {
    severity: 'note',
    sentence: 'an approval holds by itself, and no run has used it',
    next: 'Nothing, unless you expected a run: then ask the operator why there is none.',
  },
  run_unknown: {
    severity: 'warning',
    sentence: 'an approval holds for a run of which there is no record',
    next: 'Ask the operator whether that run was ever there: a record that was removed leaves its approvals behind.',
  },
  // Uses of approvals
  approval_missing: {
    severity: 'error',
    sentence: 'the log names an approval that is not in approvals/ with that digest',
    next: DO_NOT_TRUST,
  },
  approval_not_admitted: {
    severity: 'error',
    sentence: 'the log uses an approval that does not hold for it',
    next: DO_NOT_TRUST,
  },
  approval_reused: {
    severity: 'error',
    sentence: 'an approval is used twice',
    next: DO_NOT_TRUST,
  },
  approval_misquoted: {
    severity: 'error',
    sentence: 'the log says something else of an approval than the approval does',
    next: DO_NOT_TRUST,
  },
  merge_misquoted: {
    severity: 'error',
    sentence: 'the commit that the log names for an approval is not one that brought it here',
    next: DO_NOT_TRUST,
  },
  merged_outside_window: {
    severity: 'error',
    sentence: 'by git an approval was merged outside its 24 hours',
    next: 'Ask for the time of the merge on the forge, and compare the clocks.',
  },
  used_before_merge: {
    severity: 'error',
    sentence: 'the log uses an approval before git says that it was merged',
    next: 'Ask for the time of the merge on the forge, and compare the clocks.',
  },
  // One run
  log_missing: {
    severity: 'error',
    sentence: 'a folder of a run has no event log',
    next: COMPARE,
  },
  log_malformed: {
    severity: 'error',
    sentence: 'an event log cannot be read',
    next: COMPARE,
  },
  log_broken: {
    severity: 'error',
    sentence: 'an event log is not the chain that it says it is',
    next: COMPARE,
  },
  log_illegal: {
    severity: 'error',
    sentence: 'an event log tells what no run can do',
    next: DO_NOT_TRUST,
  },
  log_rewritten: {
    severity: 'error',
    sentence: 'a commit has taken away or changed entries of an event log that were published before',
    next: COMPARE,
  },
  run_deleted: {
    severity: 'error',
    sentence: 'a commit has removed the record of a run',
    next: COMPARE,
  },
  run_misnamed: {
    severity: 'error',
    sentence: 'a run has another name than the approval that opened it gives',
    next: DO_NOT_TRUST,
  },
  two_open_runs: {
    severity: 'error',
    sentence: 'two runs of one document were open at once',
    next: DO_NOT_TRUST,
  },
  time_goes_back: {
    severity: 'warning',
    sentence: 'an entry of an event log is more than two minutes older than the one before it',
    next: 'Ask the operator whether the clock of the bot was set back then.',
  },
  recorded_before_it_happened: {
    severity: 'error',
    sentence: 'by git an entry was published more than two minutes before it says that it happened',
    next: 'Ask for the time of the push on the forge, and compare the clocks.',
  },
  outside_window: {
    severity: 'error',
    sentence: 'a phase that writes ran while no approval covered it',
    next: DO_NOT_TRUST,
  },
  output_differs: {
    severity: 'error',
    sentence: 'a phase says something else than what follows from the plan and the document',
    next: DO_NOT_TRUST,
  },
  record_differs: {
    severity: 'error',
    sentence: 'a file of a record is not what its event log gives',
    next: 'The log counts. Take this file for edited, or written by another version of the program.',
  },
  record_missing: {
    severity: 'error',
    sentence: 'a file is missing from a record',
    next: COMPARE,
  },
  source_missing: {
    severity: 'error',
    sentence: 'the document is not where the log says that it was read',
    next: COMPARE,
  },
  source_differs: {
    severity: 'error',
    sentence: 'the document at its commit is not the one that was signed',
    next: DO_NOT_TRUST,
  },
  plan_malformed: {
    severity: 'error',
    sentence: 'the plan of a record is none',
    next: COMPARE,
  },
  plan_not_signed: {
    severity: 'error',
    sentence: 'the plan of a record does not have the digest that the log and SG_1 name',
    next: DO_NOT_TRUST,
  },
  plan_differs: {
    severity: 'error',
    sentence: 'the plan is not what the document gives when it is cut again',
    next: 'Cut it with the version of the program that the run had. If it differs there too, do not rely on this run.',
  },
  plan_not_recomputed: {
    severity: 'warning',
    sentence: 'the plan is held against units that no record here explains',
    next: 'Its rows are parts of the document. What became of the units before is the word of the database.',
  },
  not_accepted: {
    severity: 'error',
    sentence: 'the cut has blocking diagnostics that the opening approval does not accept',
    next: DO_NOT_TRUST,
  },
  revert_plan_differs: {
    severity: 'error',
    sentence: 'the compensation plan of a record is not the one that the log names',
    next: COMPARE,
  },
  audit_failed_here: {
    severity: 'error',
    sentence: 'a record cannot be judged, because it is of a kind that this program does not know',
    next: 'Use the version of the program that wrote it.',
  },
  // The recorder and its log
  no_recorder: {
    severity: 'note',
    sentence: 'a run has no statement, because no approval of it names a recorder',
    next: 'Nothing: it was opened before there were recorders. Who appended to its log, git alone does not prove.',
  },
  statement_missing: {
    severity: 'error',
    sentence: 'the recorder has stated nothing of a run whose approvals name it',
    next: DO_NOT_TRUST,
  },
  statement_untrusted: {
    severity: 'error',
    sentence: 'the statement of a run is not signed by a recorder that its own approvals name',
    next: DO_NOT_TRUST,
  },
  statement_differs: {
    severity: 'error',
    sentence: 'the recorder has stated something else of a run than its record says',
    next: DO_NOT_TRUST,
  },
  checkpoint_missing: {
    severity: 'error',
    sentence: 'the log of the deployment has no checkpoint',
    next: COMPARE,
  },
  checkpoint_untrusted: {
    severity: 'error',
    sentence: 'a checkpoint is not signed by a recorder that an approval names',
    next: COMPARE,
  },
  log_inconsistent: {
    severity: 'error',
    sentence: 'two checkpoints of the log cannot both be of one log that only grows',
    next: COMPARE,
  },
  recorder_file_differs: {
    severity: 'error',
    sentence: 'runs/recorder.json lists other keys than the approvals and the checkpoint have',
    next: 'Take no key from it. The keys stand in the enables, as recorder_key; ask who pushed the commit that is named.',
  },
  cosigned_contradicted: {
    severity: 'error',
    sentence: 'the log does not continue a checkpoint that a witness has cosigned: it was put anew',
    next: 'Rely on nothing here. Ask the witness for the clone that it saw, and compare.',
  },
  cosigned_set_back: {
    severity: 'error',
    sentence: 'a cosigned checkpoint was removed, or set back to an earlier one',
    next: COMPARE,
  },
  cosigned_untrusted: {
    severity: 'error',
    sentence: 'a file in runs/log/witness/ is no checkpoint of this log that its recorder signed',
    next: COMPARE,
  },
  cosignature_wrong: {
    severity: 'error',
    sentence: 'a signature in the name of a witness is not that of its key',
    next: 'Compare the key with the one that the witness gave you, then ask who pushed the file.',
  },
  cosignature_absent: {
    severity: 'warning',
    sentence: 'a witness that was asked for has cosigned nothing here',
    next: 'Ask the witness for the last checkpoint that it cosigned: where there is one, somebody took it away.',
  },
  time_stamp_malformed: {
    severity: 'error',
    sentence: 'a file that should be a time stamp is none',
    next: COMPARE,
  },
  time_stamp_of_another: {
    severity: 'error',
    sentence: 'a time stamp is not over the statement beside which it lies',
    next: COMPARE,
  },
  time_stamp_foreign: {
    severity: 'error',
    sentence: 'a time stamp is by none of the authorities that were asked for',
    next: 'Ask the operator which authority it was, and for its certificate from elsewhere than the clone.',
  },
  time_stamp_wrong: {
    severity: 'error',
    sentence: 'a time stamp in the name of an authority was not signed by it',
    next: COMPARE,
  },
  time_stamp_unfit: {
    severity: 'error',
    sentence: 'a time stamp was signed with a certificate that is not for time stamps alone',
    next: 'Take no time from it. Ask the authority which certificate it signs time stamps with.',
  },
  time_stamp_expired: {
    severity: 'error',
    sentence: 'a time stamp says that it was made while its certificate did not hold',
    next: 'Take no time from it. Ask the authority whether its key was given away since.',
  },
  time_stamp_contradicted: {
    severity: 'error',
    sentence: 'a time stamp and the record cannot both be right about the time',
    next: 'Ask for the time of the push on the forge, and compare the clocks.',
  },
  time_stamp_replaced: {
    severity: 'error',
    sentence: 'a time stamp was removed, or another one put in its place',
    next: COMPARE,
  },
  time_stamp_absent: {
    severity: 'warning',
    sentence: 'authorities were asked for, and a statement has no time stamp',
    next: 'Ask the operator whether an authority was asked then. Without one, the times are the word of the bot and of git.',
  },
  leaves_rewritten: {
    severity: 'error',
    sentence: 'a commit has taken leaves of the log away, or put others in their place',
    next: COMPARE,
  },
  leaf_malformed: {
    severity: 'error',
    sentence: 'a file of the log cannot be read',
    next: COMPARE,
  },
  head_without_leaf: {
    severity: 'error',
    sentence: 'the head of a run was published without its leaf in the log',
    next: DO_NOT_TRUST,
  },
  leaf_without_head: {
    severity: 'error',
    sentence: 'the log knows of a head of a run that is not there, or is another one',
    next: COMPARE,
  },
  approval_without_verdict: {
    severity: 'warning',
    sentence: 'an approval was merged, and an hour later the log has no verdict on it',
    next: 'Ask the operator whether the bot was running then.',
  },
  verdict_without_approval: {
    severity: 'error',
    sentence: 'the log has a verdict on an approval that is not there',
    next: COMPARE,
  },
  verdict_without_run: {
    severity: 'error',
    sentence: 'the log has an approval accepted for a run of which there is no record',
    next: COMPARE,
  },
  verdict_contradicts: {
    severity: 'error',
    sentence: 'the log and the record of a run disagree on whether an approval was accepted',
    next: DO_NOT_TRUST,
  },
  // The governed database, where it is asked
  unit_unsigned: {
    severity: 'error',
    sentence: 'the governed database has a unit in force that no signed plan has',
    next: 'Have the database switched off (countersign disable), and ask who can write to it.',
  },
  unit_differs: {
    severity: 'error',
    sentence: 'a unit in force is not as it was signed',
    next: 'Have the database switched off (countersign disable), and ask who can write to it.',
  },
  unit_missing: {
    severity: 'error',
    sentence: 'a unit that was signed and enacted is not in force',
    next: 'Ask whether the database was restored from a backup, or the clone is older than it.',
  },
  unit_before_records: {
    severity: 'note',
    sentence: 'a unit was there before this program, and nobody signed it',
    next: 'Nothing, until its document is cut.',
  },
  // Everything else
  unexplained: {
    severity: 'error',
    sentence: 'nothing explains this path in approvals/ or runs/',
    next: 'Ask who added it. Nobody but the sovereign adds to approvals/, and nobody but the bot to runs/.',
  },
} as const satisfies Readonly<Record<string, FindingText>>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** A path, with the entry or line where there is one: `runs/<run_id>/events.jsonl#7`. */
  readonly where: string;
  /** What is wrong with it, in its own words. May hold text of the clone: shown only through `visible`. */
  readonly detail: string;
}

export function severityOf({ code }: Finding): Severity {
  return FINDINGS[code].severity;
}

/** Errors first; of one severity in the order in which they were found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITY_ORDER.flatMap((severity) => findings.filter((one) => severityOf(one) === severity));
}
