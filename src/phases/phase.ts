// What a phase is: a name, a decoder for its output, the work itself, and what people are told of it. Which phases there
// are, their order and the gates between them are data, in run/road.ts; a phase knows nothing of the run around it.
import type { z } from 'zod';
import type { Writer } from '../governed/database.ts';
import type { WrittenRun } from '../governed/readback.ts';
import type { ChangePlan } from '../plan/change.ts';
import type { PhaseContext } from './context.ts';

export interface PhaseOutput<Output, Name extends string = string> {
  readonly name: Name;
  /** Outputs come back from the event log as unknown and enter through this. */
  readonly output: z.ZodType<Output>;
  /** What the phase found, as Markdown list items. */
  report(output: Output): readonly string[];
  /** What everybody should see without unfolding anything, as Markdown paragraphs. */
  notices?(output: Output): readonly string[];
}

export interface Phase<Output, Name extends string = string> extends PhaseOutput<Output, Name> {
  /** Throws Stop when an invariant fails. */
  run(context: PhaseContext): Promise<Output>;
}

/** What the phases of the write transaction share: the transaction, and the signed plan as it stood when it began. */
export interface WriteTransaction {
  readonly writer: Writer;
  readonly change: ChangePlan;
}

/** A phase of the write transaction: it lives and dies with the others. */
export interface WritePhase<Output, Name extends string = string> extends PhaseOutput<Output, Name> {
  run(context: PhaseContext, transaction: WriteTransaction): Promise<Output>;
  /** What `run` returned, from the tables alone: for a process that died between COMMIT and the log. */
  readBack(written: WrittenRun): Output;
}
