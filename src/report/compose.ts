// Pieces become one text of a given size at most: what everybody sees keeps its place before what is folded away, and
// what must stand whole is never cut.
import type { Elastic, Piece } from './pieces.ts';

/** One rule for every limit: GitHub counts bytes here and characters there, and bytes are never fewer. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * The pieces as one text of at most `limit` bytes. What gives way has fair shares of the room, the first ones what is
 * left over; the folds share what the rest has left.
 */
export function compose(pieces: readonly Piece[], limit: number): string {
  const parts = pieces.map(cleaned).filter(({ length, show }) => length > 0 || show(0) !== '');
  const whole = joined(parts.map((part) => part.show(part.length)));
  if (sizeOf(whole) <= limit) return whole;
  const least = joined(parts.map(({ show }) => show(0)));
  if (sizeOf(least) > limit) return withoutTheLargest(parts, limit);
  let room = limit - sizeOf(least);
  const shown = new Map(parts.map((part) => [part, 0]));
  const give = (part: Elastic, extra: number): void => {
    const before = shown.get(part) ?? 0;
    const used = sizeOf(part.show(before));
    const count = mostWithin(part, { from: before, limit: used + extra });
    shown.set(part, count);
    room -= sizeOf(part.show(count)) - used;
  };
  const elastic = parts.filter(({ length }) => length > 0);
  for (const some of [elastic.filter(({ folded }) => !folded), elastic.filter(({ folded }) => folded)]) {
    const share = Math.floor(room / some.length);
    for (const part of some) give(part, Math.min(share, room));
    for (const part of some) give(part, room);
  }
  return joined(parts.map((part) => part.show(shown.get(part) ?? 0)));
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

/** The most items with which the piece stays within `limit` bytes; at least `from`. */
function mostWithin(part: Elastic, { from, limit }: { from: number; limit: number }): number {
  if (sizeOf(part.show(part.length)) <= limit) return part.length;
  let [low, high] = [from, part.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sizeOf(part.show(middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Only a deployment whose own names and settings are absurd comes here. What must be signed is then missing whole, and
// says so: never half of it.
function withoutTheLargest(parts: readonly Elastic[], limit: number): string {
  const texts = parts.map(({ show }) => show(0));
  const bySize = [...texts.keys()].sort((a, b) => sizeOf(texts[b] ?? '') - sizeOf(texts[a] ?? ''));
  let size = sizeOf(joined(texts));
  for (const index of bySize) {
    if (size <= limit) break;
    const dropped = sizeOf(texts[index] ?? '');
    const said = `⚠️ A part of ${dropped.toLocaleString('en-US')} bytes has no room here.`;
    size += sizeOf(said) - dropped;
    texts[index] = said;
  }
  const text = joined(texts);
  return sizeOf(text) <= limit ? text : '⚠️ This text has no room here.';
}

// GitHub refuses or mangles lone surrogates and control characters; a reader sees where one stood.
function cleaned(piece: Piece): Elastic {
  const clean = (text: string): string =>
    text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');
  return typeof piece === 'string'
    ? { length: 0, folded: false, show: () => clean(piece) }
    : { ...piece, show: (count) => clean(piece.show(count)) };
}
