// The block structure of a document as CommonMark has it, flattened to what a unit may start at.
// Code, HTML and block quotes are opaque: nothing inside them can ever start a unit.
import MarkdownIt from 'markdown-it';

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

const parser = new MarkdownIt('commonmark');
parser.core.ruler.enableOnly(['normalize', 'block']);

type Token = ReturnType<typeof parser.parse>[number];

/** Linear in the text's size: the parser stops at its nesting limit, and a block quote is stepped over as a whole. */
export function readBlocks(text: string): Block[] {
  const tokens = parser.parse(text, {});
  const blocks: Block[] = [];
  let depth = 0;
  let marker = '';
  let quoteLevel = -1;
  for (const [index, token] of tokens.entries()) {
    if (quoteLevel >= 0) {
      if (token.type === 'blockquote_close' && token.level === quoteLevel) quoteLevel = -1;
      continue;
    }
    switch (token.type) {
      case 'blockquote_open':
        quoteLevel = token.level;
        blocks.push({ type: 'opaque', ...lines(token), thematicBreak: false });
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
        const content = tokens[index + 1]?.content ?? '';
        if (depth === 0)
          blocks.push({ type: 'heading', ...lines(token), level: Number(token.tag.slice(1)), text: content });
        break;
      }
      case 'paragraph_open':
        blocks.push({
          type: 'text',
          ...lines(token),
          depth,
          marker,
          text: tokens[index + 1]?.content ?? '',
        });
        marker = '';
        break;
      case 'fence':
      case 'code_block':
      case 'html_block':
      case 'hr':
        blocks.push({ type: 'opaque', ...lines(token), thematicBreak: token.type === 'hr' && depth === 0 });
        marker = '';
        break;
    }
  }
  return blocks;
}

function lines(token: Token): { line: number; end: number } {
  const [line, end] = token.map ?? [0, 0];
  return { line, end };
}
