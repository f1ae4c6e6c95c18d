// The block structure of a document as CommonMark has it, flattened to what a unit may start at.
// Code, HTML and block quotes are opaque: nothing inside them can ever start a unit.
import MarkdownIt from 'markdown-it';
import { DocumentFault } from './fault.ts';

/** Lines are counted from 0; `end` is the line after the block's last. */
export type Block =
  | {
      readonly type: 'heading';
      readonly line: number;
      readonly end: number;
      readonly level: number;
      readonly text: string;
    }
  | {
      readonly type: 'text';
      readonly line: number;
      readonly end: number;
      /** How many lists it stands in. */
      readonly depth: number;
      /** `1.` when it is the first text of that list item; '-' for a bullet's; '' otherwise. */
      readonly marker: string;
      readonly text: string;
    }
  | {
      readonly type: 'opaque';
      readonly line: number;
      readonly end: number;
      /** A `---` between paragraphs. */
      readonly thematicBreak: boolean;
    };

const parser = new MarkdownIt('commonmark', { maxNesting: 200 });

type Token = ReturnType<typeof parser.parse>[number];

// A quarter of the time of a parse goes into the token class's constructor; the block rules need only its fields.
class LeanState extends parser.block.State {
  override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
    if (nesting < 0) this.level -= 1;
    const token: Omit<Token, 'attrIndex' | 'attrPush' | 'attrSet' | 'attrGet' | 'attrJoin'> = {
      type,
      tag,
      nesting,
      level: this.level,
      attrs: null,
      map: null,
      children: null,
      content: '',
      markup: '',
      info: '',
      meta: null,
      block: true,
      hidden: false,
    };
    if (nesting > 0) this.level += 1;
    this.tokens.push(token as Token);
    return token as Token;
  }
}

parser.block.State = LeanState;

// Twice what a law of 32 MiB has; a document of bare `#` would have a hundred times as many.
const MAX_BLOCKS = 500_000;
const PIECE_CHARS = 64 * 1024;
// A blank line and then text at the margin: no paragraph, list or block quote reaches across.
const BOUNDARY = /\n\n(?=\S)/g;

/**
 * `text` has LF line ends, as Source.text. Linear in its size. Throws DocumentFault `too_large` for absurdly many blocks.
 * It is parsed piece by piece, so that the parser's tokens, some twenty times the size of the text, never exist all at
 * once; the blocks are those of one parse (test/document/blocks.test.ts).
 */
export function readBlocks(text: string, options: { pieceChars?: number } = {}): Block[] {
  const blocks: Block[] = [];
  let [start, line] = [0, 0];
  while (start < text.length) {
    const piece = parsePiece(text, { start, size: options.pieceChars ?? PIECE_CHARS });
    collect(piece.tokens, { line, blocks });
    start = piece.end;
    line += piece.lines;
    if (blocks.length > MAX_BLOCKS)
      throw new DocumentFault(
        'too_large',
        `the document has more than ${MAX_BLOCKS} paragraphs and headings: split it into several documents`,
      );
  }
  return blocks;
}

interface Piece {
  readonly tokens: Token[];
  readonly lines: number;
  readonly end: number;
}

/** Only a fence or an HTML block can run on across a boundary: then the piece is doubled and parsed again. */
function parsePiece(text: string, { start, size }: { start: number; size: number }): Piece {
  BOUNDARY.lastIndex = start + size;
  const end = BOUNDARY.test(text) ? BOUNDARY.lastIndex : text.length;
  const piece = text.slice(start, end);
  const tokens: Token[] = [];
  parser.block.parse(piece, parser, {}, tokens);
  const lines = countLines(piece);
  const last = tokens.at(-1);
  const runsOn = (last?.type === 'fence' || last?.type === 'html_block') && (last.map?.[1] ?? 0) >= lines;
  return runsOn && end < text.length
    ? parsePiece(text, { start, size: 2 * (end - start) })
    : { tokens, lines, end };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function collect(tokens: readonly Token[], { line: first, blocks }: { line: number; blocks: Block[] }): void {
  let [depth, marker, quoteLevel] = [0, '', -1];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) continue;
    if (quoteLevel >= 0) {
      if (token.type === 'blockquote_close' && token.level === quoteLevel) quoteLevel = -1;
      continue;
    }
    const line = first + (token.map?.[0] ?? 0);
    const end = first + (token.map?.[1] ?? 0);
    switch (token.type) {
      case 'blockquote_open':
        quoteLevel = token.level;
        blocks.push({ type: 'opaque', line, end, thematicBreak: false });
        break;
      case 'ordered_list_open':
      case 'bullet_list_open':
        depth += 1;
        break;
      case 'ordered_list_close':
      case 'bullet_list_close':
        depth -= 1;
        break;
      case 'list_item_open':
        marker = token.info === '' ? '-' : token.info + token.markup;
        break;
      case 'heading_open': {
        const text = tokens[index + 1]?.content ?? '';
        if (depth === 0) blocks.push({ type: 'heading', line, end, level: Number(token.tag.slice(1)), text });
        break;
      }
      case 'paragraph_open':
        blocks.push({ type: 'text', line, end, depth, marker, text: tokens[index + 1]?.content ?? '' });
        marker = '';
        break;
      case 'fence':
      case 'code_block':
      case 'html_block':
      case 'hr':
        blocks.push({ type: 'opaque', line, end, thematicBreak: token.type === 'hr' && depth === 0 });
        marker = '';
        break;
    }
  }
}
