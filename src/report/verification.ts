// The verification table: what the counts were, what the run expected of them, and what they are.
import { details, table } from './markdown.ts';

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
  return details(summary, table(['', 'before', 'expected', 'after', ''], 'lrrrc', cells));
}

const NAME_WIDTH = 20;

/** The same for a terminal of 80 columns, as long as there are fewer than 100,000 units. */
export function plainTable(rows: readonly VerificationRow[]): string {
  const cells = [
    ['', 'before', 'expected', 'after', ''],
    ...rows.flatMap(({ name, before, expected, after, ok }) => {
      const [first = '', ...rest] = wrapped(name);
      const values = [before, expected, after].map((value) => short(value).replace(LONG_DIGEST, '$1'));
      return [[first, ...values, ok ? '✓' : '✗'], ...rest.map((line) => [line])];
    }),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return cells.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd()).join('\n');
}

const LONG_DIGEST = /([0-9a-f]{8})[0-9a-f]+/g;

function wrapped(name: string): string[] {
  const lines = [''];
  for (const word of name.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > NAME_WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

// A digest is told by its beginning; the whole stands in the record.
function short(value: string | number): string {
  return typeof value === 'number'
    ? value.toLocaleString('en-US')
    : value.length === 64
      ? value.slice(0, 12)
      : value;
}
