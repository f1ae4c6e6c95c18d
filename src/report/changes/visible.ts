// A text as a reader must see it: what cannot be seen is named as `<U+202E>`, what looks like another letter is named
// behind it, as `о<U+043E>`. Both are counted, so that a reader knows of them before reading.
import { FORBIDDEN } from '../../approval/plain-text.ts';
import { showCodePoint } from '../../document/visible.ts';

/** Shows a part of the text in whose language it was made, whole words at a time. */
export type Show = (part: string) => string;

const ODD_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const NOBODYS = /[\p{Co}\p{Cn}\p{Cs}]/u;

// Words, what may be named, and the beginning of what looks like a name of ours.
const PARTS = /<(?=U\+)|\r(?!\n)|[\p{L}\p{M}]+|[^\x00-\x7f]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/gu;

/** `text` is what decides which script is at home. */
export function showIn(text: string): Show {
  const latin = isMostlyLatin(text);
  return (part) => part.replace(PARTS, (found) => showPart(found, latin));
}

/** How many characters of the text are named. */
export function countNamed(text: string): number {
  const shown = showIn(text)(text);
  return shown.match(/<U\+[0-9A-F]{4,6}>/g)?.length ?? 0;
}

function showPart(part: string, latin: boolean): string {
  if (/^[A-Za-z]+$/.test(part)) return part;
  const letters = [...part];
  const home = homeOf(letters, latin);
  const lookalike = latin && letters.every((letter) => LOOKALIKES.has(letter));
  return letters
    .map((letter) => {
      if (letter === '<' || letter === '\r' || isUnseen(letter)) return showCodePoint(letter);
      const foreign = lookalike || isForeign(letter, home) || isVariant(letter);
      return foreign ? `${letter}${showCodePoint(letter)}` : letter;
    })
    .join('');
}

function isUnseen(letter: string): boolean {
  return FORBIDDEN.test(letter) || ODD_SPACE.test(letter) || NOBODYS.test(letter);
}

// Scripts whose letters are mistaken for one another.
const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Georgian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

// Cyrillic and Greek letters of which a whole word may consist that reads as Latin.
const LOOKALIKES: ReadonlySet<string> = new Set('аеорсухіјѕһԁԛԝАВЕКМНОРСТУХЅІЈԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧοονϲ');

/** The script of most letters of a word; of two that are even, the one of the text. */
function homeOf(letters: readonly string[], latin: boolean): RegExp | undefined {
  const counts = SCRIPTS.map((script) => letters.filter((letter) => script.test(letter)).length);
  const most = Math.max(...counts);
  if (most === 0) return undefined;
  return latin && counts[0] === most ? SCRIPTS[0] : SCRIPTS[counts.lastIndexOf(most)];
}

function isForeign(letter: string, home: RegExp | undefined): boolean {
  return home !== undefined && !home.test(letter) && SCRIPTS.some((script) => script.test(letter));
}

// A letter or sign in another dress: fullwidth, mathematical, a ligature. Raised and lowered figures are meant as such.
function isVariant(letter: string): boolean {
  if (/[\x00-\x7f\u00aa\u00ba\u00b2\u00b3\u00b9\u2070-\u209c]/.test(letter)) return false;
  const plain = letter.normalize('NFKC');
  return (
    plain !== letter && /^(?:[!-~]|\p{Script=Latin}+|[\p{Script=Greek}\p{Script=Cyrillic}]+)$/u.test(plain)
  );
}

function isMostlyLatin(text: string): boolean {
  const sample = text.slice(0, 20_000);
  const latin = sample.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  return latin * 2 > letters;
}
