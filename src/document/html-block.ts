// HTML blocks at the margin (CommonMark 0.30, section 4.6): how each of the seven kinds starts, and where it ends.
import type { LineCursor } from './line-cursor.ts';

export interface HtmlKind {
  /** Goes by the start of the line, its indentation taken off. */
  readonly start: RegExp;
  /** What the block's last line holds; without it the block ends before a blank line. */
  readonly end?: RegExp;
  readonly interrupts: boolean;
  /** What it is called when its end never comes. */
  readonly open: 'comment' | 'html';
}

const NAMES = `address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt
  fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu
  menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul`;
const VERBATIM = 'script|pre|style|textarea';
const VALUE = String.raw`[^"'=<>\u0060\x00-\x20]+|'[^']*'|"[^"]*"`;
const ATTRIBUTE = String.raw`\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\s*=\s*(?:${VALUE}))?`;
const TAG = String.raw`<[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*\s*/?>|</[A-Za-z][A-Za-z0-9-]*\s*>`;

const KINDS: readonly HtmlKind[] = [
  {
    start: new RegExp(String.raw`^<(?:${VERBATIM})(?=\s|>|$)`, 'i'),
    end: new RegExp(`</(?:${VERBATIM})>`, 'i'),
    interrupts: true,
    open: 'html',
  },
  { start: /^<!--/, end: /-->/, interrupts: true, open: 'comment' },
  { start: /^<\?/, end: /\?>/, interrupts: true, open: 'html' },
  { start: /^<![A-Za-z]/, end: />/, interrupts: true, open: 'html' },
  { start: /^<!\[CDATA\[/, end: /\]\]>/, interrupts: true, open: 'html' },
  {
    start: new RegExp(String.raw`^</?(?:${NAMES.trim().split(/\s+/).join('|')})(?=\s|/?>|$)`, 'i'),
    interrupts: true,
    open: 'html',
  },
  { start: new RegExp(String.raw`^(?:${TAG})\s*$`), interrupts: false, open: 'html' },
];

const LESS = 0x3c;

export function startsHtml(cursor: LineCursor): HtmlKind | undefined {
  if (cursor.byte !== LESS) return undefined;
  return htmlKind(cursor.text(cursor.first, cursor.end));
}

/** Of a block that the parser found: what it begins with says whether it was ever closed. */
export function htmlKind(text: string): HtmlKind | undefined {
  return KINDS.find(({ start }) => start.test(text));
}
