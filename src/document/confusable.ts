// Letters of other scripts that look like Latin ones, as far as they can spell a label: `Аrticle` with a Cyrillic А.
// A small part of the confusables of Unicode Technical Standard 39.
import { withoutInvisible } from './visible.ts';

const CYRILLIC = 'АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһӏԛԝ';
const LOOKS_LIKE_CYRILLIC = 'ABESIJKMHOPCTYXaesijopcyxdhlqw';
const GREEK = 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυ';
const LOOKS_LIKE_GREEK = 'ABEZHIKMNOPTYXaivopu';

const TWINS = new Map(
  [...`${CYRILLIC}${GREEK}`].map((letter, index) => [
    letter,
    `${LOOKS_LIKE_CYRILLIC}${LOOKS_LIKE_GREEK}`[index] ?? letter,
  ]),
);

// Latin as most documents write it, and the signs of laws: no other script, nothing that is not seen, one form only.
const PLAIN = /^[\t\n\r\x20-\x7e§«»À-ÖØ-öø-ıĴ-ľŁ-ňŊ-žẠ-ỹ–—“”„]*$/;

/** True where there is nothing to look twice at. Most text is like that, and one look says so. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** The text as it looks: invisible characters gone, forms made one (NFKC), lookalikes in Latin letters. */
export function skeleton(text: string): string {
  if (isPlain(text)) return text;
  const one = withoutInvisible(text).normalize('NFKC');
  return OTHER_SCRIPT.test(one) ? [...one].map((letter) => TWINS.get(letter) ?? letter).join('') : one;
}

const OTHER_SCRIPT = /[\u0370-\u03ff\u0400-\u052f]/;

export function hasOtherScript(text: string): boolean {
  return OTHER_SCRIPT.test(text);
}

const LATIN = /\p{Script=Latin}/u;
const CYRILLIC_OR_GREEK = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** The first word with letters of Latin and of another script in it. Units such as `µm` and `kΩ` are none. */
export function mixedWord(text: string): string | undefined {
  if (!OTHER_SCRIPT.test(text)) return undefined;
  return text
    .split(/[^\p{L}\p{M}]+/u)
    .find((word) => word.length > 2 && LATIN.test(word) && CYRILLIC_OR_GREEK.test(word));
}
