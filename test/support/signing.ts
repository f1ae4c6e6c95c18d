// A sovereign for tests of the governed database: real keys, real signatures, and the database's own admission. What the
// bot would print is signed here, bound as each test says.

import type { BindingName, Gate } from '../../src/approval/gates.ts';
import { readKeys } from '../../src/approval/key-ring.ts';
import { deriveRunId, type RunId } from '../../src/approval/run-id.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { type Sha256, sha256 } from '../../src/digest/digest.ts';
import { admitHere, type GuardVerdict, type SignedDocument } from '../../src/governed/admit.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { nameDeployment } from '../../src/governed/deployment-name.ts';
import { applySigners, signerSet } from '../../src/governed/signers.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { detachSign, makeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { RECORDER_KEY } from './recorder.ts';

export const DEPLOYMENT = 'test';

const HOUR_MS = 3600 * 1000;

export interface TestSigner {
  readonly key: ThrowawayKey;
}

/** A key made long enough ago to have signed anything that is not expired. */
export async function makeSigner(name = 'Test Sovereign'): Promise<TestSigner> {
  return { key: await makeKey(name, new Date(Date.now() - 40 * 24 * HOUR_MS)) };
}

/** Names the deployment and pins the signers, as its administrator. */
export async function foundDeployment(
  root: AdminDatabase,
  options: {
    readonly signers: readonly TestSigner[];
    readonly deployment?: string;
    readonly thresholds?: Readonly<Record<string, number>>;
  },
): Promise<void> {
  const { signers, deployment = DEPLOYMENT, thresholds = {} } = options;
  const ring = await readKeys(
    signers.map(({ key }) => ({ name: `${key.fingerprint}.asc`, bytes: Buffer.from(key.publicArmored) })),
    { pinned: signers.map(({ key }) => key.fingerprint), now: new Date() },
  );
  await root.admin(async (writer) => {
    await nameDeployment(writer, deployment);
    await applySigners(writer, signerSet(ring, thresholds));
  });
}

export interface SignedApproval extends SignedDocument {
  readonly gate: Gate;
  readonly sha256: Sha256;
  readonly signedAt: Date;
}

/** Signs now, or as long ago as the test says. */
export async function signApproval(options: {
  readonly gate: Gate;
  readonly bindings: Readonly<Partial<Record<BindingName, string>>>;
  readonly by: readonly TestSigner[];
  readonly agoMs?: number;
}): Promise<SignedApproval> {
  const { gate, bindings, by, agoMs = 0 } = options;
  const signedAt = new Date(Math.floor((Date.now() - agoMs) / 1000) * 1000);
  const text = approvalTemplate({ gate, bindings, signedUtc: signedUtc(signedAt) });
  const signatures = [];
  for (const { key } of by)
    signatures.push({ bytes: Buffer.from(await detachSign(text, { key, at: signedAt })) });
  const document = Buffer.from(text);
  return { gate, document, signatures, sha256: sha256(document), signedAt };
}

/** Puts a signed document before the database, as the bot's login does. Nothing is decided here. */
export async function admitSigned(db: GovernedDatabase, signed: SignedDocument): Promise<GuardVerdict> {
  const nobody = { assertEnabled: async () => {}, runId: '' };
  return db.write('cutter_exec', nobody, (writer) => admitHere(writer, signed));
}

/** As `admitSigned`; throws when the database does not accept it. */
export async function admitted(db: GovernedDatabase, signed: SignedApproval): Promise<SignedApproval> {
  const { verdict, reason, detail } = await admitSigned(db, signed);
  if (verdict === 'rejected') throw new Error(`the database rejects ${signed.gate}: ${reason}: ${detail}`);
  return signed;
}

/** Ends an approval's window earlier, as time would. The bound between the two instants is in the way of that, so it goes. */
export async function age(
  root: AdminDatabase,
  { sha256: document }: Pick<SignedApproval, 'sha256'>,
  byMs: number,
) {
  await root.admin(async (writer) => {
    await writer.script('ALTER TABLE cutter_governance.approval DROP CONSTRAINT IF EXISTS approval_window');
    await writer.write(
      `UPDATE cutter_governance.approval SET valid_until = valid_until - make_interval(secs => $2) WHERE document_sha256 = $1`,
      [document, byMs / 1000],
    );
  });
}

/** The run that an opening approval opens. */
export function runOpenedBy({ sha256: documentSha256, signedAt }: SignedApproval): RunId {
  return deriveRunId({ documentSha256, signedAt });
}

export const LOG_HASH = sha256('the log so far');

export interface Opened {
  readonly runId: RunId;
  readonly opening: SignedApproval;
}

const heard = new Set<number>();

/** So long ago, or some seconds longer: no second is signed twice, and so no digest, nor the run derived from it. */
function unheardOf(agoMs: number): number {
  const now = Date.now();
  let second = Math.floor((now - agoMs) / 1000);
  while (heard.has(second)) second -= 1;
  heard.add(second);
  return now - second * 1000;
}

/** Signs and admits the approval that opens a run of this document. Two of the same document in one second differ. */
export async function openRun(
  db: GovernedDatabase,
  options: {
    readonly documentId: string;
    readonly sourceSha256: string;
    readonly by: readonly TestSigner[];
    readonly deployment?: string;
    readonly agoMs?: number;
  },
): Promise<Opened> {
  const { documentId, sourceSha256, by, deployment = DEPLOYMENT, agoMs = 0 } = options;
  const bindings = {
    ...{ deployment, document_id: documentId, mode: 'LIVE' },
    ...{ source_sha256: sourceSha256, recorder_key: RECORDER_KEY },
  };
  const opening = await admitted(
    db,
    await signApproval({ gate: 'GAP7_execution_enable', bindings, by, agoMs: unheardOf(agoMs) }),
  );
  return { runId: runOpenedBy(opening), opening };
}

/** Signs and admits an approval for a gate of a run, bound to one digest and to some log. */
export async function signGate(
  db: GovernedDatabase,
  options: {
    readonly gate: 'SG_1_cut_authz' | 'SG_2_lifecycle_authz' | 'SG_R_revert_authz';
    readonly runId: string;
    readonly digest: string;
    readonly by: readonly TestSigner[];
    readonly agoMs?: number;
  },
): Promise<SignedApproval> {
  const { gate, runId, digest, by, agoMs = 0 } = options;
  const name = {
    SG_1_cut_authz: 'cutplan_sha256',
    SG_2_lifecycle_authz: 'evidence_sha256',
    SG_R_revert_authz: 'revert_plan_sha256',
  }[gate];
  const bindings = { run_id: runId, [name]: digest, event_log_sha256: LOG_HASH };
  return admitted(db, await signApproval({ gate, bindings, by, agoMs }));
}
