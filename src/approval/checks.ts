// The steps of admission in their one order, and what became of each: the sheet that every reader of a verdict sees.
import type { Reason, Refusal } from './reasons.ts';

export const CHECK_NAMES = [
  'path',
  'git tree',
  'pull request files',
  'merge',
  'front matter',
  'run and gate',
  'bindings',
  'signature',
  'threshold',
  'times agree',
  'validity window',
  'single use',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

export interface Check {
  readonly name: CheckName;
  readonly result: 'pass' | 'fail' | 'not_judged';
  readonly detail: string;
}

/** What one step found. `not_judged`: the asker did not give what the step needs. */
export type Finding =
  | { readonly result: 'pass' | 'not_judged'; readonly detail: string }
  | { readonly result: 'fail'; readonly refusal: Refusal };

export const pass = (detail: string): Finding => ({ result: 'pass', detail });
export const notJudged = (detail: string): Finding => ({ result: 'not_judged', detail });
export const fail = (reason: Reason, detail: string): Finding => ({
  result: 'fail',
  refusal: { reason, detail },
});

export class CheckSheet {
  readonly #checks: Check[] = [];

  /** Notes a finding and hands a refusal on, so that `??` stops at the first one. */
  note(name: CheckName, finding: Finding): Refusal | undefined {
    const refusal = finding.result === 'fail' ? finding.refusal : undefined;
    const detail =
      finding.result === 'fail' ? `${finding.refusal.reason}: ${finding.refusal.detail}` : finding.detail;
    this.#checks.push({ name, result: finding.result, detail });
    return refusal;
  }

  /** Every step in order; those behind a failure were not reached. */
  complete(): readonly Check[] {
    const notReached = (name: CheckName): Check => ({ name, result: 'not_judged', detail: 'not reached' });
    return CHECK_NAMES.map((step) => this.#checks.find(({ name }) => name === step) ?? notReached(step));
  }
}
