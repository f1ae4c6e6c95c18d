// Keys: a unit's address from the labels of its ancestors, `chuong-1/dieu-3`, unique within the document.
// A number is taken as the source writes it; where it repeats, an occurrence suffix tells the units apart.
import { romanValue } from './enumerator.ts';
import type { Nested } from './nest.ts';
import type { LabelRule, Profile } from './profile.ts';
import type { UnitStart } from './unit-start.ts';

const MAX_SLUG = 60;

/** Lower-case ASCII words joined by hyphens; other alphabets keep their letters. */
export function slug(text: string): string {
  const folded = text
    .toLowerCase()
    .replace(/[äöüß]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' })[letter] ?? letter)
    .replace(/đ/g, 'd')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return [...folded].slice(0, MAX_SLUG).join('').replace(/-$/, '');
}

export interface KeyMaker {
  /** The last part of a unit's key, before any occurrence suffix. */
  segment(unit: Nested): string;
  /** The whole key, unique among all that this maker gave out. */
  claim(segment: string, parent: string | null): string;
}

export function keyMaker(openings: readonly UnitStart[], profile: Profile): KeyMaker {
  const lettered = letteredRules(openings);
  const taken = new Map<string, number>();
  return {
    segment: (unit) => segment(unit, { profile, lettered }),
    claim(own, parent) {
      const base = parent === null ? own : `${parent}/${own}`;
      const occurrence = (taken.get(base) ?? 0) + 1;
      taken.set(base, occurrence);
      return occurrence === 1 ? base : `${base}~${occurrence}`;
    },
  };
}

/** Rules whose numbers are letters in this document: with an `A.` or `B.` about, `C.` is no hundred. */
export function letteredRules(openings: readonly UnitStart[]): ReadonlySet<LabelRule> {
  const lettered = new Set<LabelRule>();
  for (const { by } of openings)
    if (by.type === 'label' && /^[ABE-HJKN-UWYZ]$/.test(by.label.numbers[0] ?? ''))
      lettered.add(by.label.rule);
  return lettered;
}

function segment(
  { opening, kind }: Nested,
  options: { profile: Profile; lettered: ReadonlySet<LabelRule> },
): string {
  const { by } = opening;
  switch (by.type) {
    case 'label': {
      const letters = options.lettered.has(by.label.rule);
      const numbers = by.label.numbers.map((raw) => numberKey(raw, { profile: options.profile, letters }));
      return [by.label.rule.key, ...numbers].join('-');
    }
    case 'enumerator': {
      if (kind === 'generic') return 'notes';
      const [reading] = by.readings;
      const word = kind === 'clause' || kind === 'point' ? reading?.rule.key : kind;
      const number = reading?.rule.form === 'I.' ? romanValue(reading.number) : undefined;
      return `${word}-${number ?? reading?.number.replace('đ', 'dd').toLowerCase().replace(' ', '-')}`;
    }
    case 'title':
      // A sentence such as `Done at Brussels, …` is no name.
      return opening.level > 0 || kind === 'generic' ? slug(opening.title) || kind : kind;
    case 'wrap_up':
      return 'wrap-up';
    case 'frame':
      return by.key;
    case 'heading':
      return slug(opening.title) || kind;
  }
}

export function numberKey(raw: string, options: { profile: Profile; letters: boolean }): string {
  if (/^\d+[a-z]?$/.test(raw)) return raw;
  if (/^[1I]\s?er$/.test(raw)) return '1';
  const ordinal = options.profile.ordinals[raw];
  if (ordinal !== undefined) return String(ordinal);
  const [, roman = '', suffix = ''] = /^([IVXLCDM]+)\s?([a-z]?)$/.exec(raw) ?? [];
  const value = options.letters && raw.length === 1 ? undefined : romanValue(roman);
  if (value !== undefined) return `${value}${suffix}`;
  const joined = raw.replace(/^([A-Z])\.(?: |(?=\d+-))(?=\d)/, '$1');
  return joined.replaceAll('đ', 'dd').toLowerCase().replaceAll('đ', 'd').replace(/\s+/g, '');
}
