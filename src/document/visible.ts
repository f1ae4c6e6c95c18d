// What cannot be seen, made seen: a message shows U+202E as <U+202E>. Written out rather than asked of the running
// Unicode version, since messages are signed over and must never differ between two machines.

/** C0 and C1 but TAB, LF and CR; bidirectional controls; separators of lines; Default_Ignorable_Code_Point of Unicode 17. */
const INVISIBLE = String.raw`\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`;
const ONE = new RegExp(`[${INVISIBLE}]`, 'u');
const ALL = new RegExp(`[${INVISIBLE}]`, 'gu');
const UNPRINTABLE = new RegExp(`[${INVISIBLE}\\t\\n\\r]`, 'gu');

export function hasInvisible(text: string): boolean {
  return ONE.test(text);
}

export function withoutInvisible(text: string): string {
  return text.replace(ALL, '');
}

/** For a message: every character that shows nothing by its number, a lone surrogate too. */
export function visible(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, showCodePoint);
}

export function showCodePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `<U+${hex}>`;
}
