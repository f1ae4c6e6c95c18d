// How well a cut agrees with a reader: precision and recall of its units, by kind, and what else it says about them.
// A unit is right when its line, its kind and the line of its parent are right; label, title and extent are scored apart.
import type { PlanRow } from '../../src/document/plan.ts';
import { type Answer, type AnswerKind, type Answers, isJudged } from './answers.ts';

export interface Tally {
  readonly expected: number;
  readonly found: number;
  readonly right: number;
}

/** How many of those that could be judged are right. */
export interface Share {
  readonly of: number;
  readonly right: number;
}

export interface Score {
  readonly units: Tally;
  readonly kinds: ReadonlyMap<string, Tally>;
  /** These four are of the units that start at a line where the reader sees one start. */
  readonly parents: Share;
  readonly labels: Share;
  readonly titles: Share;
  /** The unit ends where the reader's ends, too. */
  readonly extents: Share;
  /** One line for each unit that is missing, wrong or too many. */
  readonly differences: readonly string[];
}

export type Row = Pick<PlanRow, 'key' | 'parent' | 'unit_kind' | 'title' | 'byte_start'>;

interface Seen extends Row {
  readonly line: number;
  readonly parentLine: number | undefined;
  /** Where the next row starts. */
  readonly end: number | undefined;
}

interface Pair {
  readonly unit: Answer;
  readonly row: Seen;
  /** Where the reader's next unit starts. */
  readonly end: number | undefined;
}

export function score(
  rows: readonly Row[],
  { answers, bytes }: { answers: Answers; bytes: Uint8Array },
): Score {
  const lines = new TextDecoder().decode(bytes).split(LINE_END);
  const seen = locate(rows, { lines, starts: lineStarts(bytes) }).filter(({ line }) =>
    isJudged(line, answers.ranges),
  );
  const expected = answers.units.filter(({ line }) => isJudged(line, answers.ranges));
  const found = new Map(seen.map((row) => [row.line, row]));
  const wanted = new Set(expected.map(({ line }) => line));
  const pairs = expected.flatMap((unit, index): Pair[] => {
    const row = found.get(unit.line);
    return row ? [{ unit, row, end: expected[index + 1]?.line }] : [];
  });
  const right = pairs.filter(isRight);
  const kinds = new Map<string, Tally>();
  for (const kind of new Set([...expected.map((unit) => unit.kind), ...seen.map((row) => row.unit_kind)]))
    kinds.set(kind, {
      expected: expected.filter((unit) => unit.kind === kind).length,
      found: seen.filter((row) => row.unit_kind === kind).length,
      right: right.filter(({ unit }) => unit.kind === kind).length,
    });
  const labelled = pairs.filter(({ unit }) => unit.label !== undefined);
  const titled = labelled.filter(({ unit }) => !UNTITLED.includes(unit.kind));
  return {
    units: { expected: expected.length, found: seen.length, right: right.length },
    kinds,
    parents: share(pairs, ({ unit, row }) => row.parentLine === unit.parent),
    labels: share(labelled, ({ unit, row }) => carriesLabel(row.title, unit.label ?? '')),
    titles: share(titled, ({ unit, row }) => isTitle(row.title, lines.slice(unit.line - 1, unit.titleEnd))),
    // At the end of a judged range nobody has said where the unit ends.
    extents: share(
      pairs.filter(({ end, row }) => answers.ranges === undefined || isNear(end, row, answers)),
      ({ end, row }) => row.end === end,
    ),
    differences: [
      ...expected.flatMap((unit) => describe(unit, found.get(unit.line))),
      ...seen
        .filter(({ line }) => !wanted.has(line))
        .map((row) => `+ ${row.line} ${row.unit_kind} ${row.title.slice(0, 60)}`),
    ],
  };
}

function isNear(end: number | undefined, { line }: Seen, { ranges }: Answers): boolean {
  return end !== undefined && ranges?.some(({ first, last }) => line >= first && end <= last) === true;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { expected, found, right }) => ({
      expected: sum.expected + expected,
      found: sum.found + found,
      right: sum.right + right,
    }),
    { expected: 0, found: 0, right: 0 },
  );
}

/** 1 where nothing was found and nothing was to be found. */
export function precision({ found, right }: Tally): number {
  return found === 0 ? 1 : right / found;
}

export function recall({ expected, right }: Tally): number {
  return expected === 0 ? 1 : right / expected;
}

function isRight({ unit, row }: Pick<Pair, 'unit' | 'row'>): boolean {
  return row.unit_kind === unit.kind && row.parentLine === unit.parent;
}

function describe(unit: Answer, row: Seen | undefined): string[] {
  const name = `${unit.line} ${unit.kind} ${unit.label ?? '-'} in ${unit.parent ?? '-'}`;
  if (!row) return [`- ${name}`];
  return isRight({ unit, row }) ? [] : [`~ ${name}: is ${row.unit_kind} in ${row.parentLine ?? '-'}`];
}

function share<Item>(items: readonly Item[], isGood: (item: Item) => boolean): Share {
  return { of: items.length, right: items.filter(isGood).length };
}

/** Their first line is text of their own, not a title. */
const UNTITLED: readonly AnswerKind[] = ['clause', 'point', 'definition', 'recital', 'wrap_up', 'generic'];

const BEFORE_LABEL = 12;

/** The label stands at the start of the title, at most an enumerator or a placeholder before it. */
function carriesLabel(title: string, label: string): boolean {
  const written = plain(title);
  const at = written.indexOf(plain(label));
  const after = written.slice(at + plain(label).length);
  return at >= 0 && at <= BEFORE_LABEL && !/^[\p{L}\d]/u.test(after);
}

/** Only letters and digits are compared: the dash between a label and its title is the program's own. */
function isTitle(title: string, lines: readonly string[]): boolean {
  const written = letters(plain(lines.join(' ')));
  return title.endsWith('…') ? written.startsWith(letters(plain(title))) : letters(plain(title)) === written;
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}§]+/gu, '');
}

function plain(markdown: string): string {
  return markdown
    .normalize('NFC')
    .replace(/!?\[([^[\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, '$1')
    .replace(/<\/?[A-Za-z][^<>]*>/g, '')
    .replace(/[*_`#\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

// The judge counts lines for itself, lest it make the mistakes of what it judges.
const LINE_END = /\r\n|\n|\r/;

function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at += 1)
    if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a)) starts.push(at + 1);
  return starts;
}

/** A row stands at its first line that is not blank. A root of blank lines alone is nobody's unit, nor anybody's parent. */
function locate(
  rows: readonly Row[],
  { lines, starts }: { lines: readonly string[]; starts: readonly number[] },
): Seen[] {
  let line = 0;
  const placed = rows.map((row) => {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= row.byte_start) line += 1;
    let first = line;
    while (first + 1 < lines.length && lines[first]?.trim() === '') first += 1;
    return { row, line: first + 1 };
  });
  const shown = placed.filter(({ line: at }, index) => at !== placed[index + 1]?.line);
  const lineOf = new Map(shown.map(({ row, line: at }) => [row.key, at]));
  return shown.map(({ row, line: at }, index) => {
    const parentLine = row.parent === null ? undefined : lineOf.get(row.parent);
    return { ...row, line: at, parentLine, end: shown[index + 1]?.line };
  });
}
