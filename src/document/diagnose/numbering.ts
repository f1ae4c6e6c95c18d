// Labels that skip a number, go back, or come twice under one parent. Suffixes (12a, 12 bis), ranges (3 bis 6) and a new
// start under another parent or in an annex are numbering, not gaps.
import { letteredRules, numberKey } from '../address.ts';
import type { LabelRule } from '../profile.ts';
import type { UnitStart } from '../unit-start.ts';
import type { Cut } from './diagnose.ts';
import { counted, type Finding, quote } from './finding.ts';

interface Number {
  /** What the numbers that follow each other have in common: `16.1.lq.`, or that they are letters. */
  readonly form: string;
  readonly value: number;
}

interface Last {
  readonly last: Number;
  readonly written: string;
  readonly parent: number;
}

interface Gap {
  readonly index: number;
  readonly missing: string;
  readonly rule: LabelRule;
}

export function findGaps(cut: Cut): Finding[] {
  const byRule = Map.groupBy(listGaps(cut), ({ rule }) => rule.key);
  return [...byRule.values()].flatMap((gaps) => reportGaps(cut, gaps));
}

const FEW = 2;

function reportGaps({ sections }: Cut, gaps: readonly Gap[]): Finding[] {
  const [first] = gaps;
  const section = first && sections[first.index];
  if (!first || !section) return [];
  const at = ({ index }: Gap) => ({
    byteStart: sections[index]?.byteStart ?? 0,
    byteEnd: sections[index]?.byteEnd ?? 0,
  });
  if (gaps.length <= FEW)
    return gaps.map((gap) => {
      const message = `${gap.missing}: see whether a unit is missing there`;
      return { code: 'label_gap', severity: 'warning', ...at(gap), message };
    });
  // A law that has been amended many times leaves many: each is less likely to be an oversight.
  const some = gaps.slice(0, 3).map(({ missing }) => missing);
  const message = `the numbers of ${nameOf(first.rule)} have ${counted(gaps.length, 'gap')} (${some.join('; ')}${gaps.length > 3 ? '; …' : ''}): see whether units are missing there`;
  return [{ code: 'label_gap', severity: 'note', ...at(first), message }];
}

function nameOf({ words, kind }: LabelRule): string {
  return words[0] || `each ${kind}`;
}

function listGaps({ nested, profile }: Cut): Gap[] {
  const lettered = letteredRules(nested.map(({ opening }) => opening));
  const lasts = new Map<string, Last>();
  const annexes: number[] = [];
  const gaps: Gap[] = [];
  for (const [index, { opening, parent, kind }] of nested.entries()) {
    annexes[index] = kind === 'annex' ? index : (annexes[parent] ?? -1);
    if (opening.by.type !== 'label') continue;
    const { rule, numbers, written } = opening.by.label;
    const letters = lettered.has(rule);
    const [from, to] = [numbers[0], numbers.at(-1)].map((raw) =>
      readNumber(numberKey(raw ?? '', { profile, letters })),
    );
    if (!from || !to) continue;
    const scope = [rule.key, levelOf(opening), kind === 'annex' ? -1 : annexes[index], from.form].join(' ');
    const missing = missingBetween(lasts.get(scope), { from, parent, written });
    if (missing !== undefined) gaps.push({ index, missing, rule });
    lasts.set(scope, { last: to, written, parent });
  }
  return gaps;
}

function readNumber(key: string): Number | undefined {
  if (/^[a-z]$/.test(key)) return { form: 'letter', value: key.charCodeAt(0) - 96 };
  const match = /^(.*?)(\d{1,9})[a-z]*$/.exec(key);
  return match ? { form: match[1] ?? '', value: Number(match[2]) } : undefined;
}

/** `A.` holds `1.` where neither has a word: only the level tells them apart. */
function levelOf({ by, level }: UnitStart): number {
  return by.type === 'label' && by.label.rule.headingOnly ? level : 0;
}

function missingBetween(
  before: Last | undefined,
  { from, parent, written }: { from: Number; parent: number; written: string },
): string | undefined {
  if (!before) return undefined;
  const { value } = before.last;
  const elsewhere = before.parent !== parent;
  if (from.value <= 1 && elsewhere) return undefined;
  if (from.value > value + 1 || from.value < value)
    return `${quote(written)} comes after ${quote(before.written)}`;
  return undefined;
}

export function findTwins({ nested, sections }: Cut): Finding[] {
  const twins = sections.flatMap((section, index) => {
    const by = nested[index]?.opening.by;
    return by?.type === 'label' && /~\d+$/.test(section.key) ? [{ section, written: by.label.written }] : [];
  });
  const each = twins.slice(0, MOST_TWINS).map(({ section, written }): Finding => {
    const message = `${quote(written)} comes again under the same parent and gets the address ${section.key}: give it a number of its own, or a parent`;
    return {
      code: 'label_twin',
      severity: 'warning',
      byteStart: section.byteStart,
      byteEnd: section.byteEnd,
      message,
    };
  });
  const [first, last] = [twins[0]?.section, twins.at(-1)?.section];
  if (twins.length <= MOST_TWINS || !first || !last) return each;
  const message = `${counted(twins.length, 'label')} come again under the same parent (the first ${MOST_TWINS} follow): give each a number of its own, or a parent`;
  return [
    { code: 'label_twin', severity: 'warning', byteStart: first.byteStart, byteEnd: last.byteEnd, message },
    ...each,
  ];
}

const MOST_TWINS = 3;
