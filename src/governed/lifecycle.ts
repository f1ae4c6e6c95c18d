// lifecycle_enact and lifecycle_verify: draft → enacted by one role, checked by the other against what is in force.
import { z } from 'zod';
import type { Sha256 } from '../digest/digest.ts';
import { Stop } from '../stop/stop.ts';
import type { AssertEnabled, GovernedDatabase, Writer } from './database.ts';
import { findWrittenRun, readEnactment } from './readback.ts';
import { ENACTED, readStructure } from './structure.ts';
import { assertSame, writeVerification } from './write-verification.ts';

export interface Enactment {
  /** Units whose version of this cut is now in force. */
  readonly enacted: number;
  /** Units of this cut whose version was in force already. */
  readonly kept: number;
  readonly retired: number;
  /** One for each version that changed its status: a revision also ends the version before it. */
  readonly log_rows: number;
}

const answers = z.tuple([
  z.object({
    enacted: z.number().int(),
    kept: z.number().int(),
    retired: z.number().int(),
    unknown: z.number().int(),
  }),
]);

/** As cutter_exec. Throws Stop `unit_status` when a unit of the cut does not answer with what its action asks for. */
export async function enactUnits(writer: Writer, { runId }: { readonly runId: string }): Promise<Enactment> {
  const rows = await writer.write(
    `SELECT count(*) FILTER (WHERE status = 'enacted')::integer AS enacted,
            count(*) FILTER (WHERE status = 'kept')::integer AS kept,
            count(*) FILTER (WHERE status = 'retired')::integer AS retired,
            count(*) FILTER (WHERE status IS NULL OR status NOT IN ('enacted', 'kept', 'retired'))::integer AS unknown
       FROM public.fn_iu_enact($1)`,
    [runId],
  );
  const [{ unknown, ...answered }] = answers.parse(rows);
  const enactment = await readEnactment(writer, runId);
  const { enacted, kept, retired } = enactment;
  const differs = enacted !== answered.enacted || kept !== answered.kept || retired !== answered.retired;
  if (unknown > 0 || differs) {
    const told = `fn_iu_enact answers ${answered.enacted} enacted, ${answered.kept} kept, ${answered.retired} retired`;
    throw new Stop('unit_status', `${told}; the log has ${enacted}, ${kept}, ${retired}`);
  }
  return enactment;
}

export interface VerifyEnactmentOptions {
  readonly runId: string;
  readonly documentId: string;
  readonly sourceSha256: Sha256;
  /** What lifecycle_enact returned. */
  readonly expected: Enactment;
  readonly assertEnabled: AssertEnabled;
}

export interface EnactmentVerification {
  readonly verify_result_id: string;
  readonly result_sha256: Sha256;
  /** Units in force, and the digests of what they are. */
  readonly units: number;
  readonly source_sha256: Sha256;
  readonly tree_sha256: Sha256;
}

/** As cutter_verify: what is in force is the document that was cut, unit for unit. Throws Stop `verify_mismatch`. */
export async function verifyEnactment(
  db: GovernedDatabase,
  options: VerifyEnactmentOptions,
): Promise<EnactmentVerification> {
  const { runId, documentId, sourceSha256, expected, assertEnabled } = options;
  return db.write('cutter_verify', { assertEnabled }, async (writer) => {
    const written = await findWrittenRun(writer, runId);
    if (!written?.lifecycle_enact) throw new Stop('verify_mismatch', `the units of ${runId} are not enacted`);
    assertSame({ ...written.lifecycle_enact }, { ...expected });
    const inForce = await readStructure(writer, { ...ENACTED, parameters: [documentId] });
    assertSame({ ...inForce }, { ...written.structural_verify, source_sha256: sourceSha256 });
    const recorded = await writeVerification(writer, {
      ...{ runId, kind: 'enactment', changeSetId: written.leg_b_record.change_set_id },
      result: { in_force: inForce, lifecycle_enact: written.lifecycle_enact },
    });
    return { ...recorded, ...inForce };
  });
}
