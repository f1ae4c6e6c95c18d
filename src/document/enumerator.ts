// Numbers without a word at the start of a line: `1.`, `(1)`, `a)`, `(iv)`, `2.1`.

import type { EnumeratorRule, Profile } from './profile.ts';
import type { UnitStart } from './unit-start.ts';

export interface Enumerator {
  readonly rule: EnumeratorRule;
  readonly number: string;
  /** As it stands: `(2)`, `a)`, `1.` */
  readonly written: string;
  /** The text after it on its line. */
  readonly rest: string;
}

const FORMS: Readonly<Record<EnumeratorRule['form'], RegExp>> = {
  'N.': form(String.raw`(\d{1,4}[a-zđ]?)\.`),
  'N°': form(String.raw`(\d{1,4})°`),
  'N.M': form(String.raw`(\d{1,4}(?:\.\d{1,4}){1,6})[.)]?`),
  'N)': form(String.raw`(\d{1,4}[a-z]?)\)`),
  '(N)': form(String.raw`\((\d{1,4}[a-z]?)\)`),
  'a.': form(String.raw`([a-zđ])\.`),
  'a)': form(String.raw`([a-zđ])\)`),
  '(a)': form(String.raw`\(([a-z])\)`),
  'aa)': form(String.raw`([a-z]{2})\)`),
  '(i)': form(String.raw`\(([ivxlc]{1,8})\)`),
  'i)': form(String.raw`([ivxlc]{1,8})\)`),
  // Only before a dash: `I. - Le feu est blanc.`
  'I.': /^([IVXL]{1,7}(?: bis| ter| quater)?)\.(?=\s?[-–—]\s)\s*(.*)$/,
};

/** A blank must follow, or a bracket: `(4)(weggefallen)`. */
function form(enumerator: string): RegExp {
  return new RegExp(String.raw`^${enumerator}(?=[\s(]|$)\s*(.*)$`);
}

// What the forms can start with.
const START = /^(?:[\d(]|[a-zđ]{1,8}\)|[a-zđ]\.|[IVXL]{1,7}[ .])/;

/** Every reading that the profile allows, in its order: `(i)` may be a letter or a Roman number. */
export function readEnumerators(line: string, profile: Profile): Enumerator[] {
  if (!START.test(line)) return [];
  return profile.enumerators.flatMap((rule) => {
    const match = FORMS[rule.form].exec(line);
    if (!match?.[1]) return [];
    const rest = match[2] ?? '';
    // A sentence that starts with a reference: `3.1 does not apply to the tower.`
    if (rule.form === 'N.M' && /\d\s+\p{Ll}/u.test(line.slice(0, line.length - rest.length + 1))) return [];
    return [{ rule, number: match[1], written: line.slice(0, line.length - rest.length).trim(), rest }];
  });
}

/** `(b)` after `(a)`, `2.` after `1.`, `ii)` after `i)`. */
export function succeeds(own: Enumerator, last: Enumerator): boolean {
  if (own.rule.form !== last.rule.form) return false;
  if (/i/i.test(own.rule.form)) return romanValue(own.number) === (romanValue(last.number) ?? 0) + 1;
  if (!/N/.test(own.rule.form)) return own.number.charCodeAt(0) === last.number.charCodeAt(0) + 1;
  return Number(own.number) === Number(last.number) + 1;
}

const ROMAN_VALUES: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };

/** Value of a Roman number in either case, or undefined when the letters are none. */
export function romanValue(text: string): number | undefined {
  const letters = text.toLowerCase();
  if (!/^m{0,9}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})$/.test(letters) || letters === '')
    return undefined;
  let total = 0;
  for (let at = 0; at < letters.length; at += 1) {
    const value = ROMAN_VALUES[letters[at] ?? ''] ?? 0;
    total += value < (ROMAN_VALUES[letters[at + 1] ?? ''] ?? 0) ? -value : value;
  }
  return total;
}

/**
 * `(i)` after `(h)` is a letter; after `(a)`, or after nothing, it counts in Roman numbers. So does `i)`.
 * Only the open units tell, as for a reader. An opening with one reading is returned as it is.
 */
export function chooseReading(opening: UnitStart, open: readonly { opening: UnitStart }[]): UnitStart {
  if (opening.by.type !== 'enumerator' || opening.by.readings.length < 2) return opening;
  const { readings } = opening.by;
  const roman = readings.find(({ rule }) => rule.form === '(i)' || rule.form === 'i)');
  const letter = readings.find(({ rule }) => rule.form === '(a)' || rule.form === 'a)');
  const follows =
    letter && previous(open, letter.rule.form)?.charCodeAt(0) === letter.number.charCodeAt(0) - 1;
  const isRoman =
    roman && !follows && (letter?.number === 'i' || previous(open, roman.rule.form) !== undefined);
  const chosen = isRoman ? roman : (letter ?? readings[0]);
  if (!chosen) return opening;
  return { ...opening, kind: chosen.rule.kind, by: { ...opening.by, readings: [chosen] } };
}

function previous(open: readonly { opening: UnitStart }[], form: EnumeratorRule['form']): string | undefined {
  for (const {
    opening: { by },
  } of open.toReversed())
    if (by.type === 'enumerator' && by.readings[0]?.rule.form === form) return by.readings[0].number;
  return undefined;
}
