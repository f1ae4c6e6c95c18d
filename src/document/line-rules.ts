// What the start of a line means at the margin of a CommonMark document (spec 0.30, sections 4 and 5), read from the bytes.
// Each rule looks at one line as the cursor stands on it, and agrees with the parser byte for byte (test/document/blocks.test.ts).
import { startsHtml } from './html-block.ts';
import { isBlankByte, type LineCursor } from './line-cursor.ts';

const [HASH, STAR, PLUS, DASH, DOT, PAREN] = [0x23, 0x2a, 0x2b, 0x2d, 0x2e, 0x29];
const [ZERO, NINE, LESS, EQUALS, GREATER] = [0x30, 0x39, 0x3c, 0x3d, 0x3e];
const [BRACKET, UNDERSCORE, BACKTICK, TILDE] = [0x5b, 0x5f, 0x60, 0x7e];

/** A line that is indented so far is code, or goes on with a paragraph. */
export const CODE_INDENT = 4;
const MAX_DIGITS = 9;
const MIN_FENCE = 3;

/** All that a line may start with to be more than text. */
const SPECIAL = new Uint8Array(256);
for (const byte of [HASH, STAR, PLUS, DASH, LESS, EQUALS, GREATER, BRACKET, UNDERSCORE, BACKTICK, TILDE])
  SPECIAL[byte] = 1;
for (let digit = ZERO; digit <= NINE; digit += 1) SPECIAL[digit] = 1;

/** Most lines are text: they must cost no more than this look. */
export function isPlain(cursor: LineCursor): boolean {
  return SPECIAL[cursor.byte] === 0;
}

/** 1-6, or 0 when it is no ATX heading. */
export function headingLevel(cursor: LineCursor): number {
  if (cursor.byte !== HASH) return 0;
  const after = cursor.skipRun(cursor.first, HASH);
  const level = after - cursor.first;
  return level <= 6 && (after === cursor.end || isBlankByte(cursor.source.bytes[after])) ? level : 0;
}

/** The text of an ATX heading, without the number signs that may close it. */
export function headingText(cursor: LineCursor, level: number): string {
  const { bytes } = cursor.source;
  const from = cursor.first + level;
  let to = cursor.end;
  while (to > from && isBlankByte(bytes[to - 1])) to -= 1;
  let closing = to;
  while (closing > from && bytes[closing - 1] === HASH) closing -= 1;
  if (closing > from && isBlankByte(bytes[closing - 1])) to = closing;
  return cursor.trimmed(from, to);
}

/** 1 or 2 when the line makes a heading of the paragraph above it; otherwise 0. */
export function underlineLevel(cursor: LineCursor): number {
  const { byte } = cursor;
  if (byte !== EQUALS && byte !== DASH) return 0;
  if (cursor.skipBlanks(cursor.skipRun(cursor.first, byte)) < cursor.end) return 0;
  return byte === EQUALS ? 1 : 2;
}

export function isThematicBreak(cursor: LineCursor): boolean {
  const { byte } = cursor;
  if (byte !== STAR && byte !== DASH && byte !== UNDERSCORE) return false;
  let count = 0;
  for (let at = cursor.first; at < cursor.end; at = cursor.skipBlanks(at + 1), count += 1)
    if (cursor.source.bytes[at] !== byte) return false;
  return count >= 3;
}

export interface Fence {
  readonly byte: number;
  readonly length: number;
}

export function openFence(cursor: LineCursor): Fence | undefined {
  const { byte } = cursor;
  if (byte !== BACKTICK && byte !== TILDE) return undefined;
  const after = cursor.skipRun(cursor.first, byte);
  const length = after - cursor.first;
  if (length < MIN_FENCE) return undefined;
  if (byte === BACKTICK)
    for (let at = after; at < cursor.end; at += 1) if (cursor.source.bytes[at] === BACKTICK) return undefined;
  return { byte, length };
}

export function closesFence(cursor: LineCursor, { byte, length }: Fence): boolean {
  if (cursor.byte !== byte || cursor.indent >= CODE_INDENT) return false;
  const after = cursor.skipRun(cursor.first, byte);
  return after - cursor.first >= length && cursor.skipBlanks(after) === cursor.end;
}

export function isQuote(cursor: LineCursor): boolean {
  return cursor.byte === GREATER;
}

export function mayDefineLink(cursor: LineCursor): boolean {
  return cursor.byte === BRACKET;
}

/** `any`: a list may start or go on here. `strong`: one that interrupts a paragraph: a bullet or `1.`, and text after it. */
export function listMarker(cursor: LineCursor): 'strong' | 'any' | undefined {
  const { byte } = cursor;
  const isBullet = byte === STAR || byte === PLUS || byte === DASH;
  const after = isBullet ? cursor.first + 1 : afterNumber(cursor);
  if (after === undefined || (after < cursor.end && !isBlankByte(cursor.source.bytes[after])))
    return undefined;
  if (cursor.skipBlanks(after) === cursor.end) return 'any';
  return isBullet || isOne(cursor, after) ? 'strong' : 'any';
}

function afterNumber(cursor: LineCursor): number | undefined {
  const { bytes } = cursor.source;
  let at = cursor.first;
  while (at < cursor.end && isDigit(bytes[at]) && at - cursor.first < MAX_DIGITS) at += 1;
  if (at === cursor.first || at >= cursor.end || (bytes[at] !== DOT && bytes[at] !== PAREN)) return undefined;
  return at + 1;
}

/** Leading noughts count for nothing. */
function isOne(cursor: LineCursor, after: number): boolean {
  const { bytes } = cursor.source;
  return cursor.skipRun(cursor.first, ZERO) === after - 2 && bytes[after - 2] === ZERO + 1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** The line cannot go on with a paragraph, however that stands in lists and quotes. */
export function interrupts(cursor: LineCursor): boolean {
  if (cursor.indent >= CODE_INDENT || isPlain(cursor)) return false;
  return (
    headingLevel(cursor) > 0 ||
    isQuote(cursor) ||
    isThematicBreak(cursor) ||
    listMarker(cursor) === 'strong' ||
    openFence(cursor) !== undefined ||
    (startsHtml(cursor)?.interrupts ?? false)
  );
}
