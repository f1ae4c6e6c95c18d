// What the Markdown parser itself finds in a whole document, in one parse and by its own classes: the measure of the scanner.
import MarkdownIt from 'markdown-it';
import type { Block } from '../../src/document/blocks.ts';

const parser = new MarkdownIt('commonmark', { maxNesting: 1_000 });

/** `text` as Source.text. Says nothing about what is open or too deep. */
export function parsedBlocks(text: string): Block[] {
  const tokens: ReturnType<typeof parser.parse> = [];
  parser.block.parse(text, parser, {}, tokens);
  const blocks: Block[] = [];
  let [lists, quotes, marker] = [0, 0, ''];
  for (const [index, { type, map, info, markup, tag }] of tokens.entries()) {
    const [line, end] = map ?? [0, 0];
    const text = tokens[index + 1]?.content ?? '';
    const isBreak = type === 'hr';
    if (type === 'blockquote_open') {
      if (quotes === 0) blocks.push({ type: 'opaque', line, end, thematicBreak: false });
      quotes += 1;
    } else if (type === 'blockquote_close') quotes -= 1;
    if (quotes > 0) continue;
    if (/list_open$/.test(type)) lists += 1;
    else if (/list_close$/.test(type)) lists -= 1;
    else if (type === 'list_item_open') marker = info === '' ? '-' : info + markup;
    else if (type === 'heading_open' && lists === 0)
      blocks.push({ type: 'heading', line, end, level: Number(tag.slice(1)), text });
    else if (type === 'paragraph_open' || isBreak || /^(?:fence|code_block|html_block)$/.test(type)) {
      if (type === 'paragraph_open') blocks.push({ type: 'text', line, end, depth: lists, marker, text });
      else blocks.push({ type: 'opaque', line, end, thematicBreak: isBreak && lists === 0 });
      marker = '';
    }
  }
  return blocks;
}
