// Lists, block quotes and link definitions, read by the Markdown parser: the stretch of lines that they can reach is
// handed to it, and what it finds there is taken as far as nothing behind the stretch can change it.
import type { OpaqueBlock, Reading } from './blocks.ts';
import { htmlKind } from './html-block.ts';
import type { LineCursor } from './line-cursor.ts';
import { interrupts, isQuote, isThematicBreak, listMarker, underlineLevel } from './line-rules.ts';
import { parseBlocks, TOO_DEEP, type Token } from './parser.ts';

/** Adds what the container at this line holds. Returns the line after it, or `line` when it turns out to be a paragraph. */
export function readContainer(line: number, reading: Reading): number {
  const { cursor } = reading;
  cursor.goTo(line);
  const starts = listMarker(cursor) ? 'list' : isQuote(cursor) ? 'quote' : 'definition';
  const end = starts === 'list' ? endOfList(line, cursor) : endOfStretch(line, { cursor, starts });
  const text = cursor.lines(line, end);
  if (starts === 'definition' && !text.includes(']:')) return line;
  const tokens = parseBlocks(text);
  // The last block at the margin may go on behind the stretch, unless it is the one that the stretch was made for.
  const last = Math.max(
    0,
    tokens.findLastIndex(({ level, nesting }) => level === 0 && nesting >= 0),
  );
  collect(last > 0 ? tokens.slice(0, last) : tokens, { reading, line });
  return last > 0 ? line + (tokens[last]?.map?.[0] ?? 0) : end;
}

/** So that the parser's tokens, some twenty times the size of the text, never exist all at once. */
const PIECE_BYTES = 64 * 1024;

/** Text at the margin behind a blank line ends every list; so does what can never go on with a paragraph. */
function endOfList(line: number, cursor: LineCursor): number {
  const full = cursor.start + PIECE_BYTES;
  let afterBlank = false;
  for (let next = line + 1; next < cursor.count; next += 1) {
    cursor.goTo(next);
    if (cursor.isBlank) {
      afterBlank = true;
      continue;
    }
    if (cursor.first === cursor.start) {
      const marker = isThematicBreak(cursor) ? undefined : listMarker(cursor);
      const endsPiece = cursor.start > full && (afterBlank || marker === 'strong');
      if (marker ? endsPiece : afterBlank || interrupts(cursor)) return next;
    }
    afterBlank = false;
  }
  return cursor.count;
}

/** Up to a line that can go on neither with a paragraph nor with the quote; the blank ones before it may count as the quote's. */
function endOfStretch(
  line: number,
  { cursor, starts }: { cursor: LineCursor; starts: 'quote' | 'definition' },
): number {
  let afterBlank = false;
  for (let next = line + 1; next < cursor.count; next += 1) {
    cursor.goTo(next);
    const goesOn = !interrupts(cursor) || (starts === 'quote' ? isQuote(cursor) : underlineLevel(cursor) > 0);
    if (!cursor.isBlank && (afterBlank || !goesOn)) return next;
    afterBlank = cursor.isBlank;
  }
  return cursor.count;
}

interface Stretch {
  readonly reading: Reading;
  /** Where the stretch starts: the parser counts from there. */
  readonly line: number;
}

function collect(tokens: readonly Token[], { reading, line: first }: Stretch): void {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const line = first + (token.map?.[0] ?? 0);
    const end = first + (token.map?.[1] ?? 0);
    switch (token.type) {
      case 'ordered_list_open':
      case 'bullet_list_open':
        depth += 1;
        break;
      case 'ordered_list_close':
      case 'bullet_list_close':
        depth -= 1;
        break;
      case 'list_item_open':
        reading.marker = token.info === '' ? '-' : token.info + token.markup;
        break;
      case 'heading_open': {
        const level = Number(token.tag.slice(1));
        const text = tokens[index + 1]?.content ?? '';
        if (depth === 0) reading.blocks.push({ type: 'heading', line, end, level, text });
        break;
      }
      case 'paragraph_open': {
        const { marker } = reading;
        const content = tokens[index + 1]?.content ?? '';
        const text = end - line === 1 ? detached(content) : content;
        reading.blocks.push({ type: 'text', line, end, depth, marker, text });
        reading.marker = '';
        break;
      }
      case 'blockquote_open':
        reading.blocks.push({ ...opaque(line, end), ...(token.info === TOO_DEEP && { tooDeep: true }) });
        break;
      case TOO_DEEP:
        reading.blocks.push({ ...opaque(line, end), tooDeep: true });
        reading.marker = '';
        break;
      case 'hr':
        reading.blocks.push({ ...opaque(line, end), thematicBreak: depth === 0 });
        reading.marker = '';
        break;
      case 'fence':
      case 'code_block':
      case 'html_block': {
        const open = end === reading.cursor.count ? whatIsOpen(token) : undefined;
        reading.blocks.push({ ...opaque(line, end), ...(open && { open }) });
        reading.marker = '';
        break;
      }
    }
  }
}

/** A line is a slice of the stretch, and would keep all of that; several lines have been joined. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

function opaque(line: number, end: number): OpaqueBlock {
  return { type: 'opaque', line, end, thematicBreak: false };
}

/** Of code or HTML at the end of the document: the fence that was never closed leaves no line out of its content. */
function whatIsOpen({ type, content, map }: Token): OpaqueBlock['open'] {
  if (type === 'fence') {
    const lines = (map?.[1] ?? 0) - (map?.[0] ?? 0);
    return content.split('\n').length === lines ? 'fence' : undefined;
  }
  const kind = type === 'html_block' ? htmlKind(content.trimStart()) : undefined;
  return kind?.end && !kind.end.test(content) ? kind.open : undefined;
}
