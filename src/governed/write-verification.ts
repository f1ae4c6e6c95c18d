// write_verify and its like: the database recomputes everything from the rows (fn_verify) and records what it found; then
// that is held against what the writers returned and what the run was signed for. The result is written once for each run
// and kind, however often the phase is repeated after a crash.
import { z } from 'zod';
import { sha256Schema as digest, type Sha256 } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { AssertEnabled, GovernedDatabase, Writer } from './database.ts';
import type { LegA } from './leg-a.ts';
import type { LegB } from './leg-b.ts';
import { assertSame, assertSigned, findWrittenRun, type SignedFor } from './readback.ts';
import type { Structure } from './structure.ts';
import { id } from './units.ts';

export interface WriteVerifyOptions extends SignedFor {
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

/** Throws Stop `verify_mismatch` naming what differs, `guard_refused` when the database itself finds a difference. */
export async function verifyWrite(
  db: GovernedDatabase,
  options: WriteVerifyOptions,
): Promise<WriteVerification> {
  const { runId, expected, assertEnabled } = options;
  return db.write('cutter_verify', { assertEnabled }, async (writer) => {
    const { verify_result_id, result_sha256 } = await askToVerify(writer, { runId, kind: 'write' });
    const written = await findWrittenRun(writer, runId);
    if (!written) throw new Stop('verify_mismatch', `nothing of ${runId} is in the database`);
    assertSigned(written, options);
    const { cut_leg_a, structural_verify, leg_b_record } = written;
    assertSame(
      { ...cut_leg_a, ...structural_verify },
      { ...expected.cut_leg_a, ...expected.structural_verify },
    );
    assertSame({ ...leg_b_record }, { ...expected.leg_b_record });
    return { verify_result_id, result_sha256, ...structural_verify };
  });
}

const answer = z.tuple([
  z.object({ verify_result_id: id, result_sha256: digest, result: z.record(z.string(), z.unknown()) }),
]);

/** As cutter_verify. Throws Stop `incomplete_ids` when the result's row has no id. */
export async function askToVerify(
  writer: Writer,
  { runId, kind }: { readonly runId: string; readonly kind: 'write' | 'enactment' | 'revert' },
) {
  const rows = await writer.write(
    'SELECT verify_result_id::text, result_sha256, result FROM cutter_governance.fn_verify($1, $2)',
    [runId, kind],
  );
  const answered = answer.safeParse(rows);
  if (!answered.success)
    throw new Stop('incomplete_ids', `fn_verify did not answer with the result of ${kind}`);
  return answered.data[0];
}
