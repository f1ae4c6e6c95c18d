// Lines that count up behind one word, `Artículo 1.`, `Artículo 2.`, and open no unit: labels of a language without a
// profile, or a word that the profile does not know. Nobody should sign for a text whose labels were not seen.
import { romanValue } from '../enumerator.ts';
import { plainText } from '../inline.ts';
import { isTocEntry } from '../label.ts';
import type { Source } from '../source-text.ts';
import { readText } from '../utf8.ts';
import type { Cut } from './diagnose.ts';
import { bytesOfLines, counted, type Finding, percent, quote } from './finding.ts';

const COUNTED = /^(\p{Lu}\p{L}{2,19})\s+(\d{1,4}|[IVXLC]{1,7})(?:[.:)º°]|\s*$|\s+[-–—])/u;
const HEAD_BYTES = 160;
const LONGEST_WORD = 45;
const [BLANK, STAR] = [0x20, 0x2a];
const NUMBER_STARTS = Buffer.from('0123456789IVXLC');
const FEWEST = 3;
const NOTABLE_SHARE = 0.4;

interface Counted {
  readonly line: number;
  readonly text: string;
  readonly value: number;
}

export function findForeignLabels(cut: Cut): Finding[] {
  const found = [...countedLines(cut).values()].filter(isRun).flat();
  const [first] = found;
  if (!first || found.length <= cut.sections.length) return [];
  const { source, nested } = cut;
  const size = source.bytes.length;
  const lines = [...found, ...nested.map(({ opening }) => opening)].map(({ line }) => line);
  lines.sort((a, b) => a - b);
  const next = new Map(lines.map((line, index) => [line, lines[index + 1] ?? source.lineStarts.length - 1]));
  let bytes = 0;
  for (const { line } of found) {
    const { byteStart, byteEnd } = bytesOfLines(source, { from: line, to: next.get(line) ?? line });
    bytes += byteEnd - byteStart;
  }
  if (bytes <= size * NOTABLE_SHARE) return [];
  const message = `${counted(found.length, 'line')} that count up like labels, the first ${quote(first.text)}, open no unit, and ${percent(bytes, size)} of the document stands below them: make headings of them, or name the profile that knows them`;
  const at = bytesOfLines(source, { from: first.line, to: first.line + 1 });
  return [{ code: 'label_not_cut', severity: 'blocking', ...at, message }];
}

function countedLines({ source, blocks, nested }: Cut): Map<string, Counted[]> {
  const units = new Set(nested.map(({ opening }) => opening.line));
  const found = new Map<string, Counted[]>();
  for (const block of blocks) {
    if (block.type !== 'text' || units.has(block.line)) continue;
    const raw = headOf(source, block.line);
    if (raw === undefined || isTocEntry(raw)) continue;
    const text = plainText(raw);
    const [, word = '', number = ''] = COUNTED.exec(text) ?? [];
    const value = romanValue(number) ?? Number(number);
    if (word === '' || Number.isNaN(value)) continue;
    const key = word.toLowerCase();
    const lines = found.get(key) ?? [];
    lines.push({ line: block.line, text, value });
    found.set(key, lines);
  }
  return found;
}

/** The start of a line that has a number for its second word: few lines of a long law are worth more than this look. */
function headOf({ bytes, lineStarts }: Source, line: number): string | undefined {
  let from = lineStarts[line] ?? 0;
  while (bytes[from] === BLANK || bytes[from] === STAR) from += 1;
  let at = from;
  while (at < from + LONGEST_WORD && (bytes[at] ?? 0) > BLANK) at += 1;
  while (bytes[at] === BLANK) at += 1;
  if (!NUMBER_STARTS.includes(bytes[at] ?? 0)) return undefined;
  const end = Math.min(lineStarts[line + 1] ?? bytes.length, from + HEAD_BYTES);
  return readText(bytes, { from, to: end }).trimEnd();
}

/** At least three numbers in turn. */
function isRun(lines: readonly Counted[]): boolean {
  let length = 0;
  let longest = 0;
  for (const [index, { value }] of lines.entries()) {
    length = value === (lines[index - 1]?.value ?? Number.NaN) + 1 ? length + 1 : 1;
    longest = Math.max(longest, length);
  }
  return longest >= FEWEST;
}
