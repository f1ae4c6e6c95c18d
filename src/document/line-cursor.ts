// Where a line starts, where its text starts and ends, and how far it is indented: all that the block rules ask of a line.
// A cursor moves over the bytes and copies nothing; tabs stop at multiples of four, a lone CR counts as a blank.
import { asParsed, type Source } from './source-text.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

export function isBlankByte(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR;
}

export class LineCursor {
  readonly source: Source;
  /** How many lines there are: nothing after the last LF is no line. */
  readonly count: number;
  readonly #buffer: Buffer;
  readonly #hasCr: boolean;
  /** Byte offset of the line; of its first byte that is no blank; of its end, without the line end. */
  start = 0;
  first = 0;
  end = 0;
  /** Columns before `first`. */
  indent = 0;

  constructor(source: Source) {
    const { bytes, lineStarts } = source;
    this.source = source;
    this.count = lineStarts.length - (bytes.at(-1) === LF ? 2 : 1);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#hasCr = bytes.includes(CR);
  }

  /** The first byte that is no blank; NaN at the end of the line. */
  get byte(): number {
    return this.first < this.end ? (this.source.bytes[this.first] ?? Number.NaN) : Number.NaN;
  }

  get isBlank(): boolean {
    return this.first >= this.end;
  }

  startOf(line: number): number {
    const { bytes, lineStarts, textLine, textStart } = this.source;
    return line === textLine ? textStart : (lineStarts[line] ?? bytes.length);
  }

  goTo(line: number): void {
    const { bytes, lineStarts } = this.source;
    const start = this.startOf(line);
    let end = lineStarts[line + 1] ?? bytes.length;
    if (end > start && bytes[end - 1] === LF) {
      end -= 1;
      if (end > start && bytes[end - 1] === CR) end -= 1;
    }
    let [at, indent] = [start, 0];
    for (; at < end && isBlankByte(bytes[at]); at += 1) indent += bytes[at] === TAB ? 4 - (indent % 4) : 1;
    this.start = start;
    this.first = at;
    this.end = end;
    this.indent = indent;
  }

  /** The first byte from `at` on that is no blank, or the end of the line. */
  skipBlanks(at: number): number {
    let past = at;
    while (past < this.end && isBlankByte(this.source.bytes[past])) past += 1;
    return past;
  }

  /** The end of the run of `byte` that starts at `at`. */
  skipRun(at: number, byte: number): number {
    let past = at;
    while (past < this.end && this.source.bytes[past] === byte) past += 1;
    return past;
  }

  /** The bytes as text with LF line ends. */
  text(from: number, to: number): string {
    const text = this.#buffer.toString('utf8', from, to);
    return this.#hasCr ? asParsed(text) : text;
  }

  /** The same without the blanks and line ends around it. */
  trimmed(from: number, to: number): string {
    const { bytes } = this.source;
    let [start, end] = [from, to];
    while (start < end && (isBlankByte(bytes[start]) || bytes[start] === LF)) start += 1;
    while (end > start && (isBlankByte(bytes[end - 1]) || bytes[end - 1] === LF)) end -= 1;
    return this.text(start, end);
  }

  /** From the first line up to, not including, the last: as the parser wants it, with a line end at the end. */
  lines(from: number, to: number): string {
    const text = this.text(this.startOf(from), this.startOf(to));
    return text.endsWith('\n') ? text : `${text}\n`;
  }
}
