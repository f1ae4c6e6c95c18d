import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOfDiff, linesOfText } from '../../../src/report/changes/lines.ts';
import { showIn } from '../../../src/report/changes/visible.ts';
import { diffWords, fullBudget, type Segment } from '../../../src/report/changes/word-diff.ts';

const joined = (segments: readonly Segment[], signs: string) =>
  segments
    .filter(({ sign }) => signs.includes(sign))
    .map(({ text }) => text)
    .join('');

const diff = (before: string, after: string) => diffWords(before, after, fullBudget());

const lines = (before: string, after: string) => linesOfDiff(diff(before, after).segments, showIn(after));

const prose = fc
  .array(
    fc.constantFrom(
      'the',
      'baker',
      'miller',
      'not',
      ',',
      '.',
      ' ',
      ' ',
      ' ',
      '\n',
      '**',
      'é',
      '😀',
      '\u200b',
    ),
    { maxLength: 80 },
  )
  .map((words) => words.join(''));

test('a diff holds both texts, every character of them', () => {
  fc.assert(
    fc.property(prose, prose, fc.constantFrom(0, 9, 40_000_000), (before, after, left) => {
      const { segments } = diffWords(before, after, { left });
      expect(joined(segments, ' -')).toBe(before);
      expect(joined(segments, ' +')).toBe(after);
    }),
  );
});

test('every changed character is in the lines that are shown', () => {
  const inked = (text: string) => text.replace(/\s+/g, '');
  fc.assert(
    fc.property(prose, prose, (before, after) => {
      const { segments } = diff(before, after);
      const shown = linesOfDiff(segments, showIn(after));
      for (const sign of ['-', '+'] as const) {
        const text = shown
          .filter((line) => line.startsWith(sign))
          .map((line) => line.slice(2))
          .join('');
        const told = joined(
          segments.filter((one) => /\S/.test(one.text)),
          sign,
        );
        expect(inked(text.replace(/[␠␤]/g, ''))).toBe(inked(showIn(after)(told)));
      }
    }),
  );
});

test('a changed word stands alone between what stands around it', () => {
  const text = 'Der Bundestag wird auf vier Jahre gewählt. Seine Wahlperiode endet.\n';
  expect(lines(text, text.replace('vier', 'fünf'))).toEqual([
    '  Der Bundestag wird auf',
    '- vier',
    '+ fünf',
    '  Jahre gewählt. Seine Wahlperiode endet.',
  ]);
});

test('a mark around a word is shown with the word, and changes close together as one', () => {
  expect(lines('The great fire of 1783.', 'The **great** fire of 1783.')).toEqual([
    '  The',
    '- great',
    '+ **great**',
    '  fire of 1783.',
  ]);
  expect(lines('one two three four five', 'six two seven four five')).toEqual([
    '- one two three',
    '+ six two seven',
    '  four five',
  ]);
});

test('what has not changed is left out beyond twelve words, and counted', () => {
  const long = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
  const shown = lines(`${long} one ${long} two ${long}`, `${long} ONE ${long} TWO ${long}`);
  expect(shown.filter((line) => line.startsWith('@@'))).toEqual([
    '@@ 48 words as before @@',
    '@@ 36 words as before @@',
    '@@ 48 words as before @@',
  ]);
  expect(shown).toContain('- one');
  expect(shown).toContain('+ TWO');
});

test('blanks and line breaks that alone have changed are shown as signs', () => {
  expect(lines('one two three', 'one  two three')).toEqual(['  one', '- ␠', '+ ␠␠', '  two three']);
  expect(lines('one two', 'one\n\ntwo')).toContain('+ ␤␤');
});

test('texts too different to be compared by words stand whole, each line under its sign', () => {
  const text = (word: string) => Array.from({ length: 30_000 }, (_, n) => `${word}${n} ${n % 7}`).join('\n');
  const { segments, whole } = diff(text('old'), text('new'));
  expect(whole).toBe(true);
  expect(joined(segments, '-')).toBe(text('old'));
  expect(joined(segments, '+')).toBe(text('new'));
});

test('what is left to spend does not grow with the number of texts', () => {
  const budget = fullBudget();
  const text = (word: string) => Array.from({ length: 3_000 }, (_, n) => `${word}${n}`).join(' ');
  for (let n = 0; n < 12; n += 1) diffWords(text('old'), text('new'), budget);
  expect(budget.left).toBeLessThan(1_000_000);
  expect(diffWords(text('old'), text('new'), budget).whole).toBe(true);
});

test('a line without a blank is broken between characters, and nothing of it is lost', () => {
  const text = '😀'.repeat(1_000);
  const shown = linesOfText('+', { text, show: showIn(text) });
  expect(shown.map((line) => line.slice(2)).join('')).toBe(text);
  for (const line of shown) {
    expect(line.isWellFormed()).toBe(true);
    expect(line.length).toBeLessThan(450);
  }
});
