// A line of Markdown as a person reads it: emphasis, links, tags, attributes, references to notes and escapes taken off, white space made single.
// Only for labels and titles; a unit's body is always its own bytes.

const MAX_CHARS = 2_000;

/** Every pattern stops at its own delimiter, so that a long run of one character costs one pass. */
export function plainText(markdown: string): string {
  const text = markdown.slice(0, MAX_CHARS);
  return (MARKED_UP.test(text) ? stripMarkup(text) : text.trim()).normalize('NFC');
}

const MARKED_UP = /[*_`[{\\<&\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{a0}\u{2000}-\u{200a}]| {2}/u;

function stripMarkup(text: string): string {
  return text
    .replace(/(?<=\S)\[\^[^[\]]{1,100}\]/g, '')
    .replace(/\s*\{[#.:][^{}]{0,200}\}\s*$/, '')
    .replace(/!?\[([^[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)/g, '$1')
    .replace(/<\/?[A-Za-z][^<>]*>/g, ' ')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\*+|(?<![\p{L}\d])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\d_])|`/gu, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** Cut at `max` characters, whole characters only, with an ellipsis when something is missing. */
export function abridge(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text.slice(0, max * 2)];
  if (characters.length <= max && text.length <= max * 2) return text;
  return `${characters
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`;
}
