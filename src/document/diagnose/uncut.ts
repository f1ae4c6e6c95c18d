// Lines that look like titles and open no unit: comments of pasted code, labels without the sign that ends them, labels
// that so rarely stand outside a heading that they are taken for another law's.
import { plainText } from '../inline.ts';
import { compiledFor, isTocEntry } from '../label.ts';
import { quotedBlocks } from '../quoted.ts';
import { textOfLine } from '../source-text.ts';
import type { Cut } from './diagnose.ts';
import { bytesOfLines, counted, type Finding, percent, quote } from './finding.ts';

type Code = 'heading_not_cut' | 'label_not_cut';

interface Uncut {
  readonly line: number;
  readonly text: string;
}

const MAX_LABEL_LINE = 120;

export function findUncut(cut: Cut): Finding[] {
  const units = unitsByLine(cut);
  return [
    ...report(cut, { code: 'heading_not_cut', what: 'heading', found: headings(cut), units }),
    ...report(cut, { code: 'label_not_cut', what: 'label', found: labels(cut, units), units }),
  ];
}

function headings({ codeLike, source }: Cut): Uncut[] {
  return [...codeLike].map((line) => ({ line, text: textOfLine(source, line) }));
}

function labels({ blocks, profile, nested }: Cut, units: readonly number[]): Uncut[] {
  const { read, start } = compiledFor(profile);
  const quoted = quotedBlocks(blocks, profile);
  const found: Uncut[] = [];
  let unit = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'text' || block.depth > 1 || block.text.length > MAX_LABEL_LINE) continue;
    if (block.text.includes('\n') || !start.test(block.text) || isTocEntry(block.text) || quoted.has(index))
      continue;
    while ((units[unit + 1] ?? Number.POSITIVE_INFINITY) <= block.line) unit += 1;
    const own = nested[unit];
    // Its own label or the title below it, or an entry of a list of contents.
    if (!own || own.kind === 'toc' || own.kind === 'signature' || block.line < own.opening.headEnd) continue;
    const text = plainText(block.text);
    const label = read(text);
    if (label && /^\p{Lu}|^$/u.test(label.title) && !/[.;:,]$/.test(label.title))
      found.push({ line: block.line, text });
  }
  return found;
}

function unitsByLine({ nested }: Cut): number[] {
  return nested.map(({ opening }) => opening.line);
}

interface Report {
  readonly code: Code;
  readonly what: string;
  readonly found: readonly Uncut[];
  readonly units: readonly number[];
}

const FEW = 3;
const NOTABLE_SHARE = 0.1;
const WHY = {
  heading_not_cut: 'put the code in a fence, or leave out what makes it look like code',
  label_not_cut:
    'make it a heading or end the label with a full stop if it is one, or leave it if it is a mention',
} as const;

/** Each by itself where they are few; where they are many one that sums up, and the first few. */
function report(cut: Cut, { code, what, found, units }: Report): Finding[] {
  const { source } = cut;
  const size = source.bytes.length;
  const stretches = found.map(({ line }, index) =>
    stretchOf(cut, { line, next: found[index + 1]?.line, units }),
  );
  const bytes = stretches.reduce((sum, { byteStart, byteEnd }) => sum + byteEnd - byteStart, 0);
  const severity = bytes > size * NOTABLE_SHARE ? 'warning' : 'note';
  const each = found.slice(0, FEW).map(({ line, text }, index): Finding => {
    const stretch = stretches[index] ?? { byteStart: 0, byteEnd: 0 };
    const share = percent(stretch.byteEnd - stretch.byteStart, size);
    const message = `the ${what} ${quote(text.trim())} opens no unit, and ${share} of the document stands below it: ${WHY[code]}`;
    return {
      code,
      severity: found.length > FEW ? 'note' : severity,
      ...bytesOfLines(source, { from: line, to: line + 1 }),
      message,
    };
  });
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (found.length <= FEW || !first || !last) return each;
  const message = `${counted(found.length, what)} open no unit, and ${percent(bytes, size)} of the document stands below them (the first ${FEW} follow): ${WHY[code]}`;
  return [{ code, severity, byteStart: first.byteStart, byteEnd: last.byteEnd, message }, ...each];
}

/** From the line to the next unit, or to the next such line. */
function stretchOf(
  { source }: Cut,
  { line, next, units }: { line: number; next: number | undefined; units: readonly number[] },
): { byteStart: number; byteEnd: number } {
  let [low, high] = [0, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((units[middle] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  const unit = units[low] ?? source.lineStarts.length - 1;
  return bytesOfLines(source, { from: line, to: Math.min(unit, next ?? unit) });
}
