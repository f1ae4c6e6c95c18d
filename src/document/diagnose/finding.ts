// What one check found, before it is put in its place among the others: a diagnostic whose line is still to be counted.
import type { Diagnostic } from '../diagnostic.ts';
import { abridge } from '../inline.ts';
import type { Source } from '../source-text.ts';
import { visible } from '../visible.ts';

export type Finding = Omit<Diagnostic, 'line'>;

/** Bytes of the lines `from` up to `to`, counted from 0. */
export function bytesOfLines(
  source: Source,
  { from, to }: { from: number; to: number },
): { byteStart: number; byteEnd: number } {
  const size = source.bytes.length;
  return { byteStart: source.lineStarts[from] ?? size, byteEnd: source.lineStarts[to] ?? size };
}

/** From 1: the line in which a byte stands. */
export function lineOfByte(source: Source, byte: number): number {
  let [low, high] = [0, source.lineStarts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  return Math.min(low + 1, Math.max(1, source.lineStarts.length - 1));
}

const QUOTED_CHARS = 60;

/** Words of the document in a message: short, and with everything shown that cannot be seen. */
export function quote(text: string): string {
  return `“${abridge(visible(text.slice(0, QUOTED_CHARS * 4)), QUOTED_CHARS)}”`;
}

/** `3 headings`, `1 heading`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  return share > 0 && share < 1 ? 'less than 1 %' : `${Math.round(share)} %`;
}
