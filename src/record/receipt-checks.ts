// The steps by which a receipt is judged, in their one order, and what became of each: what the reader is shown.

import type { Read } from './read.ts';

export const RECEIPT_STEPS = [
  'form',
  'text',
  'plan',
  'opening',
  'cut',
  'enactment',
  'statement',
  'log',
] as const;

export type ReceiptStep = (typeof RECEIPT_STEPS)[number];

/** Permanent codes: what is wrong with a receipt. */
export const RECEIPT_REASONS = {
  receipt_malformed: 'the file is not a receipt as Countersign writes it',
  text_differs: 'the text is not the one that the plan names',
  not_in_plan: 'the row or the header is not part of the plan whose digest was signed',
  approval_refused: 'an approval in it does not hold',
  approval_elsewhere: 'an approval in it is good, but for something else',
  evidence_differs: 'the evidence that was signed is about something else',
  statement_refused: "the recorder's statement does not hold",
  statement_elsewhere: "the recorder's statement is good, but about something else",
  not_in_log: 'the statement is not proved to stand in the log',
} as const;

export type ReceiptReason = keyof typeof RECEIPT_REASONS;

export interface ReceiptCheck {
  readonly name: ReceiptStep;
  readonly result: 'pass' | 'fail' | 'not_judged';
  readonly detail: string;
}

export interface ReceiptRefusal {
  readonly reason: ReceiptReason;
  /** What exactly, with the values concerned. */
  readonly detail: string;
}

/** How a step ends early: caught where the list is made, and never beyond. */
export class Refused extends Error {
  readonly refusal: ReceiptRefusal;

  constructor(reason: ReceiptReason, detail: string) {
    super(detail);
    this.name = 'Refused';
    this.refusal = { reason, detail };
  }
}

/** The value, or the end of this step. `name` begins the sentence. */
export function decoded<T>(read: Read<T>, reason: ReceiptReason, name: string): T {
  if (read.ok) return read.value;
  throw new Refused(reason, `${name} ${read.flaw.detail}`);
}

export class ReceiptSheet {
  readonly #checks: ReceiptCheck[] = [];

  pass(name: ReceiptStep, detail: string): void {
    this.#checks.push({ name, result: 'pass', detail });
  }

  /** Every step in order: the first one that is not there yet failed, those behind it were not reached. */
  failed({ reason, detail }: ReceiptRefusal): readonly ReceiptCheck[] {
    const [at, ...behind] = RECEIPT_STEPS.slice(this.#checks.length);
    return [
      ...this.#checks,
      ...(at === undefined ? [] : [{ name: at, result: 'fail' as const, detail: `${reason}: ${detail}` }]),
      ...behind.map((name) => ({ name, result: 'not_judged' as const, detail: 'not reached' })),
    ];
  }

  complete(): readonly ReceiptCheck[] {
    return this.#checks;
  }
}
