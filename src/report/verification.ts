// The verification table: what the counts were, what the run expected of them, and what they are.
import { fold, table } from './markdown.ts';

export interface VerificationRow {
  readonly name: string;
  readonly before: string | number;
  readonly expected: string | number;
  readonly after: string | number;
  readonly ok: boolean;
}

/** Folded, with the result in its summary: on a phone the result is what matters. */
export function verificationTable(rows: readonly VerificationRow[]): string {
  const cells = rows.map(({ name, before, expected, after, ok }) => [
    name,
    short(before),
    short(expected),
    short(after),
    ok ? '✅' : '❌',
  ]);
  const holding = rows.filter(({ ok }) => ok).length;
  const summary = `Verification: ${holding} of ${rows.length} counts and digests as expected`;
  return fold(summary, table(['', 'before', 'expected', 'after', ''], 'lrrrc', cells));
}

/** The same for a terminal. */
export function plainTable(rows: readonly VerificationRow[]): string {
  const cells = [
    ['', 'before', 'expected', 'after', ''],
    ...rows.map(({ name, before, expected, after, ok }) => [
      name,
      short(before),
      short(expected),
      short(after),
      ok ? '✓' : '✗',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return cells.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd()).join('\n');
}

// A digest is told by its beginning; the whole stands in the record.
function short(value: string | number): string {
  return typeof value === 'number'
    ? value.toLocaleString('en-US')
    : value.length === 64
      ? value.slice(0, 12)
      : value;
}
