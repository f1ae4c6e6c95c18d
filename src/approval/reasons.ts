// Why an approval is refused: one table of permanent codes, read by the check, the comment, the CLI, the log and the auditor.
// A code is never renamed or reused; a sentence may be improved.
import { MIN_RSA_BITS, MIN_RSA_EXPONENT } from './key-strength.ts';
import { AGREEMENT_WORDS, VALIDITY_WORDS } from './window.ts';

interface ReasonText {
  /** What is wrong, as one sentence without a final full stop. */
  readonly sentence: string;
  /** What the sovereign does next. */
  readonly next: string;
}

const SIGN = 'gpg --armor --detach-sign approvals/<name>.md';

const TEXTS = {
  // Path and change
  path_invalid: {
    sentence: 'this is not the path of an approval',
    next: 'Name the file `approvals/<name>.md`, directly in approvals/, with 1 to 100 of `A-Z a-z 0-9 . _ -` and a letter or digit first.',
  },
  not_regular_file: {
    sentence: 'the approval or its signature is not a regular file in the git tree',
    next: 'Add it as a plain file (git mode 100644): no symbolic link, no submodule, no executable bit.',
  },
  name_case_clash: {
    sentence: 'another file in approvals/ has the same name but for upper and lower case',
    next: 'Choose another name and open a new pull request.',
  },
  no_approval: {
    sentence: 'the pull request adds no approval',
    next: 'Add `approvals/<name>.md` and its signature `approvals/<name>.md.asc`.',
  },
  several_approvals: {
    sentence: 'the pull request carries more than one approval',
    next: 'Open one pull request for each approval.',
  },
  other_files_changed: {
    sentence: 'the pull request changes files besides the approval and its signatures',
    next: 'Move the other changes to a pull request of their own.',
  },
  not_added: {
    sentence: 'an approval may only be added, never modified, renamed or removed',
    next: 'Leave the old file as it is, and add a new approval under a new name.',
  },
  signature_missing: {
    sentence: 'the approval has no signature file',
    next: `Run \`${SIGN}\` and add the .asc file to the same pull request.`,
  },
  too_many_signatures: {
    sentence: 'the approval has more signatures than are ever asked for',
    next: 'Keep the signatures of those whom the gate asks for, 16 at most.',
  },
  from_fork: {
    sentence: 'the pull request comes from a fork',
    next: 'Push the branch to the governed repository itself and open the pull request from there.',
  },
  not_merged: {
    sentence: 'the pull request was closed without being merged',
    next: 'Open a new pull request with a freshly signed approval.',
  },
  wrong_branch: {
    sentence: 'the pull request goes to a branch other than the default branch',
    next: 'Open the pull request against the default branch.',
  },
  not_by_pull_request: {
    sentence: 'the approval reached the default branch without a pull request',
    next: 'Sign a new approval and merge it through a pull request. Find out who pushed this one.',
  },
  not_on_default_branch: {
    sentence: 'the commit that merged the approval is not on the default branch any more',
    next: 'Find out who moved the default branch back or rewrote it. Then sign a new approval and merge it through a pull request.',
  },

  // Bytes and front matter
  document_too_large: {
    sentence: 'the approval is larger than 64 KiB',
    next: 'Keep the approval short; put long explanations in the pull request.',
  },
  not_utf8: {
    sentence: 'the approval is not UTF-8 without a byte order mark',
    next: 'Save it as UTF-8 without a byte order mark, then sign it again.',
  },
  forbidden_character: {
    sentence: 'the approval holds a character that a reader cannot see',
    next: 'Remove the character, then sign the approval again.',
  },
  mixed_line_ends: {
    sentence: 'the lines of the approval do not all end alike',
    next: 'Save it with LF (or CRLF) on every line, then sign it again.',
  },
  clear_signed: {
    sentence: 'this is a clear-signed or inline OpenPGP message, which is never accepted',
    next: `Keep the plain text in \`approvals/<name>.md\` and sign it beside the text: \`${SIGN}\`.`,
  },
  front_matter_missing: {
    sentence: 'the approval does not begin with front matter between two lines `---`',
    next: 'Begin the file with the ready-to-sign text that the bot printed, at the very first byte.',
  },
  front_matter_syntax: {
    sentence: 'a line of the front matter is not a single `key: value`',
    next: 'Write one `key: value` on each line: no comments, lists, tags, anchors, nested or multi-line values.',
  },
  placeholder_left: {
    sentence: 'a placeholder of the ready-to-sign text was left in',
    next: 'Put the value in its place, such as the time from `date -u +%Y-%m-%dT%H:%M:%SZ`, then sign again.',
  },
  second_front_matter: {
    sentence: 'a second block of front matter follows the first',
    next: 'Keep one block of front matter, and begin the free text with words.',
  },
  duplicate_key: {
    sentence: 'a key of the front matter is given twice',
    next: 'Keep the one you mean, then sign the approval again.',
  },
  unknown_key: {
    sentence: 'the front matter holds a key that an approval for this gate does not have',
    next: 'Use exactly the keys of the ready-to-sign text that the bot printed.',
  },
  missing_key: {
    sentence: 'the front matter lacks a key that every approval has',
    next: 'Every approval names gate, signed_utc and allowance: explicit.',
  },
  gate_unknown: {
    sentence: 'the approval names a gate that does not exist',
    next: 'Copy the gate from the ready-to-sign text; look-alike letters do not count.',
  },
  allowance_not_explicit: {
    sentence: 'the approval does not say `allowance: explicit`',
    next: 'Write `allowance: explicit` if you mean to allow this, then sign again.',
  },
  signed_utc_invalid: {
    sentence: 'signed_utc is not a real instant of the form YYYY-MM-DDTHH:MM:SSZ',
    next: 'Take it from `date -u +%Y-%m-%dT%H:%M:%SZ` just before you sign.',
  },
  value_invalid: {
    sentence: 'a value of the front matter does not have the form of its key',
    next: 'Copy the value from the ready-to-sign text that the bot printed.',
  },

  // What it authorises
  document_unknown: {
    sentence: 'no governed document has this document_id',
    next: 'Use the document_id of a target in the configuration of this deployment.',
  },
  source_not_found: {
    sentence: 'the governed document is not a regular file at the merge commit',
    next: 'Commit the document at the path of its target, then sign a new approval.',
  },
  another_run_active: {
    sentence: 'another run of this document is not finished, and only one may be open at a time',
    next: 'Let the other run complete, or have it abandoned, then sign a new approval.',
  },
  not_ready: {
    sentence: 'the deployment is not ready to open a run',
    next: 'Ask the operator to close the conditions named here (`countersign readiness`), then sign a new approval.',
  },
  enable_expired: {
    sentence: 'the execution enable of this run has expired',
    next: 'Sign and merge a fresh GAP7_execution_enable approval that names this run_id, then sign a new approval for this gate.',
  },
  run_unknown: {
    sentence: 'there is no run with this run_id',
    next: 'Copy the run_id from the comment of the bot.',
  },
  run_not_awaiting_gate: {
    sentence: 'the run does not wait for this gate now',
    next: 'Read the last comment of the run: it names the gate that it waits for, if any.',
  },
  gate_mismatch: {
    sentence: 'the approval is for another gate than the one expected',
    next: 'Sign the ready-to-sign text of the gate that the run waits for.',
  },
  binding_missing: {
    sentence: 'the approval does not name something that it must be bound to',
    next: 'Copy every line of the ready-to-sign text that the bot printed.',
  },
  binding_mismatch: {
    sentence: 'the approval is bound to something other than what would be done',
    next: 'Check whether you signed what you read. If so, the plan or the document has changed: review it and sign the new text.',
  },

  // Signature
  signature_too_large: {
    sentence: 'the signature file is larger than 16 KiB',
    next: `Sign again with \`${SIGN}\`; the file holds one signature and nothing else.`,
  },
  signature_armor: {
    sentence: 'the signature file is not exactly one armored PGP SIGNATURE block',
    next: `Replace it by the untouched output of \`${SIGN}\`.`,
  },
  signature_count: {
    sentence: 'the armored block does not hold exactly one signature packet',
    next: 'Sign with one key at a time; further signers add `approvals/<name>.md.2.asc` and so on.',
  },
  signature_malformed: {
    sentence: 'the signature packet is not a well-formed version 4 signature',
    next: `Sign again with \`${SIGN}\` and a current GnuPG.`,
  },
  signature_type: {
    sentence: 'the signature is not one over the exact bytes of a file (type 0x00)',
    next: `Sign again with \`${SIGN}\`, without --textmode.`,
  },
  weak_hash: {
    sentence: 'the signature uses a hash other than SHA-256, SHA-384 or SHA-512',
    next: `Sign again with \`gpg --digest-algo SHA256 ${SIGN.slice(4)}\`.`,
  },
  weak_key: {
    sentence: `the signing key is neither a sound Ed25519 key nor RSA of ${MIN_RSA_BITS} bits or more with an odd exponent of ${MIN_RSA_EXPONENT} or more`,
    next: 'Sign with an Ed25519 or RSA-3072 key, and have its fingerprint pinned.',
  },
  signature_subpackets: {
    sentence: 'the signed part of the signature lacks, repeats or demands something',
    next: `Sign again with \`${SIGN}\` and no extra options.`,
  },
  signature_expired: {
    sentence: 'the signature itself carries an expiry that has passed',
    next: `Sign again with \`${SIGN}\` and no signature expiry.`,
  },
  signer_not_pinned: {
    sentence: 'the signature was made by a key that is not pinned',
    next: 'Sign with the sovereign key. To change who may sign, the operator changes SOVEREIGN_GPG_FPR.',
  },
  key_cannot_sign: {
    sentence: 'this key is not allowed to sign documents',
    next: 'Sign with the primary key or with a subkey made for signing.',
  },
  key_not_cross_certified: {
    sentence: 'the signing subkey does not certify in return that it belongs to the primary key',
    next: 'Run `gpg --edit-key <key> cross-certify save`, and give the operator the exported public key.',
  },
  key_not_yet_valid: {
    sentence: 'the signature is dated before its key existed',
    next: 'Check the clock of the machine that signs.',
  },
  key_expired: {
    sentence: 'the signing key, or the primary key above it, has expired',
    next: 'Extend it with `gpg --edit-key <key> expire`, and give the operator the exported public key.',
  },
  key_revoked: {
    sentence: 'the signing key, or the primary key above it, is revoked',
    next: 'Sign with another pinned key, or have a new one pinned.',
  },
  signature_invalid: {
    sentence: 'the signature does not fit the bytes of the approval',
    next: `The file was changed after it was signed. Check the text, then sign it again: \`${SIGN}\`.`,
  },
  threshold_not_met: {
    sentence: 'fewer different people have signed than this gate asks for',
    next: 'The others sign the same file and add `approvals/<name>.md.2.asc` and so on.',
  },

  // Time and single use
  times_disagree: {
    sentence: `signed_utc and the time in the signature are more than ${AGREEMENT_WORDS} apart`,
    next: 'Set signed_utc to the present time just before you sign.',
  },
  signed_in_future: {
    sentence: 'the approval is dated in the future',
    next: 'Check the clock of the machine that signs, then sign again; or wait until that time.',
  },
  window_expired: {
    sentence: `the approval was signed ${VALIDITY_WORDS} ago or more`,
    next: `Set signed_utc to the present time, sign again, and merge within ${VALIDITY_WORDS}.`,
  },
  already_used: {
    sentence: 'this very document has been used before',
    next: 'An approval is good for one use. Sign a new one.',
  },
  approval_withdrawn: {
    sentence: 'the approval was taken back by a signed withdrawal',
    next: 'A withdrawal is for ever. Sign a new approval if you mean to allow this after all.',
  },
  withdrawal_too_late: {
    sentence: 'the approval that this would take back has been used already',
    next: 'Read the comments of its run: stop it, or sign the revert that the bot offers.',
  },
  gate_already_used: {
    sentence: 'this gate of this run has been opened before, and the run does not wait for it again',
    next: 'Read the last comment of the run: it names the gate that it waits for, if any.',
  },
} as const satisfies Record<string, ReasonText>;

export type Reason = keyof typeof TEXTS;

/** The table: each reason with its sentence, its next action and where it is explained. */
export const REASONS = Object.fromEntries(
  Object.entries(TEXTS).map(([code, text]) => [code, { ...text, docs: `docs/reasons.md#${code}` }]),
) as Readonly<Record<Reason, ReasonText & { readonly docs: string }>>;

export interface Refusal {
  readonly reason: Reason;
  /** What exactly, with the values concerned. */
  readonly detail: string;
  /** The offending line, counted from 1. */
  readonly at?: { readonly path: string; readonly line: number };
}

/** docs/reasons.md, rendered from the table. */
export function reasonsPage(): string {
  const entries = Object.entries(REASONS).map(
    ([code, { sentence, next }]) => `## ${code}\n\nRefused because ${sentence}.\n\n${next}\n`,
  );
  return `# Why an approval was refused\n\nThe codes are permanent. Each line of advice is what the sovereign does next.\n\n${entries.join('\n')}`;
}
