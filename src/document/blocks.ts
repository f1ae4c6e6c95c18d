// The block structure of a document as CommonMark has it, flattened to what a unit may start at.
// Code, HTML and block quotes are opaque: nothing inside them can ever start a unit.
// What stands at the margin is read from the bytes in one pass; lists, quotes and link definitions are the parser's.
import { readContainer } from './container.ts';
import { DocumentFault } from './fault.ts';
import { type HtmlKind, startsHtml } from './html-block.ts';
import { LineCursor } from './line-cursor.ts';
import {
  CODE_INDENT,
  closesFence,
  type Fence,
  headingLevel,
  interrupts,
  isPlain,
  isQuote,
  isThematicBreak,
  listMarker,
  mayDefineLink,
  openFence,
  underlineLevel,
} from './line-rules.ts';
import { MarginHeading, MarginText } from './margin-block.ts';
import type { Source } from './source-text.ts';

/** Lines are counted from 0; `end` is the line after the block's last. */
export type Block = HeadingBlock | TextBlock | OpaqueBlock;

export interface HeadingBlock {
  readonly type: 'heading';
  readonly line: number;
  readonly end: number;
  readonly level: number;
  readonly text: string;
}

export interface TextBlock {
  readonly type: 'text';
  readonly line: number;
  readonly end: number;
  /** How many lists it stands in. */
  readonly depth: number;
  /** `1.` when it is the first text of that list item; '-' for a bullet's; '' otherwise. */
  readonly marker: string;
  readonly text: string;
}

export interface OpaqueBlock {
  readonly type: 'opaque';
  readonly line: number;
  readonly end: number;
  /** A `---` between paragraphs. */
  readonly thematicBreak: boolean;
  /** Lists and quotes in one another beyond what is followed: it holds whatever stands deeper. */
  readonly tooDeep?: true;
  /** It runs to the end of the document, for nothing closes it. */
  readonly open?: 'fence' | 'comment' | 'html';
}

// Twice what a law of 32 MiB has; a document of bare `#` would have a hundred times as many.
const MAX_BLOCKS = 500_000;

/** Linear in the size of the document. Throws DocumentFault `too_large` for absurdly many blocks. */
export function readBlocks(source: Source): Block[] {
  const cursor = new LineCursor(source);
  const blocks: Block[] = [];
  const reading: Reading = { cursor, blocks, marker: '' };
  let line = source.textLine;
  while (line < cursor.count) {
    line = readBlock(line, reading);
    if (blocks.length > MAX_BLOCKS)
      throw new DocumentFault(
        'too_large',
        `the document has more than ${MAX_BLOCKS} paragraphs and headings: split it into several documents`,
      );
  }
  return blocks;
}

export interface Reading {
  readonly cursor: LineCursor;
  readonly blocks: Block[];
  /** Of the list item whose text has not come yet. A number that stands alone numbers the text that follows it. */
  marker: string;
}

/** Adds what starts at this line, if anything does, and returns the line after it. */
function readBlock(line: number, reading: Reading): number {
  const { cursor, blocks } = reading;
  cursor.goTo(line);
  if (cursor.isBlank) return line + 1;
  if (cursor.indent >= CODE_INDENT) return addOpaque(line, reading, { end: endOfCode(line, cursor) });
  if (isPlain(cursor)) return readParagraph(line, reading);
  const level = headingLevel(cursor);
  if (level > 0) {
    blocks.push(new MarginHeading(cursor, { line, end: line + 1, level }));
    return line + 1;
  }
  const fence = openFence(cursor);
  if (fence) return addOpaque(line, reading, endOfFence(line, { cursor, fence }));
  if (isThematicBreak(cursor)) return addOpaque(line, reading, { end: line + 1, thematicBreak: true });
  const html = startsHtml(cursor);
  if (html) return addOpaque(line, reading, endOfHtml(line, { cursor, html }));
  if (isQuote(cursor) || listMarker(cursor) || mayDefineLink(cursor)) {
    const end = readContainer(line, reading);
    if (end > line) return end;
  }
  return readParagraph(line, reading);
}

type Ending = Pick<OpaqueBlock, 'end' | 'open'> & { readonly thematicBreak?: boolean };

function addOpaque(line: number, reading: Reading, { end, thematicBreak = false, open }: Ending): number {
  reading.marker = '';
  reading.blocks.push({ type: 'opaque', line, end, thematicBreak, ...(open && { open }) });
  return end;
}

/** A paragraph, or the heading that an underline makes of it. */
function readParagraph(line: number, reading: Reading): number {
  const { cursor, blocks, marker } = reading;
  let next = line + 1;
  for (; next < cursor.count; next += 1) {
    cursor.goTo(next);
    if (cursor.isBlank) break;
    if (cursor.indent < CODE_INDENT && !isPlain(cursor)) {
      const level = underlineLevel(cursor);
      if (level > 0) {
        blocks.push(new MarginHeading(cursor, { line, end: next + 1, level }));
        return next + 1;
      }
      if (interrupts(cursor)) break;
    }
  }
  blocks.push(new MarginText(cursor, { line, end: next, marker }));
  reading.marker = '';
  return next;
}

function endOfCode(line: number, cursor: LineCursor): number {
  let end = line + 1;
  for (let next = end; next < cursor.count; next += 1) {
    cursor.goTo(next);
    if (cursor.isBlank) continue;
    if (cursor.indent < CODE_INDENT) break;
    end = next + 1;
  }
  return end;
}

function endOfFence(line: number, { cursor, fence }: { cursor: LineCursor; fence: Fence }): Ending {
  for (let next = line + 1; next < cursor.count; next += 1) {
    cursor.goTo(next);
    if (closesFence(cursor, fence)) return { end: next + 1 };
  }
  return { end: cursor.count, open: 'fence' };
}

function endOfHtml(line: number, { cursor, html }: { cursor: LineCursor; html: HtmlKind }): Ending {
  for (let next = line; next < cursor.count; next += 1) {
    cursor.goTo(next);
    if (html.end?.test(cursor.text(cursor.first, cursor.end))) return { end: next + 1 };
    if (!html.end && cursor.isBlank) return { end: next };
  }
  return html.end ? { end: cursor.count, open: html.open } : { end: cursor.count };
}
