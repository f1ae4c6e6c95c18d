// From a phase's name to the work. A step is what is done at once: one phase, or the three phases of the write
// transaction, which are committed together or not at all (design section 3).
import { assertSigned, findWrittenRun } from '../governed/readback.ts';
import { admitConsumed } from '../phases/admit-consumed.ts';
import { assertClocksAgree } from '../phases/clocks.ts';
import type { PhaseContext } from '../phases/context.ts';
import { cutLegA } from '../phases/cut-leg-a.ts';
import { cutplan, signedPlan } from '../phases/cutplan.ts';
import { grantProbe } from '../phases/grant-probe.ts';
import { legBRecord } from '../phases/leg-b-record.ts';
import { lifecycleEnact } from '../phases/lifecycle-enact.ts';
import { lifecycleVerify } from '../phases/lifecycle-verify.ts';
import { mark } from '../phases/mark.ts';
import type { Phase, PhaseName } from '../phases/phase.ts';
import { preWriteBackup } from '../phases/pre-write-backup.ts';
import { revertExecute } from '../phases/revert-execute.ts';
import { signedRun } from '../phases/signed-run.ts';
import { sourcePin } from '../phases/source-pin.ts';
import { structuralVerify } from '../phases/structural-verify.ts';
import { writeVerify } from '../phases/write-verify.ts';

export interface Outcome {
  readonly phase: PhaseName;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly recovered: boolean;
  readonly output: unknown;
}

/** `entering` is told each phase as it begins, so that a STOP can name the phase it came from. */
export type Step = (context: PhaseContext, entering: (phase: PhaseName) => void) => Promise<Outcome[]>;

/** Every phase by its name. */
export const PHASES = {
  source_pin: sourcePin,
  mark,
  cutplan,
  pre_write_backup: preWriteBackup,
  grant_probe: grantProbe,
  cut_leg_a: cutLegA,
  structural_verify: structuralVerify,
  leg_b_record: legBRecord,
  write_verify: writeVerify,
  lifecycle_enact: lifecycleEnact,
  lifecycle_verify: lifecycleVerify,
  revert_execute: revertExecute,
} as const satisfies Record<PhaseName, { name: PhaseName }>;

/** The step that the named phase begins. */
export function stepOf(phase: PhaseName): Step {
  switch (phase) {
    case 'cut_leg_a':
    case 'structural_verify':
    case 'leg_b_record':
      return writeTransaction;
    default:
      return alone(PHASES[phase]);
  }
}

function alone(phase: Phase<unknown>): Step {
  return async (context, entering) => {
    entering(phase.name);
    await assertClocksAgree(context);
    await admitConsumed(context);
    return [await timed(phase.name, () => phase.run(context), context)];
  };
}

// Whether an earlier process got as far as COMMIT is asked of the database, not of memory: everything or nothing of
// the three phases is there, since they share one transaction and the run_id is unique in the governed tables. What is
// there counts as this run's only when, recomputed from the rows, it is what was signed.
const writeTransaction: Step = async (context, entering) => {
  const { governed, run, assertEnabled } = context;
  entering('cut_leg_a');
  await assertClocksAgree(context);
  await admitConsumed(context);
  const written = await governed.read('cutter_exec', (reader) => findWrittenRun(reader, run.runId));
  if (written) {
    assertSigned(written, signedRun(context));
    const at = context.now();
    const recovered = (phase: PhaseName, output: unknown): Outcome => ({
      phase,
      output,
      startedAt: at,
      durationMs: 0,
      recovered: true,
    });
    return [
      recovered('cut_leg_a', written.cut_leg_a),
      recovered('structural_verify', written.structural_verify),
      recovered('leg_b_record', written.leg_b_record),
    ];
  }
  const gate = 'SG_1_cut_authz';
  return governed.write('cutter_exec', { assertEnabled, runId: run.runId, gate }, async (writer) => {
    const change = await signedPlan(context, writer);
    const outcomes: Outcome[] = [];
    for (const phase of [cutLegA, structuralVerify, legBRecord]) {
      entering(phase.name);
      outcomes.push(await timed(phase.name, () => phase.run(context, { writer, change }), context));
    }
    return outcomes;
  });
};

async function timed(
  phase: PhaseName,
  work: () => Promise<unknown>,
  { now }: PhaseContext,
): Promise<Outcome> {
  const startedAt = now();
  const output = await work();
  return {
    phase,
    startedAt,
    output,
    recovered: false,
    durationMs: Math.max(0, now().getTime() - startedAt.getTime()),
  };
}
