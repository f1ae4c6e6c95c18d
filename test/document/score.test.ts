import { describe, expect, test } from 'vitest';
import { readAnswers } from './answers.ts';
import { precision, type Row, recall, score } from './score.ts';

const TEXT = '# Charter\n\n## Article 1\nName\n\n1. One.\n\n2. Two.\n\n## Article 2. Fees\n\nNone.\n';

const ANSWERS = [
  'en clause',
  '1\tdocument\t-\t-',
  '3\tarticle\tArticle 1\t1\t4',
  '6\tclause\t1.\t3',
  '8\tclause\t2.\t3',
  '10\tarticle\tArticle 2\t1',
  '',
].join('\n');

const at = (text: string, source = TEXT) => Buffer.from(source.slice(0, source.indexOf(text))).length;

const row = (
  key: string,
  unit: { in: string | null; kind: Row['unit_kind']; title: string; from: string },
): Row => ({ key, parent: unit.in, unit_kind: unit.kind, title: unit.title, byte_start: at(unit.from) });

const DOCUMENT = row('document', { in: null, kind: 'document', title: 'Charter', from: '# Charter' });
const FIRST = row('art-1', {
  ...{ in: 'document', kind: 'article', title: 'Article 1 – Name', from: '## Article 1' },
});
const ONE = row('cl-1', { in: 'art-1', kind: 'clause', title: '1. One.', from: '1. One' });
const TWO = row('cl-2', { in: 'art-1', kind: 'clause', title: '2. Two.', from: '2. Two' });
const SECOND = row('art-2', {
  ...{ in: 'document', kind: 'article', title: 'Article 2. Fees', from: '## Article 2' },
});
const ROWS = [DOCUMENT, FIRST, ONE, TWO, SECOND];

const judged = (rows: readonly Row[], text = TEXT, answers = ANSWERS) =>
  score(rows, { answers: readAnswers(answers), bytes: Buffer.from(text) });

test('a cut that agrees in everything has nothing to say', () => {
  const all = { of: 5, right: 5 };
  expect(judged(ROWS)).toMatchObject({ units: { expected: 5, found: 5, right: 5 }, differences: [] });
  expect(judged(ROWS)).toMatchObject({ parents: all, extents: all, labels: { of: 4, right: 4 } });
  expect(judged(ROWS).titles).toEqual({ of: 2, right: 2 });
});

describe('a unit is wrong', () => {
  test('when its kind is another', () => {
    const rows = ROWS.map((one) => (one === ONE ? { ...ONE, unit_kind: 'point' as const } : one));
    const { units, kinds, differences } = judged(rows);
    expect(units).toEqual({ expected: 5, found: 5, right: 4 });
    expect(kinds.get('clause')).toEqual({ expected: 2, found: 1, right: 1 });
    expect(kinds.get('point')).toEqual({ expected: 0, found: 1, right: 0 });
    expect(differences).toEqual(['~ 6 clause 1. in 3: is point in 3']);
  });

  test('when its parent is another', () => {
    const { units, parents } = judged(ROWS.map((one) => (one === TWO ? { ...TWO, parent: 'cl-1' } : one)));
    expect(units.right).toBe(4);
    expect(parents).toEqual({ of: 5, right: 4 });
  });

  test('when it is not there, which makes the unit before it too long', () => {
    const { units, extents, differences } = judged(ROWS.filter((one) => one !== TWO));
    expect([precision(units), recall(units)]).toEqual([1, 0.8]);
    expect(extents).toEqual({ of: 4, right: 3 });
    expect(differences).toEqual(['- 8 clause 2. in 3']);
  });

  test('when nobody sees it but the program', () => {
    const none = { ...ONE, key: 'x', title: 'None.', byte_start: at('None.') };
    const { units, differences } = judged([...ROWS, none]);
    expect([precision(units), recall(units)]).toEqual([5 / 6, 1]);
    expect(differences).toEqual(['+ 12 clause None.']);
  });
});

test('a root of blank lines above units that stand side by side counts for nothing', () => {
  const text = '---\ntitle: a\n---\n\n# One\n\n# Two\n';
  const answers = 'en article\n1\tfront_matter\t-\t-\n5\tsection\t-\t-\n7\tsection\t-\t-\n';
  const cut = (
    key: string,
    kind: Row['unit_kind'],
    byte_start: number,
    parent: string | null = null,
  ): Row => {
    return { key, parent, unit_kind: kind, title: key, byte_start };
  };
  const rows = [
    cut('front-matter', 'front_matter', 0),
    cut('document', 'document', text.indexOf('\n# One')),
    cut('one', 'section', text.indexOf('# One'), 'document'),
    cut('two', 'section', text.indexOf('# Two'), 'document'),
  ];
  expect(judged(rows, text, answers)).toMatchObject({ units: { found: 3, right: 3 }, differences: [] });
});

test('label and title are judged apart from the unit', () => {
  const short = { ...FIRST, title: 'Article 1' };
  expect(judged(ROWS.map((one) => (one === FIRST ? short : one)))).toMatchObject({
    ...{ units: { right: 5 }, labels: { of: 4, right: 4 }, titles: { of: 2, right: 1 } },
  });
  const other = { ...FIRST, title: 'Article 11 – Name' };
  expect(judged(ROWS.map((one) => (one === FIRST ? other : one)))).toMatchObject({
    ...{ labels: { of: 4, right: 3 }, titles: { of: 2, right: 1 } },
  });
  const nameless = { ...ONE, title: 'One.' };
  expect(judged(ROWS.map((one) => (one === ONE ? nameless : one))).labels.right).toBe(3);
});

test('a title that was cut short is right as far as it goes', () => {
  const cut = { ...SECOND, title: 'Article 2. Fe…' };
  expect(judged(ROWS.map((one) => (one === SECOND ? cut : one))).titles.right).toBe(2);
});

test('blank lines in front of a unit do not move it', () => {
  const rows = ROWS.map((one) => (one === SECOND ? { ...one, byte_start: one.byte_start - 1 } : one));
  expect(judged(rows).units.right).toBe(5);
});

test.each(['\r\n', '\r'])('lines end with %j as well', (end) => {
  const text = TEXT.replaceAll('\n', end);
  const rows = ROWS.map((one) => ({
    ...one,
    byte_start: TEXT.slice(0, one.byte_start).replaceAll('\n', end).length,
  }));
  expect(judged(rows, text).differences).toEqual([]);
});

test('what stands outside the judged lines counts for nothing', () => {
  const answers = 'en clause\nlines 6-8\n6\tclause\t1.\t3\n8\tclause\t2.\t3\n';
  const { units, extents, differences } = judged(ROWS, TEXT, answers);
  expect(units).toEqual({ expected: 2, found: 2, right: 2 });
  expect(extents).toEqual({ of: 1, right: 1 });
  expect(differences).toEqual([]);
});

test('answers out of order, or without a parent, are refused', () => {
  expect(() => readAnswers('en article\n3\tarticle\tArticle 1\t1\n2\tarticle\tArticle 2\t1\n')).toThrow();
  expect(() => readAnswers('en article\n3\tarticle\tArticle 1\n')).toThrow();
});

test('a title is compared as it is read, without links, emphasis and tags', () => {
  const marked = TEXT.replace('## Article 2. Fees', '## <a id="a2"></a>[Article 2](#a2). **Fees**');
  expect(judged(ROWS, marked).titles).toEqual({ of: 2, right: 2 });
});
