// A text for GitHub, as pieces: what must stand as it is, and what may give way from its end when the whole is too
// large. A piece that gives way loses whole items only, and says how many and where the whole is.
import { block, count, fold, literal } from './markdown.ts';

/** May be shortened. `show(length)` is everything; with fewer it says how much is left out. */
export interface Elastic {
  readonly length: number;
  /** What is folded away gives way before what everybody sees. */
  readonly folded: boolean;
  show(count: number): string;
}

/** A string must stand; it is never cut, since it is what a person acts on. */
export type Piece = string | Elastic;

/** One rule for every limit: GitHub counts bytes here and characters there, and bytes are never fewer. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

interface Items {
  /** What one item is called: `line`. */
  readonly noun: string;
  /** Where everything stands, as Markdown. */
  readonly whole: string;
  /** `left` is empty while nothing is left out. */
  show(shown: readonly string[], left: string): string;
}

/** Items of which each stands whole or not at all. */
export function items(all: readonly string[], { noun, whole, show }: Items): Elastic {
  return {
    length: all.length,
    folded: false,
    show(count) {
      const left = all.length - count;
      const [n, of] = [left, all.length].map((number) => number.toLocaleString('en-US'));
      const said = `… left out here: ${n} of ${of} ${noun}${all.length === 1 ? '' : 's'}; the whole is in ${whole}.`;
      if (all.length === 0) return '';
      return show(all.slice(0, count), left === 0 ? '' : said);
    },
  };
}

/** Text from outside in a paragraph of its own, shown literally; it gives way word by word. */
export function prose(
  text: string,
  { whole, wrap = (shown) => shown }: { whole: string; wrap?: (shown: string) => string },
): Elastic {
  const words = wordsOf(text).map((word) => (word.startsWith(' ') ? ` ${literal(word)}` : literal(word)));
  const show = (shown: readonly string[], left: string): string => wrap(`${shown.join('')} ${left}`.trim());
  return items(words, { noun: 'word', whole, show });
}

/** A text in a folded, fenced block; it gives way line by line. */
export function foldedText(
  summary: string,
  { text, language, whole }: { text: string; language: string; whole: string },
): Elastic {
  const lines = text
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => clip(line, LONGEST_LINE));
  return foldedItems(summary, lines, {
    ...{ noun: 'line', whole },
    join: (shown) => block(shown.join('\n'), language),
  });
}

/** Items in a fold; what is left out is said inside of it, below them. */
export function foldedItems(
  summary: string,
  all: readonly string[],
  { noun, whole, join }: { noun: string; whole: string; join: (shown: readonly string[]) => string },
): Elastic {
  const show = (shown: readonly string[], left: string): string =>
    fold(summary, [shown.length > 0 ? join(shown) : '', left].filter((part) => part !== '').join('\n\n'));
  return { ...items(all, { noun, whole, show }), folded: true };
}

const LONGEST_LINE = 2_000;
const LONGEST_WORD = 40;

// A "word" of a hundred thousand letters gives way in parts, each of whole code points.
function wordsOf(text: string): string[] {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat === '' ? [] : (flat.match(new RegExp(` ?[^ ]{1,${LONGEST_WORD}}`, 'gu')) ?? []);
}

/** A name or a cell: at most `most` code points, and then how many more there are. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  let points = 0;
  for (const point of text) {
    if (points === most) break;
    end += point.length;
    points += 1;
  }
  if (end === text.length) return text;
  const left = text.length - end - (text.slice(end).match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
  return `${text.slice(0, end)}… (${count(left, 'more character')})`;
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
