import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/document/diagnostic.ts';
import { diagnosticLines, tellDiagnostics, toldDiagnostics } from '../../src/phases/told-diagnostics.ts';

const one = (line: number, severity: Diagnostic['severity']): Diagnostic => ({
  ...{ code: 'label_gap', severity, byteStart: line, byteEnd: line + 1, line },
  message: `see line ${line}`,
});

test('nothing unsure is said in a line', () => {
  expect(diagnosticLines(tellDiagnostics([]))).toEqual(['nothing that the cut is not sure of']);
});

test('what blocks comes first, and what is not shown is counted', () => {
  const many = [
    one(1, 'note'),
    one(2, 'warning'),
    ...Array.from({ length: 60 }, (_, n) => one(n + 3, 'blocking')),
  ];
  const told = tellDiagnostics(many);
  expect(toldDiagnostics.parse(told)).toEqual(told);
  expect(told).toMatchObject({ blocking: 60, warnings: 1, notes: 1 });
  expect(told.shown).toHaveLength(50);
  const lines = diagnosticLines(told);
  expect(lines[0]).toBe('60 blocking diagnostics, 1 warning, 1 note');
  expect(lines[1]).toBe('🛑 line 3: see line 3 (`label_gap`)');
  expect(lines).toHaveLength(14);
  expect(lines.at(-1)).toBe('and 50 more');
});
