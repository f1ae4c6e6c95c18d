// The quick look that most text passes must never let through what the slow one would have seen.
import { expect, test } from 'vitest';
import { hasOtherScript, isPlain, mixedWord, skeleton } from '../../src/document/confusable.ts';
import { hasInvisible } from '../../src/document/visible.ts';

const ALL = Array.from({ length: 0x3_0000 }, (_, code) => String.fromCodePoint(code)).filter((one) =>
  one.isWellFormed(),
);

test('no character that is hidden, of another script or written in two forms is plain', () => {
  const wrong = ALL.filter(
    (one) => isPlain(one) && (hasInvisible(one) || hasOtherScript(one) || one.normalize('NFKC') !== one),
  );
  expect(wrong).toEqual([]);
});

test('the letters of the languages that have a profile are plain', () => {
  for (const text of [
    '§ 433 Vertragstypische Pflichten – „Größe“',
    'Điều 28a. Quyền sở hữu',
    'Æther, œuvre, señor',
  ])
    expect(isPlain(text)).toBe(true);
  expect(isPlain('Аrticle 5')).toBe(false);
});

test('what is not plain still looks like what it imitates', () => {
  expect(skeleton('Аrticle\u200b 5')).toBe('Article 5');
  expect(mixedWord('Аrticle 5')).toBe('Аrticle');
});
