import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import type { UnitKind } from '../../src/document/unit.ts';
import { matchUnits, unsettledUnits } from '../../src/plan/identity/match.ts';
import { type Comparable, isTelling, ownSegment, textBesideNumber } from '../../src/plan/identity/units.ts';

const TEXTS = {
  fees: 'Every reader pays ten crowns a year, and those who cannot pay nothing at all.',
  cats: 'The keeper of the house may keep one cat, which is fed from the common purse.',
  lamps: 'The lamps are lit at dusk by whoever comes first and put out by whoever leaves last.',
};

function unit(key: string, text: string, options: { kind?: UnitKind; unknown?: true } = {}): Comparable {
  const segment = ownSegment(key);
  const num = /-\w+$/.test(segment) ? segment.replace('art-', 'Article ').replace('ch-', 'Chapter ') : null;
  const body = `## ${num ?? ''}. ${text}\n`;
  return {
    ...{ key, num, sha256: sha256(body), unit_kind: options.kind ?? 'article' },
    parent: key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : null,
    body: options.unknown ? undefined : body,
  };
}

const told = (rows: readonly Comparable[], units: readonly Comparable[]) =>
  matchUnits(rows, units).map((match) => match && `${match.by} ${units[match.unit]?.key}`);

describe('a row is the unit', () => {
  test('with the same address and text', () => {
    const same = [unit('art-1', TEXTS.fees), unit('art-2', TEXTS.cats)];
    expect(told(same, same)).toEqual(['same art-1', 'same art-2']);
  });

  test('with the same text elsewhere, though another unit has its address now', () => {
    const before = [unit('ch-1/art-1', TEXTS.fees), unit('ch-2/art-2', TEXTS.cats)];
    const after = [unit('ch-1/art-2', TEXTS.cats), unit('ch-2/art-1', TEXTS.fees)];
    expect(told(after, before)).toEqual(['text ch-2/art-2', 'text ch-1/art-1']);
  });

  test('with the same text under another number', () => {
    const before = [unit('art-1', TEXTS.fees), unit('art-2', TEXTS.cats)];
    const after = [unit('art-1', TEXTS.lamps), unit('art-2', TEXTS.fees), unit('art-3', TEXTS.cats)];
    expect(told(after, before)).toEqual([undefined, 'text art-1', 'text art-2']);
  });

  test('with the same digest, where its text is not known', () => {
    const before = [unit('ch-1/art-1', TEXTS.fees, { unknown: true })];
    expect(told([unit('ch-2/art-1', TEXTS.fees)], before)).toEqual(['text ch-1/art-1']);
  });

  test('among twins by its own label, and in their order where labels are twins too', () => {
    const before = ['a/art-1', 'a/art-2', 'b/art-2'].map((key) => unit(key, '(repealed)'));
    const after = ['c/art-1', 'c/art-2', 'd/art-2'].map((key) => unit(key, '(repealed)'));
    expect(told(after, before)).toEqual(['text a/art-1', 'text a/art-2', 'text b/art-2']);
  });

  test('with the same number, where numbers run through the document', () => {
    const before = [unit('ch-1/art-1', TEXTS.fees), unit('ch-1/art-2', TEXTS.cats)];
    const after = [unit('ch-1/art-1', TEXTS.fees), unit('ch-2/art-2', TEXTS.lamps)];
    expect(told(after, before)).toEqual(['same ch-1/art-1', 'label ch-1/art-2']);
  });

  test('with the same address, where numbers begin anew in each chapter', () => {
    const before = [unit('ch-1/art-1', TEXTS.fees), unit('ch-2/art-1', TEXTS.cats)];
    const after = [unit('ch-3/art-1', TEXTS.lamps), unit('ch-2/art-1', 'Something else altogether is said.')];
    expect(told(after, before)).toEqual([undefined, 'key ch-2/art-1']);
  });

  test('with a text that is much alike, and nothing else to tell it by', () => {
    const before = [unit('a/point', TEXTS.fees), unit('b/point', TEXTS.cats)];
    const after = [unit('c/point', TEXTS.cats.replace('one cat', 'two cats')), unit('d/point', TEXTS.lamps)];
    const matches = matchUnits(after, before);
    expect(matches[1]).toBeUndefined();
    expect(matches[0]).toMatchObject({ unit: 1, by: 'similarity' });
    expect(matches[0]?.score).toBeGreaterThanOrEqual(0.6);
    expect(matches[0]?.score).toBeLessThan(1);
  });
});

describe('a row is new', () => {
  test('where only a phrase like `(repealed)` is the same', () => {
    const before = [unit('art-3', '(repealed)'), unit('art-7', TEXTS.cats)];
    const after = [unit('art-3', TEXTS.lamps), unit('art-9', '(repealed)')];
    expect(told(after, before)).toEqual(['label art-3', undefined]);
  });

  test('where a text is like another by less than three words in five', () => {
    const before = [unit('a/point', TEXTS.fees)];
    expect(told([unit('b/point', TEXTS.lamps)], before)).toEqual([undefined]);
  });

  test('where a like text is of another kind', () => {
    const before = [unit('a/point', TEXTS.fees, { kind: 'clause' })];
    expect(told([unit('b/point', `${TEXTS.fees} Always.`)], before)).toEqual([undefined]);
  });
});

test('no unit is matched twice', () => {
  const before = [unit('art-1', TEXTS.fees)];
  const after = [unit('x/art-1', TEXTS.fees), unit('art-1', TEXTS.fees), unit('y/art-1', TEXTS.fees)];
  expect(told(after, before)).toEqual([undefined, 'same art-1', undefined]);
});

test('texts are asked for only of units that are not what they were', () => {
  const before = [unit('art-1', TEXTS.fees), unit('art-2', TEXTS.cats), unit('art-3', TEXTS.lamps)];
  const after = [unit('art-1', TEXTS.fees), unit('art-2', TEXTS.lamps)];
  expect(unsettledUnits(after, before)).toEqual(['art-2', 'art-3']);
});

test('the text beside a number is the same under any number, level and emphasis', () => {
  const bodies = [
    '## Article 5. Cats\n\nOne.\n',
    '### Article 6 – Cats\n\nOne.\n\n',
    '**Article 7.** Cats\n\nOne.',
  ];
  const texts = bodies.map((body) => textBesideNumber(body, /Article \d/.exec(body)?.[0] ?? null));
  expect(new Set(texts)).toEqual(new Set(['Cats\n\nOne.']));
});

test('the name of what contains others tells it, a word or two or a remark in brackets tell nothing', () => {
  expect(isTelling('Fees', true)).toBe(true);
  expect(isTelling('–', true)).toBe(false);
  expect(isTelling('Repealed.', false)).toBe(false);
  expect(isTelling('(repealed by the Act of 2020)', true)).toBe(false);
  expect(isTelling('(Repealed) and in force again.', false)).toBe(true);
  expect(isTelling(TEXTS.cats, false)).toBe(true);
});

test('a section that is put under another one is the same unit', () => {
  const before = [unit('kitchen', TEXTS.lamps, { kind: 'section' })];
  expect(told([unit('house/kitchen', TEXTS.lamps, { kind: 'subsection' })], before)).toEqual([
    'text kitchen',
  ]);
});

test('a law of 8,000 articles that were all renumbered and reworded is matched in linear time', () => {
  const words = (n: number) =>
    Array.from({ length: 12 }, (_, at) => `word${(n * 31 + at * 7) % 9973}`).join(' ');
  const cut = (shift: number, more: string) =>
    Array.from({ length: 8_000 }, (_, n) => unit(`p/par-${n + shift}`, `${n} ${words(n)}${more}`));
  const matches = matchUnits(cut(50_000, ' amended'), cut(0, ''));
  expect(matches.filter((match) => match?.by === 'similarity').length).toBeGreaterThan(7_900);
});
