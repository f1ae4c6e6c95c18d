// A unit's text without Markdown's marks, to tell whether words changed or only how they are marked up. Whatever is not
// surely markup stays in the text, so that no change of words can pass for one of markup.
// public.plain_text (src/governed/schema/005_plain_text.sql) gives the same: it holds the same patterns, line by line.

const PUNCTUATION = String.raw`\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e`;
/** Controls that move the cursor, and every space of Unicode. What cannot be seen at all is no space: it stays. */
const SPACE = String.raw`\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000`;
/** What a mark inside a word stands between: `Bürger*innen` and `snake_case` are words. */
const WORD = `[^${PUNCTUATION}${SPACE}]`;
/** An escape, or a code span of one line: no mark inside of either. */
const KEPT = `(\\\\[${PUNCTUATION}]|\`[^\`]*\`)`;

// Tags that neither hide, strike nor raise what they enclose, with no attribute that could.
const INLINE = '(?:a|b|code|em|i|span|strong|u)';
const BLOCK = '(?:blockquote|br|div|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul)';

/**
 * Patterns and what a match leaves, in order. They are written for both engines: every alternative begins with a
 * character of its own, since one engine takes the first that fits and the other the longest; and each run ends at its
 * own delimiter, so that a line is read once.
 */
export const STEPS: readonly (readonly [pattern: string, kept: string])[] = [
  // Rules, underlines of headings, the line below the head of a table.
  [String.raw`^[ \u0009|:-]+$`, ''],
  [String.raw`^[ \u0009]*[=][= \u0009]*$`, ''],
  [String.raw`^[ \u0009]*[*][* \u0009]*$`, ''],
  [String.raw`^[ \u0009]*_[_ \u0009]*$`, ''],
  [String.raw`^( {0,3}#{1,6}[ \u0009][^\u000a]*)[ \u0009]#+[ \u0009]*$`, '$1'],
  [String.raw`^ {0,3}#{1,6}(?=[ \u0009]|$)`, ''],
  // One bullet is as good as another; a plus before a number may be a sign.
  [String.raw`^([ \u0009]*)[*](?=[ \u0009]+[^ \u0009])`, '$1-'],
  [String.raw`^([ \u0009]*)[+](?=[ \u0009]+[^0-9 \u0009])`, '$1-'],
  [`${KEPT}|\\[\\^[^\\[\\]${SPACE}]+\\]`, '$1'],
  // Twice, for a picture that is a link.
  [`${KEPT}|!?\\[([^\\[\\]]*)\\]\\([^()${SPACE}]*\\)`, '$1$2'],
  [`${KEPT}|!?\\[([^\\[\\]]*)\\]\\([^()${SPACE}]*\\)`, '$1$2'],
  [`${KEPT}|</?${INLINE} *>|<a (?:href|id|name)="[^"<>]*">`, '$1'],
  [`(^|[^\\\\\`])(?:</?${BLOCK} */?>)+`, '$1 '],
  // Marks of emphasis: not inside a word, not between spaces, and no line to be filled in.
  [`${KEPT}|(${WORD}\\*+(?=${WORD})|[${SPACE}]\\*+(?=[${SPACE}]|$)|\\*{4,})|\\*{1,3}`, '$1$2'],
  [`${KEPT}|(${WORD}_+(?=${WORD})|[${SPACE}]_+(?=[${SPACE}]|$)|_{4,})|_{1,3}`, '$1$2'],
  [`(\\\\[${PUNCTUATION}])|\`+`, '$1'],
  [`\\\\([${PUNCTUATION}])`, '$1'],
];

const compiled = STEPS.map(([pattern, kept]) => ({ pattern: new RegExp(pattern, 'gu'), kept }));
const SPACES = new RegExp(`[${SPACE}]+`, 'gu');

export function plainBody(body: string): string {
  const lines = body.split(/\r\n|\n|\r/).map(plainLine);
  return lines.join(' ').replace(SPACES, ' ').replace(/^ | $/g, '');
}

function plainLine(line: string): string {
  let text = line;
  for (const { pattern, kept } of compiled) text = text.replace(pattern, kept);
  return text;
}
