// YAML front matter at the start of a document: where it ends, and the title that it may give.
import { abridge, plainText } from './inline.ts';
import { readText } from './utf8.ts';

const OPENING = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
const MAY_OPEN = /^\uFEFF?---/;
const FIRST_CHARACTERS = 12;
const WINDOW = 64 * 1024;
const LF = 0x0a;

/** Its text with both delimiters; '' when there is none. A document that does not begin like one is not read further. */
export function findFrontMatter(bytes: Uint8Array): string {
  if (!MAY_OPEN.test(readText(bytes, { from: 0, to: FIRST_CHARACTERS }))) return '';
  for (let size = WINDOW; ; size *= 2) {
    // Cut behind a line end, where no line looks other than in the whole document.
    const to = size < bytes.length ? bytes.lastIndexOf(LF, size) + 1 : bytes.length;
    const front = frontMatterOf(readText(bytes, { from: 0, to }));
    if (front !== '' || to === bytes.length) return front;
  }
}

function frontMatterOf(text: string): string {
  const opening = OPENING.exec(text);
  if (!opening) return '';
  CLOSING.lastIndex = opening[0].length;
  const closing = CLOSING.exec(text);
  return closing ? text.slice(0, closing.index + closing[0].length) : '';
}

const ENTRY = /^(?:[\p{L}_][\p{L}\p{M}\p{N}_.-]*|"[^"]*"|'[^']*') *:(?:\s|$)/u;
const CONTINUED = /^(?:\s|- |-$|#|$)/;

/** The first line between the delimiters that is no entry of a mapping: then these are two thematic breaks and text. */
export function findNoMapping(fenced: string): { line: number; text: string } | undefined {
  const lines = fenced.split(/\r?\n/).slice(0, -1);
  let entries = 0;
  for (const [line, text] of lines.entries()) {
    if (line === 0) continue;
    if (ENTRY.test(text)) entries += 1;
    else if (entries === 0 ? !/^(?:\s*#.*|\s*)$/.test(text) : !CONTINUED.test(text)) return { line, text };
  }
  return undefined;
}

export function describeFrontMatter(front: string) {
  const title = /^title:(.*)$/im
    .exec(front)?.[1]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2');
  return {
    frontMatterLines: front === '' ? 0 : front.split('\n').length,
    frontMatterTitle: title ? abridge(plainText(title), 240) : undefined,
  };
}
