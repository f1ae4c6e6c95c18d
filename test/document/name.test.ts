// Every unit's name in two parts: the label by which it is cited, and what its title says besides.
import { expect, test } from 'vitest';
import { type Granularity, planDocument } from '../../src/document/plan.ts';

function namesIn(text: string, options: { profile: string; granularity?: Granularity }) {
  return planDocument(Buffer.from(text), options).rows.map(({ num, heading }) => [num, heading]);
}

test('a label and its heading are told apart, without what stands between them', () => {
  const text = '# Charter\n\n## Article 5. Fees\n\na\n\n## CHAPTER II — Boats\n\n### Section 1\n\nb\n';
  expect(namesIn(text, { profile: 'en' })).toEqual([
    [null, 'Charter'],
    ['Article 5', 'Fees'],
    ['CHAPTER II', 'Boats'],
    ['Section 1', null],
  ]);
});

test('suffixes, ranges, ordinals and placeholders are read as they are written', () => {
  const de = '## § 433 Pflichten\n\na\n\n## (XXXX) §§ 3 bis 6 (weggefallen)\n\n## IV a. - Ausschuß\n\nb\n';
  expect(namesIn(de, { profile: 'de' })).toEqual([
    ['§ 433', 'Pflichten'],
    ['§§ 3 bis 6', '(weggefallen)'],
    ['IV a.', 'Ausschuß'],
  ]);
  const vi = '# Luật\n\n## Phần thứ nhất\n\n### Điều 28a. Hiệu lực\n\na\n';
  expect(namesIn(vi, { profile: 'vi' }).slice(1)).toEqual([
    ['Phần thứ nhất', null],
    ['Điều 28a', 'Hiệu lực'],
  ]);
  const en = '# Law\n\n## 1. **I** [First Amendment](https://example.org)\n\na\n';
  expect(namesIn(en, { profile: 'en' }).slice(1)).toEqual([['First Amendment', null]]);
});

test('a heading on the line below its label is its heading', () => {
  expect(namesIn('Chương I\nPHẠM VI\n\nĐiều 1. Tên\n\na\n', { profile: 'vi' })).toEqual([
    ['Chương I', 'PHẠM VI'],
    ['Điều 1', 'Tên'],
  ]);
});

test('numbers without a word keep their points and brackets', () => {
  const text = '# Law\n\n## Article 1\n\n(2) First words.\n\n(a) more words;\n\n(b)\n\nwords below\n';
  expect(namesIn(text, { profile: 'en', granularity: 'point' }).slice(2)).toEqual([
    ['(2)', 'First words.'],
    ['(a)', 'more words;'],
    ['(b)', 'words below'],
  ]);
});

test('attributes and references to notes are no part of a name', () => {
  const text = '# Law[^1] {#law .wide}\n\n## Article 1. Fees {.new}\n\na\n\n## Article 2[^fees]\n\nb\n';
  expect(namesIn(text, { profile: 'en' })).toEqual([
    [null, 'Law'],
    ['Article 1', 'Fees'],
    ['Article 2', null],
  ]);
});

test('a unit whose title is ours has no heading, and one that was given a title has it', () => {
  expect(namesIn('---\nkey: a\n---\n## Article 1\n\na\n', { profile: 'en' })[0]).toEqual([null, null]);
  expect(namesIn('---\ntitle: A\n---\n## Article 1\n\na\n', { profile: 'en' })[0]).toEqual([null, 'A']);
});
