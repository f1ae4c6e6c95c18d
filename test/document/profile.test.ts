import { describe, expect, test } from 'vitest';
import { readEnumerators } from '../../src/document/enumerator.ts';
import { plainText } from '../../src/document/inline.ts';
import { readHeadingLabel, readTextLabel } from '../../src/document/label.ts';
import { PROFILE_NAMES, profileNamed } from '../../src/document/profile.ts';

describe.each(PROFILE_NAMES.map((name) => profileNamed(name)))('profile $name', (profile) => {
  const heading = (example: string) => plainText(example.replace(/^#+ /, ''));

  test.for(profile.labels)('reads its own example "$example" as $kind', (rule) => {
    expect(readHeadingLabel(heading(rule.example), profile)?.rule).toBe(rule);
  });

  test.for(profile.enumerators)('reads its own example "$example" as $form', (rule) => {
    const readings = readEnumerators(rule.example, profile).map((reading) => reading.rule);
    expect(readings).toContain(rule);
  });

  test.for(profile.titles)('knows its own example "$example" as $kind', (rule) => {
    expect(rule.pattern.test(heading(rule.example))).toBe(true);
  });
});

const references: readonly [string, string][] = [
  ['vi', 'Điều 22, khoản 8 của Luật này được áp dụng.'],
  ['vi', 'Điều 5 của Luật Xuất bản không thay đổi.'],
  ['vi', 'Điều 5 và Điều 6 được bãi bỏ.'],
  ['vi', 'Điều này có nội dung liên quan.'],
  ['vi', 'Chương II của Luật này'],
  ['de', '§ 4 Abs. 2 gilt entsprechend.'],
  ['de', 'Artikel 131 des Grundgesetzes wird nicht in Kraft gesetzt.'],
  ['en', 'Section 4 of this Act applies.'],
  ['en', 'Article 8(1) of the Charter provides that'],
  ['en', 'Article 16(2) TFEU mandates the Parliament'],
  ['en', 'Articles 3 to 6 are repealed with effect from June.'],
  ['en', 'Article 1. Scope ............ 7'],
  ['en', 'Article 1. Scope        7'],
];

test.each(references)('%s: "%s" is a mention, not a label', (name, line) => {
  const label = readTextLabel(line, profileNamed(name));
  expect(label === undefined || (label.ending === 'open' && label.rule.openTitle)).toBe(true);
});
