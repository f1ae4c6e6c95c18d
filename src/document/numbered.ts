// Plain text numbered by hand: `1. Introduction` at the margin, `2.1. General rules` below it, no headings and no words.
// Only a line that reads like a title is taken for one, and only where the numbers run through.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import { isTocEntry } from './label.ts';
import type { LabelRule } from './profile.ts';
import { type Source, textOfLine } from './source-text.ts';
import type { UnitStart } from './unit-start.ts';

const SECTION: LabelRule = { kind: 'section', key: 'section', words: [], rank: 40, example: '4. Assets' };
/** By the number of points between their numbers: `4.1` holds `4.1.2`. */
const SUBSECTIONS: readonly LabelRule[] = [45, 46, 47, 48].map((rank) => {
  return { ...SECTION, kind: 'subsection', rank, example: '4.2. Procedure' };
});
const NUMBERED = /^(\d{1,3}|[A-Z])((?:\.\d{1,3}){0,4})\.?\s+([\p{Lu}"“„«(].*)$/u;
/** `2. Grant of use. Subject to …`: the title is the first sentence of its own text. */
const RUN_IN = /^\d{1,3}\. \p{Lu}[^.;:]{2,60}\.(?= \p{Lu})/u;
const FEWEST_SUBSECTIONS = 2;
const FEWEST_SECTIONS = 3;
const MAX_TITLE = 120;
const MAX_WORDS_OF_SENTENCE = 8;

interface Candidate extends UnitStart {
  readonly indent: number;
  /** Its number where that is a whole one without points. */
  readonly value: number | undefined;
  readonly isDeeper: boolean;
  /** It ends like a sentence, and may be a title all the same: `1. Source Code.` */
  readonly isSentence: boolean;
  /** Text of its own follows. */
  readonly hasText: boolean;
}

/** Nothing, unless subsections or a run of numbers with texts between them show that the document is numbered throughout. */
export function findNumberedTitles(blocks: readonly Block[], source: Source): UnitStart[] {
  if (blocks.some((block) => block.type === 'heading')) return [];
  const found = blocks.flatMap((block, index) => readCandidates(block, { next: blocks[index + 1], source }));
  const subsections = found.filter(({ isDeeper, isSentence }) => isDeeper && !isSentence);
  const indent = Math.min(
    ...found.filter(({ isDeeper, hasText }) => !isDeeper && hasText).map((one) => one.indent),
  );
  const sections = found.filter((one) => !one.isDeeper && one.indent === indent);
  const runsThrough = hasRun(sections);
  if (subsections.length < FEWEST_SUBSECTIONS && !runsThrough) return [];
  return found.filter(
    ({ isDeeper, isSentence, indent: own }) =>
      (isDeeper || own === (runsThrough ? indent : 0)) && (!isSentence || (runsThrough && !isDeeper)),
  );
}

/** At least three numbers in turn from 0 or 1, most of them with a text of their own. */
function hasRun(sections: readonly Candidate[]): boolean {
  let [due, length, withText, longest] = [-1, 0, 0, 0];
  for (const { value, hasText } of sections) {
    if (value === due) length += 1;
    else if (value === 0 || value === 1) [length, withText] = [1, 0];
    else continue;
    due = value + 1;
    if (hasText) withText += 1;
    if (withText * 2 > length) longest = Math.max(longest, length);
  }
  return longest >= FEWEST_SECTIONS;
}

interface Context {
  readonly next: Block | undefined;
  readonly source: Source;
}

/** The first lines of a paragraph: `4 Seeds` and below it `4.1 Names` may share one. */
function readCandidates(block: Block, context: Context): Candidate[] {
  if (block.type !== 'text' || block.depth > 1) return [];
  const lines = block.text.split('\n', MOST_LINES);
  const found: Candidate[] = [];
  for (const [offset, line] of lines.entries()) {
    const text = offset === 0 ? `${block.marker} ${line}` : line;
    const candidate = readCandidate(text, {
      ...context,
      line: block.line + offset,
      below: lines[offset + 1],
    });
    if (!candidate || (offset > 0 && found.at(-1)?.isDeeper === candidate.isDeeper)) break;
    found.push(candidate);
  }
  return found;
}

const MOST_LINES = 4;

function readCandidate(
  text: string,
  { next, source, line, below }: Context & { line: number; below: string | undefined },
): Candidate | undefined {
  if (isTocEntry(text)) return undefined;
  const whole = plainText(text);
  const runIn = RUN_IN.exec(whole)?.[0];
  const title = runIn ?? whole;
  const match = NUMBERED.exec(title);
  if (!match || title.length > MAX_TITLE || /[;:,]$/.test(title)) return undefined;
  if (below !== undefined && runIn === undefined && !endsEarly(text, below) && !NUMBERED.test(below))
    return undefined;
  const [, number = '', deeper = '', words = ''] = match;
  const isSentence = words.endsWith('.');
  if (isSentence && words.split(' ').length > MAX_WORDS_OF_SENTENCE) return undefined;
  const rule = deeper === '' ? SECTION : (SUBSECTIONS[deeper.split('.').length - 2] ?? SECTION);
  const written = title.slice(0, title.length - words.length).trim();
  const label = { rule, numbers: [number + deeper], written, title: words, ending: 'terminated' as const };
  return {
    ...{ line, headEnd: runIn === undefined ? line + 1 : line, level: 0, depth: 0, title, kind: rule.kind },
    by: { type: 'label', label },
    indent: /^[ \t]*/.exec(textOfLine(source, line))?.[0].length ?? 0,
    value: deeper === '' && /^\d/.test(number) ? Number(number) : undefined,
    isDeeper: deeper !== '',
    isSentence,
    hasText: runIn !== undefined || below !== undefined || (next !== undefined && !isNumbered(next)),
  };
}

function isNumbered(block: Block): boolean {
  return (
    block.type === 'text' &&
    /^\s*(?:\d{1,3}|[A-Z])(?:\.\d{1,3}){0,4}[.)]?\s/.test(`${block.marker} ${block.text}`)
  );
}

const NARROW = 60;

/** A line that stops well before the paragraph's width, though a word more would have found room. */
function endsEarly(first: string, second: string): boolean {
  return (
    first.length < NARROW &&
    /^[\p{Lu}"“„«(]/u.test(second) &&
    second.length > first.length + 10 &&
    !/[.;:,]$/.test(first)
  );
}
