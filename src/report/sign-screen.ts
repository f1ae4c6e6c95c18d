// What `countersign sign` says at a terminal: whom it trusts, what it has computed, what a signature causes and until when.
// Lines for a person; nothing here decides anything.
import type { BindingName, Gate, Purpose } from '../approval/gates.ts';
import { visible } from '../document/visible.ts';
import { count, utc } from './markdown.ts';

export interface SignScreen {
  readonly gate: Purpose;
  readonly repository: string | null;
  readonly deployment: string | null;
  readonly documentId: string | null;
  readonly runId: string | null;
  /** Every line that is signed besides the time, by its name. */
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  readonly checked: readonly string[];
  readonly causes: string;
  readonly until: readonly string[];
  readonly warnings: readonly string[];
}

export interface TrustedPerson {
  readonly fingerprint: string;
  readonly endsAt: Date | null;
}

export function trustLines(people: readonly TrustedPerson[], why: string): string {
  const named = people.map(
    ({ fingerprint, endsAt }) =>
      `  ${fingerprint}${endsAt === null ? '' : `, whose key ends at ${utc(endsAt)}`}`,
  );
  return lines([`Whose signatures count here, ${why}:`, ...named, '']);
}

export function subjectLines(subject: SignScreen): string {
  const { gate, repository, deployment, documentId, runId, checked, causes, until, warnings } = subject;
  const bindings = Object.entries(subject.bindings);
  const about = [
    ...(documentId === null ? [] : [`document    ${documentId}`]),
    ...(deployment === null ? [] : [`deployment  ${deployment}`]),
    ...(repository === null ? [] : [`repository  ${repository}`]),
    ...(runId === null ? [] : [`run         ${runId}`]),
  ];
  return lines([
    `To be signed: ${gate}`,
    ...about.map((line) => `  ${visible(line)}`),
    '',
    'Computed on this machine, from git alone:',
    ...checked.map((line) => `  ✔ ${line}`),
    '',
    'What the approval names:',
    ...bindings.map(([name, value]) => `  ${name}: ${visible(value)}`),
    '',
    'What your signature causes, once it is merged:',
    `  ${causes}`,
    ...until.map((line) => `  ${line}`),
    ...(warnings.length === 0 ? [] : ['', 'Look at this first:', ...warnings.map((line) => `  ! ${line}`)]),
    '',
  ]);
}

export interface Listed {
  readonly runId: string;
  readonly documentId: string;
  readonly gate: Gate;
  readonly says: string;
}

/** Numbered from 1, to be chosen from. */
export function waitingLines(tasks: readonly Listed[]): string {
  const rows = tasks.map(
    ({ runId, documentId, gate, says }, index) =>
      `  ${index + 1}  ${visible(documentId)}: ${says}  (${gate}, ${runId})`,
  );
  return lines([`${count(tasks.length, 'signature')} can be given:`, ...rows, '']);
}

export function nothingWaits(documents: readonly string[]): string {
  const open = documents.map((id) => `  countersign sign --open ${visible(id)}`);
  return lines([
    'Nothing waits for a signature.',
    ...(open.length === 0
      ? [
          'To open the first run of a document: countersign sign --open DOCUMENT --deployment NAME --path documents/x.md',
        ]
      : ['To open a run of a document:', ...open]),
  ]);
}

export function refusedLines(
  objections: readonly {
    readonly code: string;
    readonly where: string;
    readonly detail: string;
    readonly next: string;
  }[],
): string {
  const told = objections.flatMap(({ code, where, detail, next }) => [
    `  ✘ ${code}: ${visible(where)}`,
    `    ${visible(detail)}`,
    `    ${next}`,
  ]);
  return lines(['Not signed: what is asked for is not what this clone gives.', ...told, 'Nothing was sent.']);
}

export function signedLines(facts: {
  readonly path: string;
  readonly sha256: string;
  readonly signer: string;
  readonly validUntil: Date;
  readonly missing: number;
}): string {
  const { path, sha256, signer, validUntil, missing } = facts;
  return lines([
    `Signed: ${path}`,
    `  sha256 ${sha256}, by ${signer}`,
    `  judged here as the bot will judge it: it holds until ${utc(validUntil)}`,
    ...(missing > 0
      ? [
          `  ${count(missing, 'more signature')} of other people wanted, within 15 minutes: countersign sign --pull <its number>`,
        ]
      : []),
  ]);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
