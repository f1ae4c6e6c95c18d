// The diagnostics of a cut as a phase records them: the first ones, the blocking before the others, and how many there are.
import { z } from 'zod';
import { DIAGNOSTIC_CODES, type Diagnostic, SEVERITIES } from '../document/diagnostic.ts';
import { code, count, literal } from '../report/markdown.ts';
import { clip } from '../report/pieces.ts';

const whole = z.number().int().nonnegative();

const toldDiagnostic = z.strictObject({
  code: z.enum(DIAGNOSTIC_CODES),
  severity: z.enum(SEVERITIES),
  line: whole.positive(),
  byte_start: whole,
  byte_end: whole,
  message: z.string(),
});

export type ToldDiagnostic = z.infer<typeof toldDiagnostic>;

export const toldDiagnostics = z.strictObject({
  blocking: whole,
  warnings: whole,
  notes: whole,
  shown: z.array(toldDiagnostic),
});

export type ToldDiagnostics = z.infer<typeof toldDiagnostics>;

/** As many as a check can annotate. */
const MOST = 50;

export function tellDiagnostics(diagnostics: readonly Diagnostic[]): ToldDiagnostics {
  const of = (severity: Diagnostic['severity']) => diagnostics.filter((one) => one.severity === severity);
  const [blocking, warnings, notes] = [of('blocking'), of('warning'), of('note')];
  return {
    ...{ blocking: blocking.length, warnings: warnings.length, notes: notes.length },
    shown: [...blocking, ...warnings, ...notes]
      .slice(0, MOST)
      .map(({ code: name, severity, line, byteStart, byteEnd, message }) => ({
        ...{ code: name, severity, line, byte_start: byteStart, byte_end: byteEnd, message },
      })),
  };
}

const LINES = 12;
const MARKS = { blocking: '🛑', warning: '⚠️', note: 'ℹ️' } as const;

export function diagnosticLines({ blocking, warnings, notes, shown }: ToldDiagnostics): string[] {
  const all = blocking + warnings + notes;
  if (all === 0) return ['nothing that the cut is not sure of'];
  const lines = shown
    .slice(0, LINES)
    .map(
      ({ code: name, severity, line, message }) =>
        `${MARKS[severity]} line ${line}: ${literal(clip(message, 300))} (${code(name)})`,
    );
  const counts = [count(blocking, 'blocking diagnostic'), count(warnings, 'warning'), count(notes, 'note')];
  const left = all - lines.length;
  return [counts.join(', '), ...lines, ...(left > 0 ? [`and ${left} more`] : [])];
}
