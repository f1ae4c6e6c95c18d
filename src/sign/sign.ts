// From what somebody wants to the signed files: shown, named by the person, signed by their own gpg, and judged by the bot's
// own admission before anything leaves. Total: it ends with signed files or with why there are none.
import { type AdmissionRequest, type ApprovalFile, admit } from '../approval/admission.ts';
import { freePath } from '../approval/file-name.ts';
import { KEY_WARNING_MS, type KeyRing } from '../approval/key-ring.ts';
import { REASONS } from '../approval/reasons.ts';
import { approvalTemplate } from '../approval/template.ts';
import { utc } from '../report/markdown.ts';
import { signedLines, subjectLines } from '../report/sign-screen.ts';
import { SignFault } from './fault.ts';
import { type OwnKey, signBytes } from './gpg.ts';
import type { Person } from './person.ts';
import type { Environment } from './program.ts';
import { confirmRecorder } from './recorder.ts';
import type { Subject } from './subject.ts';

export interface SignedApproval {
  readonly files: readonly ApprovalFile[];
  readonly path: string;
  readonly subject: Pick<Subject, 'gate' | 'causes' | 'documentId' | 'runId'>;
  readonly key: OwnKey;
  /** Signatures of other people that are still wanted. */
  readonly missing: number;
}

export interface Signing {
  readonly person: Person;
  readonly ring: KeyRing;
  /** Keys of the person that are among the trusted. */
  readonly keys: readonly OwnKey[];
  readonly threshold: number;
  /** Names that are in use, or ever were. */
  readonly taken: Iterable<string>;
  readonly ledger: AdmissionRequest['ledger'];
  readonly environment: Environment;
  now(): Date;
}

/** null where the person does not type the name. Throws SignFault. */
export async function signSubject(subject: Subject, signing: Signing): Promise<SignedApproval | null> {
  const { person, now, threshold } = signing;
  await show(subject, person);
  const key = await chooseKey(signing);
  warnOfEnd(key, signing);
  if (subject.recorder && !(await confirmRecorder(subject.recorder, person))) return null;
  if (!(await meansIt(subject.name, person))) return null;
  const path = freePath(subject.stem, signing.taken);
  const at = now();
  const text = approvalTemplate({ ...subject, signedUtc: `${at.toISOString().slice(0, 19)}Z` });
  const document = { path, bytes: Buffer.from(text) };
  const signature = await addSignature(document, { name: `${path}.asc`, key, signing });
  const files = [document, signature];
  const { validUntil, sha256 } = await judge(files, { subject, signing });
  person.say(signedLines({ path, sha256, signer: key.fingerprint, validUntil, missing: threshold - 1 }));
  return { files, path, subject, key, missing: threshold - 1 };
}

/** The subject page by page, then what there is to read, then the subject again where it has left the screen. */
export async function show(subject: Subject, person: Person): Promise<void> {
  const words = subjectLines(subject);
  await person.read(`${words}${subject.view === '' ? '' : `${subject.view.trimEnd()}\n\n`}`);
  if (subject.view.split('\n').length > 12) person.say(words);
}

export async function meansIt(name: string, person: Person): Promise<boolean> {
  const typed = await person.ask(`Type ${name} to sign this, anything else to sign nothing:`);
  if (typed === name) return true;
  person.say('That is not its name. Nothing was signed, nothing was sent.\n');
  return false;
}

/** Signs with the person's gpg, and gives the file that is to lie beside the document. */
export async function addSignature(
  document: ApprovalFile,
  { name, key, signing }: { name: string; key: OwnKey; signing: Pick<Signing, 'environment'> },
): Promise<ApprovalFile> {
  const { environment } = signing;
  const bytes = await signBytes(document.bytes, { fingerprint: key.fingerprint, environment });
  return { path: name, bytes };
}

export async function chooseKey({ keys, person }: Pick<Signing, 'keys' | 'person'>): Promise<OwnKey> {
  const [only, ...more] = keys;
  if (!only)
    throw new SignFault(
      'no_key',
      'your gpg has no key that can sign among those whose signatures count: name yours with --signer, or look at gpg --list-secret-keys',
    );
  if (more.length === 0) return only;
  person.say(
    `Several of your keys count:\n${keys.map(({ fingerprint, name }, index) => `  ${index + 1}  ${fingerprint}  ${name}\n`).join('')}`,
  );
  const chosen = keys[Number(await person.ask('Which one signs (its number)?')) - 1];
  if (!chosen) throw new SignFault('asked_wrongly', 'that is none of the numbers: nothing was signed');
  return chosen;
}

function warnOfEnd({ fingerprint }: OwnKey, { ring, person, now }: Signing): void {
  for (const key of ring.keys.values()) {
    if (key.primary !== fingerprint || key.unusable || !key.expiresAt) continue;
    if (key.expiresAt.getTime() - now().getTime() > KEY_WARNING_MS) continue;
    person.say(
      `! Your key ${key.fingerprint} ends at ${utc(key.expiresAt)}: nothing is written under it from then on.\n`,
    );
  }
}

/** By the bot's own admission. Throws SignFault when it would be refused: then nothing leaves. */
export async function judge(
  [approval, ...signatures]: readonly ApprovalFile[],
  {
    subject,
    signing,
  }: { subject: Pick<Subject, 'expect'>; signing: Pick<Signing, 'ring' | 'ledger' | 'now'> },
): Promise<{ validUntil: Date; sha256: string; signers: readonly string[] }> {
  const verdict = await admit({
    approval: approval as ApprovalFile,
    signatures,
    change: null,
    expect: subject.expect,
    ledger: signing.ledger,
    keys: signing.ring,
    // How many are wanted is said, not judged: the others sign later.
    policy: { thresholds: {} },
    now: signing.now(),
  });
  if (verdict.verdict === 'accepted')
    return { validUntil: verdict.validUntil, sha256: verdict.approval.sha256, signers: verdict.signers };
  const { sentence, next } = REASONS[verdict.reason];
  throw new SignFault(
    'gpg',
    `what was signed would be refused (${verdict.reason}): ${sentence}: ${verdict.detail}\n${next}\nNothing was sent.`,
  );
}
