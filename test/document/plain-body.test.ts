// What is markup and what is text: whatever could be a word, or say that one does not count, stays.
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { plainBody } from '../../src/document/plain-body.ts';

describe('marks that go', () => {
  test.each([
    [
      '## Article 1. *Name* ##\n\nThe **library** of the __street__.\n',
      'Article 1. Name The library of the street.',
    ],
    ['Article 1\n=========\n\nOne.\n\n---\n\nTwo.\n\n***\n\n_ _ _\n', 'Article 1 One. Two.'],
    ['See [the law](https://example.org/a_b) and [![a map](m.png)](m).', 'See the law and a map.'],
    ['Paid\\. 1\\) `now`[^1]', 'Paid. 1) now'],
    ['a <b>bold</b> word<br>and <a href="x">a link</a><p>', 'a bold word and a link'],
    ['* one\n+ two\n- three', '- one - two - three'],
    ['| a | b |\n|:--|--:|\n| 1 | 2 |', '| a | b | | 1 | 2 |'],
    ['one\r\ntwo\rthree\u00a0four \t five\u3000', 'one two three four five'],
    ['', ''],
  ])('%j reads %j', (body, text) => expect(plainBody(body)).toBe(text));
});

describe('what stays, since it may be meant', () => {
  test.each([
    ['~~not~~ <del>not</del> <!-- not --> <p hidden>not'],
    ['10<sup>2</sup>'],
    ['Bürger*innen, snake_case, 2*3, 2 * 3, 2 _ 3'],
    ['Name: ______ and ****'],
    ['+ 5 percent'],
    ['[one][ref] and [two](not a link)'],
    ['> quoted'],
    ['a\u202eb\u200bc\u0085d'],
    ['&nbsp; &#8238;'],
    ['#hashtag ####### seven'],
  ])('%j', (body) => expect(plainBody(body)).toBe(body));

  test('an escaped mark is a character, and so is one in code', () => {
    expect(plainBody('\\*one\\* `*two*` \\[three](four) \\<br> `<br>`')).toBe(
      '*one* *two* [three](four) <br> <br>',
    );
  });

  test('numbers of lists and labels', () => {
    expect(plainBody('1. one\n2) two\n\n(a) three\n')).toBe('1. one 2) two (a) three');
  });
});

test('a long run of one mark costs one pass', () => {
  for (const run of [
    '*',
    '_',
    '`',
    '[',
    '](',
    '![](',
    '<b',
    '#',
    ' #',
    '- ',
    '|',
    '\\',
    '[^',
    '<a href="',
    'a*',
    ' *',
    '= ',
  ])
    for (const [before, after] of [
      ['', ''],
      ['# ', 'x'],
    ]) {
      const timed = (n: number) => {
        const text = before + run.repeat(n) + after;
        const start = performance.now();
        plainBody(text);
        return performance.now() - start;
      };
      timed(1_000);
      expect(timed(200_000), JSON.stringify(run)).toBeLessThan(2_000);
    }
});
