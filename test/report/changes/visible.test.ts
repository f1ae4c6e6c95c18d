import { describe, expect, test } from 'vitest';
import { countNamed, showIn } from '../../../src/report/changes/visible.ts';

const show = (text: string) => showIn(text)(text);

describe('what cannot be seen is named', () => {
  test.each([
    ['a right-to-left override', 'not\u202e guilty', 'not<U+202E> guilty'],
    ['a zero-width space inside a word', 'no\u200bt', 'no<U+200B>t'],
    ['a soft hyphen', 'mis\u00adtrust', 'mis<U+00AD>trust'],
    ['a tag character', 'a\u{e0041}', 'a<U+E0041>'],
    ['a no-break space', '§\u00a05', '§<U+00A0>5'],
    ['an ideographic space', 'a\u3000b', 'a<U+3000>b'],
    ['a lone carriage return', 'a\rb', 'a<U+000D>b'],
    ['a bell, and what nobody has assigned', 'a\u0007\u{e000}\u{5ffff}', 'a<U+0007><U+E000><U+5FFFF>'],
    ['a byte order mark', '\ufeffa', '<U+FEFF>a'],
  ])('%s', (_, text, seen) => {
    expect(show(text)).toBe(seen);
    expect(countNamed(text)).toBe(seen.match(/<U\+/g)?.length);
  });

  test('and what is written like one of these names is told from it', () => {
    expect(show('<U+202E> <Ufer>')).toBe('<U+003C>U+202E> <Ufer>');
  });

  test('a line that ends in CR LF, a tab and letters with marks of their own are not', () => {
    const text = 'Điều 1.\tÀ é e\u0301 ß\r\nĂn quả';
    expect(show(text)).toBe(text);
    expect(countNamed(text)).toBe(0);
  });
});

describe('what looks like another letter is named behind it', () => {
  test.each([
    ['a Cyrillic letter in a Latin word', 'The nоte', 'The nо<U+043E>te'],
    ['a Greek letter in a Latin word', 'Αrticle', 'Α<U+0391>rticle'],
    ['a Latin letter in a Cyrillic word', 'статья cтатья', 'статья c<U+0063>татья'],
    [
      'a word of nothing but lookalikes among Latin ones',
      'The оса of the law',
      'The о<U+043E>с<U+0441>а<U+0430> of the law',
    ],
    ['a fullwidth letter and a mathematical one', 'ａ 𝐛', 'ａ<U+FF41> 𝐛<U+1D41B>'],
    ['a ligature', 'the oﬃce', 'the oﬃ<U+FB03>ce'],
    ['a question mark of the Greeks', 'a\u037e', 'a\u037e<U+037E>'],
  ])('%s', (_, text, seen) => expect(show(text)).toBe(seen));

  test.each([
    ['Russian', 'Статья 1. Оно с нами.'],
    ['Greek', 'Άρθρο 1. Η δημοκρατία'],
    ['a Greek letter of its own', 'α-Strahlung and π'],
    ['raised and lowered figures', '1ª 2º x² H₂O'],
    ['Chinese', '第一條'],
  ])('but not %s', (_, text) => expect(show(text)).toBe(text));
});

test('a word of a million letters is read once', () => {
  expect(show('a'.repeat(1_000_000))).toHaveLength(1_000_000);
  expect(show(`о${'a'.repeat(300_000)}`)).toContain('о<U+043E>');
});
