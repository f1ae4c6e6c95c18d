// What a phase is: a name, a decoder for its output, the work itself, and what people are told of it. The order of the
// phases and the gates between them are data, in run/road.ts; a phase knows nothing of the run around it.
import type { z } from 'zod';
import type { Writer } from '../governed/database.ts';
import type { ChangePlan } from '../plan/change.ts';
import type { PhaseContext } from './context.ts';

export const PHASE_NAMES = [
  'source_pin',
  'mark',
  'cutplan',
  'pre_write_backup',
  'grant_probe',
  'cut_leg_a',
  'structural_verify',
  'leg_b_record',
  'write_verify',
  'lifecycle_enact',
  'lifecycle_verify',
  'revert_execute',
] as const;

export type PhaseName = (typeof PHASE_NAMES)[number];

export interface PhaseOutput<Output> {
  readonly name: PhaseName;
  /** Outputs come back from the event log as unknown and enter through this. */
  readonly output: z.ZodType<Output>;
  /** What the phase found, as Markdown list items. */
  report(output: Output): readonly string[];
  /** What everybody should see without unfolding anything, as Markdown paragraphs. */
  notices?(output: Output): readonly string[];
}

export interface Phase<Output> extends PhaseOutput<Output> {
  /** Throws Stop when an invariant fails. */
  run(context: PhaseContext): Promise<Output>;
}

/** What the phases of the write transaction share: the transaction, and the signed plan as it stood when it began. */
export interface WriteTransaction {
  readonly writer: Writer;
  readonly change: ChangePlan;
}

/** A phase of the write transaction: it lives and dies with the two others. */
export interface WritePhase<Output> extends PhaseOutput<Output> {
  run(context: PhaseContext, transaction: WriteTransaction): Promise<Output>;
}
