// What a run has written, as the database recomputes it from the rows (fn_state_of). After a crash between COMMIT and the
// event log this is how the run learns that its writes are done, with the very outputs that the writers would have
// returned; and they count only when they are what was pinned and signed.
import { z } from 'zod';
import { sha256Schema as digest, type Sha256 } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { Reader } from './database.ts';
import type { LegA } from './leg-a.ts';
import type { LegB } from './leg-b.ts';
import type { Enactment } from './lifecycle.ts';
import { RECORDED_CUT, readStructure, type Structure } from './structure.ts';
import { id } from './units.ts';

/** A verify result as it was recorded; `result` is the JSON that `result_sha256` is the digest of. */
export interface RecordedVerification {
  readonly verify_result_id: string;
  readonly result_sha256: Sha256;
}

const signatureRow = z.object({ gate: z.string(), document_sha256: digest, signer: z.string() });

export type SignatureRow = z.infer<typeof signatureRow>;

export interface WrittenRun {
  readonly document_id: string;
  readonly source_sha256: Sha256;
  /** null: nothing of the cut is left, or it was made before plans had lines. */
  readonly cutplan_sha256: Sha256 | null;
  readonly signatures: readonly SignatureRow[];
  readonly cut_leg_a: LegA;
  readonly structural_verify: Structure;
  readonly leg_b_record: LegB;
  readonly write_verify: RecordedVerification | null;
  /** null until fn_iu_enact has been committed. */
  readonly lifecycle_enact: Enactment | null;
  readonly lifecycle_verify: RecordedVerification | null;
  readonly reverted: 'soft' | 'hard' | null;
  readonly revert_verify: RecordedVerification | null;
}

const whole = z.number().int();

const cutFacts = z.object({
  change_set_id: id,
  document_id: z.string(),
  source_sha256: digest.nullable(),
  cutplan_sha256: digest.nullable(),
  units: whole,
  versions: whole,
  affected_rows: whole,
  unit_ids_sha256: digest,
  manifest_envelope_id: id,
  review_decision_id: id,
  signature_ids: z.array(id),
  signatures: z.array(signatureRow),
  stated: z.object({ source_sha256: digest, units: whole, versions: whole, affected_rows: whole }),
});

const runState = z.object({
  opening: digest.nullable(),
  approvals: z.array(
    z.object({
      document_sha256: digest,
      gate: z.string(),
      signers: z.array(z.string()),
      valid_until: z.string(),
      used: z.boolean(),
      withdrawn: z.boolean(),
    }),
  ),
  head: z.object({ entries: whole, hash: digest }).nullable(),
  closed: z.enum(['abandoned', 'reverted']).nullable(),
  cut: cutFacts.nullable(),
  enactment: z.object({ enacted: whole, kept: whole, retired: whole, log_rows: whole }).nullable(),
  reverted: z.enum(['soft', 'hard']).nullable(),
  verifications: z.array(z.object({ kind: z.string(), verify_result_id: id, result_sha256: digest })),
});

/** What the governed database knows of a run, whether or not it has written anything. */
export type GovernedRun = z.infer<typeof runState>;

export async function readGovernedRun(reader: Reader, runId: string): Promise<GovernedRun> {
  const rows = await reader.query('SELECT cutter_governance.fn_state_of($1) AS state', [runId]);
  return z.tuple([z.object({ state: runState })]).parse(rows)[0].state;
}

/** null: the run has written nothing. Of a cut that was hard-reverted only what was stated is left. */
export async function findWrittenRun(reader: Reader, runId: string): Promise<WrittenRun | null> {
  const { cut, enactment, reverted, verifications } = await readGovernedRun(reader, runId);
  if (!cut) return null;
  const recorded = (kind: string): RecordedVerification | null => {
    const found = verifications.find((entry) => entry.kind === kind);
    return found ? { verify_result_id: found.verify_result_id, result_sha256: found.result_sha256 } : null;
  };
  const gone = reverted === 'hard';
  const { units, versions, affected_rows } = gone ? cut.stated : cut;
  const { change_set_id, manifest_envelope_id, review_decision_id, signature_ids } = cut;
  return {
    document_id: cut.document_id,
    source_sha256: cut.source_sha256 ?? cut.stated.source_sha256,
    cutplan_sha256: gone ? null : cut.cutplan_sha256,
    signatures: cut.signatures,
    cut_leg_a: { units, versions, unit_ids_sha256: cut.unit_ids_sha256 },
    structural_verify: await readStructure(reader, { ...RECORDED_CUT, parameters: [change_set_id] }),
    leg_b_record: { change_set_id, manifest_envelope_id, review_decision_id, signature_ids, affected_rows },
    write_verify: recorded('write'),
    lifecycle_enact: enactment,
    lifecycle_verify: recorded('enactment'),
    reverted,
    revert_verify: recorded('revert'),
  };
}

/** What a run was pinned to and has been signed for. */
export interface SignedFor {
  readonly runId: string;
  readonly documentId: string;
  readonly sourceSha256: Sha256;
  readonly cutplanSha256: Sha256;
  /** Every approval that the run has consumed. */
  readonly approvals: readonly {
    readonly gate: string;
    readonly documentSha256: Sha256;
    readonly signers: readonly string[];
  }[];
}

/** Throws Stop `verify_mismatch` when what stands in the tables is not what this run was signed for. */
export function assertSigned(written: WrittenRun, signed: SignedFor): void {
  assertSame(
    {
      document_id: written.document_id,
      source_sha256: written.source_sha256,
      rebuilt_sha256: written.structural_verify.source_sha256,
      cutplan_sha256: written.cutplan_sha256,
    },
    {
      document_id: signed.documentId,
      source_sha256: signed.sourceSha256,
      rebuilt_sha256: signed.sourceSha256,
      cutplan_sha256: signed.cutplanSha256,
    },
  );
  assertSignatures(written.signatures, signed);
}

/** Each signature row is of an approval that the run has consumed; the cut's own is among them. */
export function assertSignatures(rows: readonly SignatureRow[], { runId, approvals }: SignedFor): void {
  const foreign = rows.find(
    (row) =>
      !approvals.some(
        ({ gate, documentSha256, signers }) =>
          gate === row.gate && documentSha256 === row.document_sha256 && signers.includes(row.signer),
      ),
  );
  if (foreign)
    throw new Stop(
      'verify_mismatch',
      `a signature row names ${foreign.signer} for ${foreign.gate} under ${foreign.document_sha256}, which ${runId} has not consumed`,
    );
  for (const gate of ['GAP7_execution_enable', 'SG_1_cut_authz']) {
    if (!rows.some((row) => row.gate === gate))
      throw new Stop('verify_mismatch', `${runId} has no signature row for ${gate}`);
  }
}

/** Throws Stop `verify_mismatch` naming every field that is not as expected. */
export function assertSame(
  found: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): void {
  const told = (value: unknown) => JSON.stringify(value ?? null);
  const differing = Object.keys(expected).filter((field) => told(found[field]) !== told(expected[field]));
  if (differing.length === 0) return;
  const named = differing.map(
    (field) => `${field} is ${told(found[field])}, expected ${told(expected[field])}`,
  );
  throw new Stop('verify_mismatch', named.join('; '));
}
