// Admission: is this signed document a valid authorisation, for exactly this, now? (design section 2)
// One ordered list of checks, the same in the pull-request check, at merge, at resume, in the CLI and for the auditor.
// Pure: bytes, facts and one reference time come in, a verdict goes out. Whatever is not judged is listed as such.

import { type Check, CheckSheet, type Finding, fail, pass } from './checks.ts';
import type { Fingerprint } from './fingerprint.ts';
import { refusalIn } from './flaw.ts';
import { type Approval, readApproval } from './front-matter.ts';
import { type KeyRing, keyWarnings } from './key-ring.ts';
import { checkFiles, checkMerge, checkPath, checkTree, type Origin } from './origin.ts';
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
import { type Signed, verifySignature } from './signature.ts';
import { checkAgreement, checkWindow, endOfValidity } from './window.ts';

export type { Check } from './checks.ts';
export { type ChangedFile, type Origin, type Picked, pickApproval, type TreeEntry } from './origin.ts';
export type { Expectations, Ledger, Policy } from './purpose.ts';

export interface AdmissionRequest {
  readonly approval: ApprovalFile;
  readonly signatures: readonly ApprovalFile[];
  /** What the pull request changed and what the tree holds; null outside a pull request. */
  readonly change: Origin | null;
  readonly expect: Expectations;
  /** null: not judged. */
  readonly ledger: Ledger | null;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly now: Date;
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

/** Judges an approval. Throws SignatureFault when the library misbehaves: that is no verdict. */
export async function admit(request: AdmissionRequest): Promise<Verdict> {
  const { approval: file, signatures, change, expect, ledger, keys, policy, now } = request;
  const sheet = new CheckSheet();
  const reject = (refusal: Refusal, approval?: Approval): Verdict => ({
    verdict: 'rejected',
    ...refusal,
    ...(approval ? { approval } : {}),
    checks: sheet.complete(),
  });

  // Where it comes from: plain files under a name of their own, added alone, through a pull request.
  const paths = [file.path, ...signatures.map(({ path }) => path)];
  const origin =
    sheet.note('path', checkPath(file.path)) ??
    sheet.note('git tree', checkTree(change, paths)) ??
    sheet.note('pull request files', checkFiles(change, paths)) ??
    sheet.note('merge', checkMerge(change));
  if (origin) return reject(origin);

  // What it says, read from the very bytes that are verified below.
  const read = readApproval(file.bytes, file.path);
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
  const signed = await verifyAll(signatures, { document: file, keys, now });
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
async function verifyAll(
  signatures: readonly ApprovalFile[],
  context: { document: ApprovalFile; keys: KeyRing; now: Date },
): Promise<{ finding: Finding; by: readonly Signed[] }> {
  const { document, keys, now } = context;
  if (signatures.length === 0) return { finding: fail('signature_missing', `${document.path}.asc`), by: [] };
  const by: Signed[] = [];
  for (const { path, bytes } of signatures) {
    const result = await verifySignature(bytes, { document: document.bytes, keys, now });
    if (!result.ok) return { finding: { result: 'fail', refusal: refusalIn(path, result.flaw) }, by };
    by.push(result.value);
  }
  return { finding: pass(`good, by ${by.map(({ signer }) => signer).join(', ')}`), by };
}
