// Two texts word by word: first by lines, then by words where lines differ. How much is looked for is bounded, and never
// by a clock, so that everybody who computes the view sees the same one.
import { diffArrays } from 'diff';

export interface Segment {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** What may still be spent on one view, in edits squared: the cost of looking for them. */
export interface Budget {
  left: number;
}

export const fullBudget = (): Budget => ({ left: 40_000_000 });

const MAX_EDITS = 2_000;
const MAX_TOKENS = 200_000;

export interface WordDiff {
  readonly segments: readonly Segment[];
  /** Some lines differ so much that they are shown whole, as they were and as they are. */
  readonly whole: boolean;
}

export function diffWords(before: string, after: string, budget: Budget): WordDiff {
  const lines = diffTokens(linesOf(before), linesOf(after), budget) ?? replaced(before, after);
  let whole = false;
  const segments: Segment[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [one, next] = [lines[at], lines[at + 1]];
    if (!one) break;
    if (one.sign === '-' && next?.sign === '+') {
      const words = diffTokens(wordsOf(one.text), wordsOf(next.text), budget);
      whole ||= words === undefined;
      segments.push(...(words ?? [one, next]));
      at += 1;
    } else segments.push(one);
  }
  return { segments: withoutIslands(segments), whole };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

// A word holds what is invisible in it: who slips a character into "not" has changed that word.
const WORDS = /\r?\n|[^\S\r\n]+|[\p{L}\p{M}\p{N}\p{Cf}]+|./gsu;

function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** The removed before the added; undefined where looking for more would cost too much. */
function diffTokens(old: string[], now: string[], budget: Budget): Segment[] | undefined {
  if (old.length + now.length > MAX_TOKENS) return undefined;
  const maxEditLength = Math.min(MAX_EDITS, Math.floor(Math.sqrt(budget.left)));
  const found = diffArrays(old, now, { maxEditLength });
  if (!found) {
    budget.left -= maxEditLength ** 2;
    return undefined;
  }
  const edits = found.reduce(
    (sum, { added, removed, value }) => sum + (added || removed ? value.length : 0),
    0,
  );
  budget.left = Math.max(0, budget.left - edits ** 2);
  return found.map(({ added, removed, value }) => ({
    sign: added ? '+' : removed ? '-' : ' ',
    text: value.join(''),
  }));
}

function replaced(before: string, after: string): Segment[] {
  const both: Segment[] = [
    { sign: '-', text: before },
    { sign: '+', text: after },
  ];
  return both.filter(({ text }) => text !== '');
}

/** Two words or fewer between two changes are part of one: nobody reads a comma, or a word between two marks, alone. */
function withoutIslands(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  let [old, now] = ['', ''];
  const flush = (): void => {
    joined.push(...replaced(old, now));
    [old, now] = ['', ''];
  };
  for (const [at, { sign, text }] of segments.entries()) {
    const changing = old + now !== '';
    const next = segments[at + 1]?.sign ?? ' ';
    const island = sign === ' ' && next !== ' ' && changing && isShort(text);
    if (sign === ' ' && !island) {
      flush();
      joined.push({ sign, text });
    }
    if (sign === '-' || island) old += text;
    if (sign === '+' || island) now += text;
  }
  flush();
  return joined;
}

function isShort(text: string): boolean {
  return text.length <= 60 && !text.includes('\n') && (text.match(/[\p{L}\p{M}\p{N}]+/gu)?.length ?? 0) <= 2;
}
