// Admission: is this signed document a valid authorisation, for exactly this, now? (design section 2)
// One ordered list of checks, the same in the pull-request check, at merge, at resume, in the CLI and for the auditor.
// Pure: bytes, facts and one reference time come in, a verdict goes out. Whatever is not judged is listed as such.

import { type Check, CheckSheet, type Finding, fail, pass } from './checks.ts';
import type { Fingerprint } from './fingerprint.ts';
import { refusalIn } from './flaw.ts';
import { type Approval, type ReadResult, readApproval } from './front-matter.ts';
import { type KeyRing, keyWarnings } from './key-ring.ts';
import { once } from './once.ts';
import {
  checkFiles,
  checkMerge,
  checkPath,
  checkTree,
  MOST_SIGNATURES,
  type Origin,
  tooManySignatures,
} from './origin.ts';
import {
  checkBindings,
  checkLedger,
  checkRunAndGate,
  checkThreshold,
  type Expectations,
  type Ledger,
  type Policy,
} from './purpose.ts';
import type { Refusal } from './reasons.ts';
import {
  judgeSignature,
  type OpenedSignature,
  openSignature,
  type Signed,
  type Verifier,
} from './signature.ts';
import { checkAgreement, checkWindow, endOfValidity } from './window.ts';

export type { Check } from './checks.ts';
export {
  approvalAmong,
  type ChangedFile,
  checkPullRequest,
  checkTree,
  type Origin,
  type Picked,
  type PullRequestFacts,
  pickApproval,
  type TreeEntry,
} from './origin.ts';
export { EMPTY_LEDGER, type Expectations, type Ledger, type Policy } from './purpose.ts';

/** What is asked of an approval: where it came from, what for, by whom, when. */
export interface Question {
  /** What the pull request changed and what the tree holds; null outside a pull request. */
  readonly change: Origin | null;
  readonly expect: Expectations;
  /** null: not judged. */
  readonly ledger: Ledger | null;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly now: Date;
}

export interface AdmissionRequest extends ApprovalFiles, Question {}

export interface ApprovalFiles {
  readonly approval: ApprovalFile;
  readonly signatures: readonly ApprovalFile[];
}

export interface ApprovalFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type Verdict =
  | {
      readonly verdict: 'accepted';
      readonly approval: Approval;
      readonly signers: readonly Fingerprint[];
      readonly signedAt: Date;
      /** The first instant at which this approval no longer holds. */
      readonly validUntil: Date;
      readonly warnings: readonly string[];
      readonly checks: readonly Check[];
    }
  | ({
      readonly verdict: 'rejected';
      readonly approval?: Approval;
      readonly checks: readonly Check[];
    } & Refusal);

/** An approval with its signatures, read once: whatever is asked of it, and however often, its bytes say the same. */
export interface OpenedApproval {
  readonly path: string;
  read(): ReadResult;
  readonly signatures: readonly OpenedFile[];
}

interface OpenedFile {
  readonly path: string;
  open(): OpenedSignature;
}

/** `verify`: openpgp.js, if nothing else is said. */
export function openApproval(
  { approval, signatures }: ApprovalFiles,
  { verify }: { readonly verify?: Verifier } = {},
): OpenedApproval {
  const options = { document: approval.bytes, ...(verify ? { verify } : {}) };
  return {
    path: approval.path,
    read: once(() => readApproval(approval.bytes, approval.path)),
    signatures: signatures.map(({ path, bytes }) => ({
      path,
      open: once(() => openSignature(bytes, options)),
    })),
  };
}

/** Judges an approval. Throws SignatureFault when the library misbehaves: that is no verdict. */
export function admit(request: AdmissionRequest): Promise<Verdict> {
  return judgeApproval(openApproval(request), request);
}

/** The same of one that was opened before, for whoever has more than one question. Throws SignatureFault. */
export async function judgeApproval(opened: OpenedApproval, question: Question): Promise<Verdict> {
  const { change, expect, ledger, keys, policy, now } = question;
  const sheet = new CheckSheet();
  const reject = (refusal: Refusal, approval?: Approval): Verdict => ({
    verdict: 'rejected',
    ...refusal,
    ...(approval ? { approval } : {}),
    checks: sheet.complete(),
  });

  // Where it comes from, the cheapest facts first: through a pull request of this repository, added alone, as plain files
  // of a size that may be read.
  const paths = [opened.path, ...opened.signatures.map(({ path }) => path)];
  const origin =
    sheet.note('path', checkPath(opened.path)) ??
    sheet.note('merge', checkMerge(change)) ??
    sheet.note('pull request files', checkFiles(change, paths)) ??
    sheet.note('git tree', checkTree(change, paths));
  if (origin) return reject(origin);

  // What it says, read from the very bytes that are verified below.
  const read = opened.read();
  sheet.note(
    'front matter',
    read.ok ? pass(summary(read.approval)) : { result: 'fail', refusal: read.refusal },
  );
  if (!read.ok) return reject(read.refusal);
  const { approval } = read;

  // Whether that is what would be done.
  const purpose =
    sheet.note('run and gate', checkRunAndGate(approval, expect)) ??
    sheet.note('bindings', checkBindings(approval, expect.bindings));
  if (purpose) return reject(purpose, approval);

  // Who signed it, and whether they are enough.
  const signed = await judgeSignatures(opened, { keys, now });
  sheet.note('signature', signed.finding);
  if (signed.finding.result === 'fail') return reject(signed.finding.refusal, approval);
  const signers = [...new Set(signed.by.map(({ signer }) => signer))];
  const tooFew = sheet.note('threshold', checkThreshold(signers, { policy, gate: approval.gate }));
  if (tooFew) return reject(tooFew, approval);

  // When, and whether for the first time.
  const created = signed.by.map(({ createdAt }) => createdAt);
  const instants = [approval.signedAt, ...created];
  const untimely =
    sheet.note('times agree', checkAgreement(approval.signedAt, created)) ??
    sheet.note('validity window', checkWindow(instants, now)) ??
    sheet.note('single use', checkLedger(approval, ledger));
  if (untimely) return reject(untimely, approval);

  return {
    verdict: 'accepted',
    approval,
    signers,
    signedAt: approval.signedAt,
    validUntil: endOfValidity(instants),
    warnings: keyWarnings(keys, now).map(
      ({ fingerprint, expiresAt }) => `key ${fingerprint} expires at ${expiresAt.toISOString()}`,
    ),
    checks: sheet.complete(),
  };
}

function summary({ gate, signedUtc }: Approval): string {
  return `${gate}, allowance explicit, signed_utc ${signedUtc}`;
}

/** Every signature file must hold: one that does not is a question to be answered, not to be passed over. */
async function judgeSignatures(
  { path: document, signatures }: OpenedApproval,
  at: { readonly keys: KeyRing; readonly now: Date },
): Promise<{ finding: Finding; by: readonly Signed[] }> {
  if (signatures.length === 0) return { finding: fail('signature_missing', `${document}.asc`), by: [] };
  if (signatures.length > MOST_SIGNATURES)
    return { finding: { result: 'fail', refusal: tooManySignatures(signatures.length) }, by: [] };
  const by: Signed[] = [];
  for (const { path, open } of signatures) {
    const result = await judgeSignature(open(), at);
    if (!result.ok) return { finding: { result: 'fail', refusal: refusalIn(path, result.flaw) }, by };
    by.push(result.value);
  }
  return { finding: pass(`good, by ${by.map(({ signer }) => signer).join(', ')}`), by };
}
