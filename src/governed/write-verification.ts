// write_verify: what was committed, read back by another role on its own connection and held against what the writers
// returned. The result is written once for each run and kind, however often the phase is repeated after a crash.
import { z } from 'zod';
import { sha256Schema as digest, digestOf, type Sha256 } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { AssertEnabled, GovernedDatabase, Writer } from './database.ts';
import type { LegA } from './leg-a.ts';
import { insert, type LegB } from './leg-b.ts';
import { findWrittenRun } from './readback.ts';
import type { Structure } from './structure.ts';
import { id } from './units.ts';

export interface WriteVerifyOptions {
  readonly runId: string;
  readonly documentId: string;
  readonly sourceSha256: Sha256;
  readonly cutplanSha256: Sha256;
  /** What the three phases of the write transaction returned. */
  readonly expected: {
    readonly cut_leg_a: LegA;
    readonly structural_verify: Structure;
    readonly leg_b_record: LegB;
  };
  readonly assertEnabled: AssertEnabled;
}

export interface WriteVerification {
  readonly verify_result_id: string;
  /** Of the recorded result's canonical JSON. */
  readonly result_sha256: Sha256;
  readonly units: number;
  readonly source_sha256: Sha256;
  readonly tree_sha256: Sha256;
}

/** Throws Stop `verify_mismatch` naming what differs, `incomplete_ids` when the result's row has no id. */
export async function verifyWrite(
  db: GovernedDatabase,
  options: WriteVerifyOptions,
): Promise<WriteVerification> {
  const { runId, documentId, sourceSha256, cutplanSha256, expected, assertEnabled } = options;
  return db.write('cutter_verify', { assertEnabled }, async (writer) => {
    const written = await findWrittenRun(writer, runId);
    if (!written) throw new Stop('verify_mismatch', `nothing of ${runId} is in the database`);
    const { document_id, cutplan_sha256, cut_leg_a, structural_verify, leg_b_record } = written;
    const found = {
      document_id,
      cutplan_sha256,
      ...cut_leg_a,
      ...structural_verify,
      ...leg_b_record,
    };
    assertSame(found, {
      ...{ document_id: documentId, cutplan_sha256: cutplanSha256 },
      ...{ ...expected.cut_leg_a, ...expected.structural_verify, ...expected.leg_b_record },
    });
    // The digest that was recorded, and the one of the text that is really there.
    for (const source_sha256 of [written.source_sha256, structural_verify.source_sha256]) {
      assertSame({ source_sha256 }, { source_sha256: sourceSha256 });
    }
    const result = { cut_leg_a, cutplan_sha256, leg_b_record, structural_verify };
    const recorded = await writeVerification(writer, {
      runId,
      kind: 'write',
      changeSetId: leg_b_record.change_set_id,
      result,
    });
    return { ...recorded, ...structural_verify };
  });
}

/** Throws Stop `verify_mismatch` naming every field that is not as expected. */
export function assertSame(
  found: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): void {
  const differing = Object.keys(expected).filter(
    (field) => digestOf(found[field] ?? null) !== digestOf(expected[field]),
  );
  if (differing.length === 0) return;
  const named = differing.map(
    (field) => `${field} is ${JSON.stringify(found[field])}, expected ${JSON.stringify(expected[field])}`,
  );
  throw new Stop('verify_mismatch', named.join('; '));
}

interface Verification {
  readonly runId: string;
  readonly kind: 'write' | 'enactment' | 'revert';
  readonly changeSetId: string;
  readonly result: Readonly<Record<string, unknown>>;
}

const recordedRow = z.object({ id, result_sha256: digest });

/** Writes the result, or finds the same one written before the crash. */
export async function writeVerification(writer: Writer, { runId, kind, changeSetId, result }: Verification) {
  const result_sha256 = digestOf(result);
  const earlier = z
    .array(recordedRow)
    .parse(
      await writer.query(
        `SELECT id::text, result_sha256 FROM cutter_governance.verify_result WHERE run_id = $1 AND kind = $2`,
        [runId, kind],
      ),
    );
  const [before] = earlier;
  if (before) {
    assertSame({ result_sha256 }, { result_sha256: before.result_sha256 });
    return { verify_result_id: before.id, result_sha256 };
  }
  const row = {
    change_set_id: changeSetId,
    run_id: runId,
    kind,
    result: JSON.stringify(result),
    result_sha256,
  };
  return { verify_result_id: await insert(writer, 'verify_result', row), result_sha256 };
}
