// A step of the road, done: one phase, or the phases of one transaction, which are committed together or not at all
// (design section 3, invariant 2).
import { findWrittenRun } from '../governed/readback.ts';
import { assertClocksAgree } from '../phases/clocks.ts';
import type { PhaseContext } from '../phases/context.ts';
import { signedPlan } from '../phases/cutplan.ts';
import type { WritePhase } from '../phases/phase.ts';
import { type PhaseName, phasesOf, type RoadStep } from './road.ts';

export interface Outcome {
  readonly phase: PhaseName;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly recovered: boolean;
  readonly output: unknown;
}

interface Performance {
  readonly context: PhaseContext;
  /** Told each phase as it begins, so that a STOP can name the phase it came from. */
  entering(phase: PhaseName): void;
}

/** Does the whole step. Throws Stop when an invariant fails; nothing of a transaction is committed then. */
export async function perform(step: RoadStep, { context, entering }: Performance): Promise<Outcome[]> {
  const [first] = phasesOf(step);
  entering(first.name);
  await assertClocksAgree(context);
  if ('transaction' in step) return transact(step.transaction, { context, entering });
  return [await timed(first.name, () => step.phase.run(context), context)];
}

// Whether an earlier process got as far as COMMIT is asked of the database, not of memory: everything or nothing of
// the phases is there, since they share one transaction and the run_id is unique in the governed tables.
async function transact(
  phases: readonly WritePhase<unknown, PhaseName>[],
  { context, entering }: Performance,
): Promise<Outcome[]> {
  const { governed, run, assertEnabled, now } = context;
  const written = await governed.read('cutter_exec', (reader) => findWrittenRun(reader, run.runId));
  if (written) {
    const readAt = { startedAt: now(), durationMs: 0, recovered: true };
    return phases.map((phase) => ({ phase: phase.name, output: phase.readBack(written), ...readAt }));
  }
  return governed.write('cutter_exec', { assertEnabled }, async (writer) => {
    const change = await signedPlan(context, writer);
    const outcomes: Outcome[] = [];
    for (const phase of phases) {
      entering(phase.name);
      outcomes.push(await timed(phase.name, () => phase.run(context, { writer, change }), context));
    }
    return outcomes;
  });
}

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
