// The units that a reader sees in a document, written down by hand in a file beside it: `NAME.answers`.
// First line: profile and granularity. Then `lines A-B` for each part that is judged, when it is not the whole; then the units.
import type { Granularity, UnitKind } from '../../src/document/unit.ts';

/** `wrap_up`: the text that closes a list and belongs to what the list stands in. */
export type AnswerKind = UnitKind | 'wrap_up';

export interface Answer {
  /** From 1: the first line of the unit that is not blank. */
  readonly line: number;
  readonly kind: AnswerKind;
  /** As written: `Article 5`, `§ 12a`, `(2)`; absent where the unit has none. */
  readonly label: string | undefined;
  /** The line at which its parent starts. */
  readonly parent: number | undefined;
  /** The last line of the label and its title. */
  readonly titleEnd: number;
}

/** Both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Answers {
  readonly profile: string;
  readonly granularity: Granularity;
  /** Judged completely within; the whole document when absent. */
  readonly ranges: readonly Range[] | undefined;
  readonly units: readonly Answer[];
}

/** A unit is `LINE<TAB>KIND<TAB>LABEL<TAB>PARENT_LINE`, and a fifth column where the title ends on a later line. */
export function readAnswers(text: string): Answers {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [profile = '', granularity = ''] = head.split(' ');
  const ranges = lines.flatMap((line) => readRange(line) ?? []);
  const units = lines.filter((line) => !readRange(line)).map(readUnit);
  units.reduce((line, unit) => {
    if (unit.line <= line) throw new Error(`unit of line ${unit.line} does not stand behind line ${line}`);
    return unit.line;
  }, 0);
  return {
    ...{ profile, granularity: granularity as Granularity, units },
    ranges: ranges.length === 0 ? undefined : ranges,
  };
}

function readRange(line: string): Range | undefined {
  const [, first, last] = /^lines (\d+)-(\d+)$/.exec(line) ?? [];
  return first && last ? { first: Number(first), last: Number(last) } : undefined;
}

function readUnit(text: string): Answer {
  const [line = '', kind = '', label = '', parent = '', titleEnd] = text.split('\t');
  if (!/^\d+$/.test(line) || kind === '' || label === '' || !/^(?:\d+|-)$/.test(parent))
    throw new Error(`no unit: '${text}'`);
  return {
    line: Number(line),
    kind: kind as AnswerKind,
    label: label === '-' ? undefined : label,
    parent: parent === '-' ? undefined : Number(parent),
    titleEnd: titleEnd === undefined ? Number(line) : Number(titleEnd),
  };
}

export function isJudged(line: number, ranges: readonly Range[] | undefined): boolean {
  return ranges?.some(({ first, last }) => line >= first && line <= last) ?? true;
}
