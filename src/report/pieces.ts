// A text for GitHub, as pieces: what must stand as it is, and what may give way from its end when the whole is too
// large. A piece that gives way loses whole items only, and says how many and where the whole is.
import { block, count, details, literal } from './markdown.ts';

/** May be shortened. `show(length)` is everything; with fewer it says how much is left out. */
export interface Elastic {
  readonly length: number;
  /** What is folded away gives way before what everybody sees. */
  readonly folded: boolean;
  show(count: number): string;
}

/** A string must stand; it is never cut, since it is what a person acts on. */
export type Piece = string | Elastic;

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
    details(summary, [shown.length > 0 ? join(shown) : '', left].filter((part) => part !== '').join('\n\n'));
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
