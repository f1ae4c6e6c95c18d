// The sovereign's signatures in a receipt: which approval is which, whether each holds, and whether each is for what the
// receipt says. By the very checks of the bot, with the reader's fingerprints and the material that the receipt brings.
import { type AdmissionRequest, admit } from '../approval/admission.ts';
import type { Fingerprint } from '../approval/fingerprint.ts';
import { type Approval, readApproval } from '../approval/front-matter.ts';
import type { Gate } from '../approval/gates.ts';
import { KeyFault, type KeyRing, readKeys } from '../approval/key-ring.ts';
import { deriveRunId } from '../approval/run-id.ts';
import { AGREEMENT_MS, VALIDITY_MS } from '../approval/window.ts';
import { type Sha256, sha256 } from '../digest/digest.ts';
import { readCanonical } from './read.ts';
import type { Receipt } from './receipt.ts';
import { decoded, type ReceiptSheet, Refused } from './receipt-checks.ts';
import { evidenceLine, type PlanHeaderLine } from './receipt-lines.ts';
import { isRecorderKey, type RecorderKey } from './recorder-key.ts';

/** One approval as the receipt proves it. */
export interface ProvedApproval {
  readonly gate: Gate;
  readonly path: string;
  readonly sha256: Sha256;
  readonly signers: readonly Fingerprint[];
  readonly signedAt: Date;
  readonly text: string;
}

/** The approvals in their order, and the recorders that they name. Notes a step for each of the three gates. Throws Refused. */
export async function checkApprovals(
  receipt: Receipt,
  options: {
    readonly header: PlanHeaderLine;
    readonly pinned: readonly string[];
    /** When the recorder says that the run had ended. */
    readonly at: Date;
    readonly sheet: ReceiptSheet;
  },
): Promise<{ readonly approvals: readonly ProvedApproval[]; readonly recorders: readonly RecorderKey[] }> {
  const { header, pinned, at, sheet } = options;
  const { run_id, plan } = receipt;
  const given = readApprovals(receipt);
  const context = { receipt, header, at, ring: await ringOf(receipt, { pinned, now: at }) };

  const enables = [await checkOpening(given.opening, context)];
  for (const renewal of given.renewals)
    enables.push(await admitted(renewal, { ...context, bindings: { ...enabling(context), run_id } }));
  sheet.pass('opening', enables.map(saysWho).join('; '));
  const cut = await admitted(given.cut, { ...context, bindings: { run_id, cutplan_sha256: plan.head } });
  sheet.pass('cut', saysWho(cut));
  const enactment = await checkEnactment(given.enactment, context);
  sheet.pass('enactment', saysWho(enactment));

  const named = enables.map(({ approval }) => approval.bindings.recorder_key ?? '');
  return {
    approvals: [...enables, cut, enactment].map(({ told }) => told),
    recorders: named.filter(isRecorderKey),
  };
}

interface Given {
  readonly index: number;
  readonly approval: Approval;
}

/** Which is which, by what they say; whether that is signed is for later. */
function readApprovals({ approvals }: Receipt) {
  const given = approvals.map(({ path, text }, index): Given => {
    const read = readApproval(Buffer.from(text), path);
    if (!read.ok)
      throw new Refused('approval_refused', `${path}: ${read.refusal.reason}, ${read.refusal.detail}`);
    return { index, approval: read.approval };
  });
  const [opening, ...others] = given;
  const [cut, enactment] = others.slice(-2);
  const renewals = others.slice(0, -2);
  const gates = [opening, ...renewals].map((one) => one?.approval.gate);
  if (!opening || !cut || !enactment || gates.some((gate) => gate !== 'GAP7_execution_enable'))
    throw new Refused('approval_elsewhere', 'they are not the opening, SG_1 and SG_2 in this order');
  if (cut.approval.gate !== 'SG_1_cut_authz' || enactment.approval.gate !== 'SG_2_lifecycle_authz')
    throw new Refused('approval_elsewhere', 'they are not the opening, SG_1 and SG_2 in this order');
  return { opening, renewals, cut, enactment };
}

interface Proved {
  readonly approval: Approval;
  readonly told: ProvedApproval;
}

interface Context {
  readonly receipt: Receipt;
  readonly header: PlanHeaderLine;
  readonly ring: KeyRing;
  /** When the recorder says that the run had ended. */
  readonly at: Date;
}

/** By the very checks of the bot. An approval of a long run is judged when it was signed: when it was used, the recorder says. */
async function admitted(
  { index, approval }: Given,
  { receipt, ring, at, bindings }: Context & { bindings: AdmissionRequest['expect']['bindings'] },
): Promise<Proved> {
  const { path, text, signatures = [] } = receipt.approvals[index] ?? { path: '', text: '' };
  const stillHolds = at.getTime() - approval.signedAt.getTime() < VALIDITY_MS - AGREEMENT_MS;
  const verdict = await admit({
    approval: { path, bytes: Buffer.from(text) },
    signatures: signatures.map((armored, place) => ({
      path: place === 0 ? `${path}.asc` : `${path}.${place + 1}.asc`,
      bytes: Buffer.from(armored),
    })),
    ...{ change: null, ledger: null, keys: ring, policy: { thresholds: {} } },
    expect: { gate: approval.gate, bindings },
    now: stillHolds ? at : new Date(approval.signedAt.getTime() + AGREEMENT_MS),
  });
  if (verdict.verdict === 'rejected') {
    const elsewhere = verdict.reason === 'binding_mismatch' || verdict.reason === 'binding_missing';
    throw new Refused(
      elsewhere ? 'approval_elsewhere' : 'approval_refused',
      `${path}: ${verdict.reason}, ${verdict.detail}`,
    );
  }
  const { signers, signedAt } = verdict;
  const told = { gate: approval.gate as Gate, path, sha256: approval.sha256, signers, signedAt, text };
  return { approval, told };
}

/** What the opening must say; a renewal says it again, and names the run. */
function enabling({ receipt, header }: Context) {
  const { deployment, document_id } = receipt;
  return { deployment, document_id, source_sha256: header.source_sha256, mode: 'LIVE' };
}

async function checkOpening(given: Given, context: Context): Promise<Proved> {
  const { receipt, header } = context;
  const accepts = header.accepts_sha256 === null ? {} : { accepts_sha256: header.accepts_sha256 };
  const opening = await admitted(given, {
    ...context,
    bindings: { ...enabling(context), ...accepts },
  });
  const { bindings, sha256: documentSha256, signedAt } = opening.approval;
  const opened = deriveRunId({ documentSha256, signedAt });
  if (bindings.run_id !== undefined || opened !== receipt.run_id)
    throw new Refused(
      'approval_elsewhere',
      `${opening.told.path} opens ${opened}, the receipt is of ${receipt.run_id}`,
    );
  if (bindings.accepts_sha256 !== (header.accepts_sha256 ?? undefined))
    throw new Refused(
      'approval_elsewhere',
      `${opening.told.path} accepts other diagnostics than the plan has`,
    );
  return opening;
}

async function checkEnactment(given: Given, context: Context): Promise<Proved> {
  const { receipt, header } = context;
  const { run_id, document_id, plan } = receipt;
  const evidence = decoded(readCanonical(receipt.evidence, evidenceLine), 'evidence_differs', 'the evidence');
  const due = { run_id, document_id, cutplan_sha256: plan.head, source_sha256: header.source_sha256 };
  for (const [name, value] of Object.entries(due))
    if (evidence[name] !== value)
      throw new Refused('evidence_differs', `its ${name} is ${evidence[name]}, expected ${value}`);
  return admitted(given, { ...context, bindings: { run_id, evidence_sha256: sha256(receipt.evidence) } });
}

/** The reader's fingerprints with the material that the receipt brings along. Throws KeyFault for what is no fingerprint. */
async function ringOf(
  { keys }: Receipt,
  { pinned, now }: { pinned: readonly string[]; now: Date },
): Promise<KeyRing> {
  const files = keys.map((armored, index) => ({
    name: `key ${index + 1} of the receipt`,
    bytes: Buffer.from(armored),
  }));
  const there: string[] = [];
  for (const fingerprint of pinned) if (await holds(files, { fingerprint, now })) there.push(fingerprint);
  if (pinned.length > 0 && there.length === 0)
    throw new Refused('approval_refused', 'none of the keys in it has a fingerprint that you named');
  return readKeys(files, { pinned: there, now });
}

async function holds(
  files: Parameters<typeof readKeys>[0],
  { fingerprint, now }: { fingerprint: string; now: Date },
): Promise<boolean> {
  try {
    await readKeys(files, { pinned: [fingerprint], now });
    return true;
  } catch (error) {
    if (!(error instanceof KeyFault) || error.code === 'fingerprint_invalid') throw error;
    if (error.code === 'pinned_not_found') return false;
    throw new Refused('approval_refused', error.message);
  }
}

function saysWho({ told }: Proved): string {
  return `${told.path}, signed ${told.signedAt.toISOString()} by ${told.signers.join(', ')}`;
}
