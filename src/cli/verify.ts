// `countersign verify FILE`: the verdict on one approval, offline, by the very code that the bot runs.
// Exit status: 0 accepted, 1 rejected, 2 could not judge, 70 a defect. Whatever goes wrong is never a 0.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { type AdmissionRequest, admit, type Expectations, type Verdict } from '../approval/admission.ts';
import { approvalSignedBy } from '../approval/file-name.ts';
import { type BindingName, isPurpose, PURPOSES, WITHDRAWAL } from '../approval/gates.ts';
import { readKeys } from '../approval/key-ring.ts';
import { REASONS } from '../approval/reasons.ts';
import { findSource, type SourceLookup } from '../audit/source-lookup.ts';
import { processEnvironment, readSovereign } from '../deployment/config.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import { visible } from '../document/visible.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault, messageFor } from './messages.ts';

interface Options {
  readonly signature?: readonly string[];
  readonly keys?: string;
  readonly signer?: readonly string[];
  readonly threshold: string;
  readonly gate?: string;
  readonly deployment?: string;
  readonly runId?: string;
  readonly documentId?: string;
  readonly sourceSha256?: string;
  readonly acceptsSha256?: string;
  readonly recorderKey?: string;
  readonly cutplanSha256?: string;
  readonly evidenceSha256?: string;
  readonly revertPlanSha256?: string;
  readonly eventLogSha256?: string;
  readonly approvalSha256?: string;
  readonly at?: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('judge one approval offline: exit 0 accepted, 1 rejected, 2 could not judge')
    .argument('<file>', 'the approval, approvals/<name>.md')
    .option('--signature <file...>', 'its signatures (default: <file>.asc, <file>.2.asc, …)')
    .option('--keys <directory>', 'public keys (default: SOVEREIGN_KEY_DIR)')
    .option('--signer <fingerprint...>', 'pinned primary fingerprints (default: SOVEREIGN_GPG_FPR)')
    .option('--threshold <count>', 'distinct signers asked for', '1')
    .option('--gate <gate>', 'the gate it must be for')
    .option('--deployment <name>', 'the deployment it must be bound to')
    .option('--run-id <id>', 'the run it must be bound to')
    .option('--document-id <id>', 'the document it must be bound to')
    .option('--source-sha256 <digest>', 'the digest of the document it must be bound to')
    .option('--accepts-sha256 <digest>', 'the digest of the diagnostics that it must accept')
    .option(
      '--recorder-key <key>',
      'the recorder that it must name: 64 hexadecimal digits, blanks are left out',
    )
    .option('--cutplan-sha256 <digest>', 'the cut plan it must be bound to')
    .option('--evidence-sha256 <digest>', 'the evidence it must be bound to')
    .option('--revert-plan-sha256 <digest>', 'the compensation plan it must be bound to')
    .option('--event-log-sha256 <digest>', 'the event log it must be bound to')
    .option('--approval-sha256 <digest>', 'the approval that a withdrawal must take back')
    .option('--at <instant>', 'judge at this time, as YYYY-MM-DDTHH:MM:SSZ (default: now)')
    .option('--json', 'print the verdict as JSON')
    .action(verify);
}

async function verify(file: string, options: Options): Promise<void> {
  const verdict = await judge(file, options);
  const source = await sourceOf(verdict, file);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...asJson(verdict), ...(source ? { source } : {}) }, null, 2)}\n`
      : asText(verdict, source),
  );
  process.exitCode = verdict.verdict === 'accepted' ? EXIT.done : EXIT.no;
}

/** Where the document lies that the approval names; null where it names none. It changes no verdict. */
async function sourceOf({ approval }: Verdict, file: string): Promise<Source | null> {
  const digest = approval?.bindings.source_sha256;
  return digest === undefined ? null : { digest, ...(await findSource(file, digest)) };
}

type Source = SourceLookup & { readonly digest: string };

function sourceText(source: Source): string {
  if (!source.looked) return `was not compared with a document: ${source.why}`;
  if (source.path === null) return 'is the sha256 of no file in HEAD of this clone';
  return `is ${visible(source.path)} in HEAD of this clone`;
}

/** Whatever goes wrong here is that the approval could not be judged; what nobody foresaw keeps its stack. */
async function judge(file: string, options: Options): Promise<Verdict> {
  try {
    return await admit(await prepare(file, options));
  } catch (error) {
    const why = messageFor(error);
    throw why === undefined ? error : new CliFault(`could not judge ${file}: ${why}`);
  }
}

async function prepare(file: string, options: Options): Promise<AdmissionRequest> {
  const now = options.at === undefined ? new Date() : readInstant(options.at);
  const { fingerprints, keyDirectory } = readSovereign({
    ...processEnvironment(),
    ...(options.keys === undefined ? {} : { SOVEREIGN_KEY_DIR: options.keys }),
    ...(options.signer === undefined ? {} : { SOVEREIGN_GPG_FPR: options.signer.join(',') }),
  });
  const signatures = options.signature ?? findSignatures(file);
  return {
    // Which folder a copy lies in says nothing outside a pull request; its name is judged all the same.
    approval: { path: `approvals/${basename(file)}`, bytes: readFileSync(file) },
    signatures: signatures.map((path) => ({ path, bytes: readFileSync(path) })),
    change: null,
    expect: readExpectations(options),
    ledger: null,
    keys: await readKeys(await readKeyDirectory(keyDirectory), { pinned: fingerprints, now }),
    policy: { thresholds: readThresholds(options.threshold) },
    now,
  };
}

function readExpectations(options: Options): Expectations {
  const { gate } = options;
  if (gate !== undefined && !isPurpose(gate))
    throw new CliFault(`--gate ${gate} is no gate; choose one of ${PURPOSES.join(', ')}`);
  const wanted: Record<Exclude<BindingName, 'mode'>, string | undefined> = {
    deployment: options.deployment,
    run_id: options.runId,
    document_id: options.documentId,
    source_sha256: options.sourceSha256,
    accepts_sha256: options.acceptsSha256,
    recorder_key: options.recorderKey?.replaceAll(' ', ''),
    cutplan_sha256: options.cutplanSha256,
    evidence_sha256: options.evidenceSha256,
    revert_plan_sha256: options.revertPlanSha256,
    event_log_sha256: options.eventLogSha256,
    approval_sha256: options.approvalSha256,
  };
  const bindings = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return { bindings, ...(gate === undefined ? {} : { gate }) };
}

function readInstant(text: string): Date {
  const at = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(text) || Number.isNaN(at.getTime()))
    throw new CliFault(`--at ${text} is no instant; write it as YYYY-MM-DDTHH:MM:SSZ`);
  return at;
}

function readThresholds(text: string): AdmissionRequest['policy']['thresholds'] {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new CliFault(`--threshold ${text} is no count of signers`);
  return Object.fromEntries(PURPOSES.map((gate) => [gate, count]));
}

/** `<file>.asc` and the numbered ones beside it; none at all is for the verdict to say. */
function findSignatures(file: string): string[] {
  const approval = `approvals/${basename(file)}`;
  return readdirSync(dirname(file))
    .filter((name) => approvalSignedBy(`approvals/${name}`) === approval)
    .sort()
    .map((name) => join(dirname(file), name));
}

function asJson(verdict: Verdict): object {
  if (verdict.verdict === 'accepted') return verdict;
  return { ...verdict, ...REASONS[verdict.reason] };
}

const MARKS = { pass: '✔', fail: '✘', not_judged: '–' } as const;

function asText(verdict: Verdict, source: Source | null): string {
  const checks = verdict.checks.map(
    ({ name, result, detail }) => `  ${MARKS[result]} ${name.padEnd(18)} ${detail}`,
  );
  const named = source ? [`  ${' '.repeat(20)} source_sha256 ${sourceText(source)}`] : [];
  return `${[...headline(verdict), '', ...checks, ...named, ...verifiedText(verdict)].join('\n')}\n`;
}

function headline(verdict: Verdict): string[] {
  if (verdict.verdict === 'accepted')
    return [
      `ACCEPTED ${verdict.approval.gate}`,
      `  signed by ${verdict.signers.join(', ')}`,
      `  valid until ${verdict.validUntil.toISOString()}`,
      ...meaning(verdict),
      ...verdict.warnings.map((warning) => `  warning: ${warning}`),
    ];
  const { sentence, next, docs } = REASONS[verdict.reason];
  const where = verdict.at ? ` (${verdict.at.path}, line ${verdict.at.line})` : '';
  return [
    `REJECTED ${verdict.reason}: ${sentence}`,
    `  ${verdict.detail}${where}`,
    `  ${next}`,
    `  See ${docs}`,
  ];
}

/** A withdrawal is good by itself, and says nothing of whether it comes in time: only the bot and the database know. */
function meaning({ approval: { gate, bindings } }: Extract<Verdict, { verdict: 'accepted' }>): string[] {
  if (gate !== WITHDRAWAL) return [];
  return [
    `  opens nothing: takes back the approval with sha256 ${bindings.approval_sha256 ?? '(none is named)'},`,
    '  for ever, whether it has been merged or not, unless something was done under it before this is merged',
  ];
}

/** Only what was accepted: text that no signature covers must not look as if one did. */
function verifiedText(verdict: Verdict): string[] {
  if (verdict.verdict === 'rejected') return [];
  const { text, sha256 } = verdict.approval;
  return ['', `The text that was verified, sha256 ${sha256}:`, '', text.trimEnd()];
}
