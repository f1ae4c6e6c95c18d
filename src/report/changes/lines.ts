// Segments as lines that can stand in a `diff` block: two characters say what a line is, and what follows is the text.
// A line of our own begins with `@@` or `!`, which no text can, since each of its lines has a sign and a space before it.
import { count } from '../markdown.ts';
import type { Show } from './visible.ts';
import type { Segment } from './word-diff.ts';

const WIDTH = 100;
/** Words of what has not changed around what has. */
const CONTEXT = 12;

/** The changed words with what stands around them; what is left out between is counted. */
export function linesOfDiff(segments: readonly Segment[], show: Show): string[] {
  return segments.flatMap(({ sign, text }, at) => {
    if (sign !== ' ') return changedLines(sign, { text, show });
    const [head, left, tail] = shortened(text, { first: at === 0, last: at === segments.length - 1 });
    return [
      ...textLines(' ', { text: head, show }),
      ...(left > 0 ? [`@@ ${count(left, 'word')} as before @@`] : []),
      ...textLines(' ', { text: tail, show }),
    ];
  });
}

/** A whole text: each of its lines under the same sign. */
export function linesOfText(sign: '+' | '-', { text, show }: { text: string; show: Show }): string[] {
  return textLines(sign, { text, show });
}

type Sign = Segment['sign'];

// Of white space alone nothing would be seen.
function changedLines(sign: '+' | '-', { text, show }: { text: string; show: Show }): string[] {
  if (/[^ \t\r\n]/.test(text)) return textLines(sign, { text, show });
  const seen = text.replace(/\r\n|[ \t\r\n]/g, (one) => BLANKS[one] ?? one);
  return wrapped(seen).map((line) => `${sign} ${line}`);
}

const BLANKS: Readonly<Record<string, string>> = {
  ' ': '␠',
  '\t': '␉',
  '\n': '␤',
  '\r\n': '␍␤',
  '\r': '␍',
};

function textLines(sign: Sign, { text, show }: { text: string; show: Show }): string[] {
  // What has not changed and is no word tells nobody where he is.
  const tells = sign === ' ' ? /[\p{L}\p{N}]/u : /[^ \t]/;
  return text
    .split(/\r?\n/)
    .filter((line) => tells.test(line))
    .flatMap((line) => wrapped(show(line.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, ''))))
    .map((line) => `${sign} ${line}`);
}

/** At most so wide where there are blanks to break at, and four times as wide where there are none. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const blank = rest.lastIndexOf(' ', WIDTH);
    const at = blank > WIDTH / 3 ? blank + 1 : nextBreak(rest);
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at);
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, rest];
}

function nextBreak(text: string): number {
  const blank = text.indexOf(' ', WIDTH);
  const most = WIDTH * 4;
  if (blank !== -1 && blank < most) return blank + 1;
  // Never between the halves of one character.
  const half = /[\ud800-\udbff]/.test(text.charAt(most - 1));
  return Math.min(text.length, half ? most - 1 : most);
}

/** The beginning and the end of what has not changed, and how many words lie between. */
function shortened(
  text: string,
  { first, last }: { first: boolean; last: boolean },
): [string, number, string] {
  const words = [...text.matchAll(/\S+/g)];
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  const left = words.length - head - tail;
  // A few words take no more room than to say that they are left out.
  if (left <= 4) return [text, 0, ''];
  const headEnd = words[head]?.index ?? 0;
  const tailStart = words[words.length - tail]?.index ?? text.length;
  return [text.slice(0, headEnd), left, text.slice(tailStart)];
}
