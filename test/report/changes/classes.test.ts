import { describe, expect, test } from 'vitest';
import { classify, compareTexts } from '../../../src/report/changes/classes.ts';
import type { Standing, UnitChange } from '../../../src/report/changes/unit-change.ts';

const TEXT = '## Article 1. Bread\n\nThe baker and the miller agree on the price.\n';

describe('two texts differ by', () => {
  test.each([
    ['nothing', TEXT, []],
    ['words', TEXT.replace('miller', 'mayor'), ['text']],
    ['a word that is struck out', TEXT.replace('and', '~~and~~'), ['text']],
    ['a word inside a tag that hides it', TEXT.replace('and', '<p hidden>and'), ['text']],
    ['a character that cannot be seen', TEXT.replace('and', 'a\u200bnd'), ['text']],
    ['a letter that looks the same', TEXT.replace('and', 'аnd'), ['text']],
    ['marks around a word', TEXT.replace('miller', '**miller**'), ['markup']],
    ['where a link leads', TEXT.replace('miller', '[miller](a)'), ['markup']],
    ['where its lines break', TEXT.replace('and the', 'and\nthe'), ['markup']],
    ['a no-break space', TEXT.replace('the price', 'the\u00a0price'), ['markup']],
    ['how its lines end', TEXT.replaceAll('\n', '\r\n'), ['line_ends']],
    ['blanks at the end of a line', TEXT.replace('Bread', 'Bread  '), ['line_ends']],
    [
      'marks and line ends',
      TEXT.replace('miller', '*miller*').replaceAll('\n', '\r\n'),
      ['markup', 'line_ends'],
    ],
  ])('%s', (_, after, classes) => {
    expect(compareTexts(TEXT, after)).toEqual(classes);
    expect(compareTexts(after, TEXT)).toEqual(classes);
  });

  test('how its characters are composed, alone, with other line ends and with marks', () => {
    const [nfd, nfc] = ['## E\u0301tat\n\nA cafe\u0301 opens.\n', '## \u00c9tat\n\nA caf\u00e9 opens.\n'];
    expect(compareTexts(nfd, nfc)).toEqual(['normalisation']);
    expect(compareTexts(nfd, nfc.replaceAll('\n', '\r\n'))).toEqual(['line_ends', 'normalisation']);
    expect(compareTexts(nfd, nfc.replace('opens', '*opens*'))).toEqual(['markup', 'normalisation']);
    expect(compareTexts(nfd, nfc.replace('opens', 'closes'))).toEqual(['text']);
  });
});

const ARTICLE: Standing = {
  ...{ key: 'art-1', title: 'Article 1. Bread', unit_kind: 'article', section_type: 'normative' },
  ...{ ordinal: 2, parent: 'document' },
};

function unit(after: Partial<Standing>, newText: string, rest: Partial<UnitChange> = {}): UnitChange {
  return {
    ...{ action: 'revise', before: ARTICLE, after: { ...ARTICLE, ...after }, oldText: TEXT, newText },
    ...{ similarity: undefined },
    ...rest,
  };
}

describe('a unit changes by', () => {
  test.each([
    ['its text', unit({}, TEXT.replace('price', 'weight')), ['text']],
    ['its text, where the old one is not at hand', unit({}, TEXT, { oldText: undefined }), ['text']],
    ['its number alone', unit({ key: 'art-2' }, TEXT.replace('Article 1.', 'Article 2.')), ['number']],
    [
      'its number and a word',
      unit({ key: 'art-2' }, TEXT.replace('Article 1. Bread', 'Article 2. Beer')),
      ['text', 'number'],
    ],
    [
      'another number than its address says',
      unit({ key: 'art-2' }, TEXT.replace('1.', '3.')),
      ['text', 'number'],
    ],
    ['a number that is not its own', unit({}, TEXT.replace('Article 1.', 'Article 2.')), ['text']],
    ['the number above it alone', unit({ key: 'chap-2/art-1', parent: 'chap-2' }, TEXT), ['text']],
    ['what it is', unit({ unit_kind: 'clause' }, TEXT), ['kind']],
    [
      'what its text is for, and marks',
      unit({ section_type: 'editorial' }, TEXT.replace('baker', '_baker_')),
      ['kind', 'markup'],
    ],
    ['its title, by words that are not its own', unit({ title: 'Bread' }, TEXT), ['kind']],
    ['its coming', unit({}, TEXT, { before: null, action: 'create' }), ['text']],
    ['its going', unit({}, TEXT, { after: null, action: 'retire' }), ['text']],
  ])('%s', (_, change, classes) => expect(classify(change, false)).toEqual(classes));

  test('a number in Roman figures, and a letter', () => {
    const chapter = { ...ARTICLE, key: 'chap-4' };
    const old = '## Chapter IV\n\nOf bread.\n';
    const roman = unit({ key: 'chap-5' }, old.replace('IV', 'V'), { before: chapter, oldText: old });
    expect(classify(roman, false)).toEqual(['number']);
    const point = { ...ARTICLE, key: 'art-1/pt-c' };
    const lettered = unit({ key: 'art-1/pt-d' }, 'd) bread', { before: point, oldText: 'c) bread' });
    expect(classify(lettered, false)).toEqual(['number']);
  });

  test('its place, whether it is kept or revised', () => {
    const kept = { action: 'keep', oldText: undefined, newText: undefined } as const;
    expect(classify(unit({}, '', kept), true)).toEqual(['place']);
    expect(classify(unit({}, '', kept), false)).toEqual([]);
    expect(classify(unit({}, TEXT.replace('price', 'weight')), true)).toEqual(['text', 'place']);
  });
});
