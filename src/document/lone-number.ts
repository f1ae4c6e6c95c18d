// A number alone on its line, `1.` with its text below: the parser gives the number to no paragraph, so that its line
// would belong to the unit above. It becomes a text of its own, which the text below then belongs to.
import type { Block, TextBlock } from './blocks.ts';
import { isEmptyLine, type Source, textOfLine } from './source-text.ts';

const NUMBER = /^\s*(\d{1,4}[.)])[ \t]*$/;

export function withLoneNumbers(blocks: readonly Block[], source: Source): readonly Block[] {
  const found: Block[] = [];
  let [end, added] = [source.frontMatterLines, 0];
  for (const block of blocks) {
    let own = block;
    for (let line = Math.max(end, block.line - FARTHEST); line < block.line; line += 1) {
      if (isEmptyLine(source, line)) continue;
      const number = NUMBER.exec(textOfLine(source, line))?.[1];
      if (number === undefined) continue;
      const depth = block.type === 'text' ? block.depth : 0;
      found.push({ type: 'text', line, end: line + 1, depth, marker: '', text: number });
      if (block.type === 'text' && block.marker === number) own = withoutMarker(block);
      added += 1;
    }
    found.push(own);
    end = Math.max(end, block.end);
  }
  return added === 0 ? blocks : found;
}

// Field by field: the text of a block may be read only when it is looked at.
function withoutMarker({ type, line, end, depth, text }: TextBlock): TextBlock {
  return { type, line, end, depth, marker: '', text };
}

// Between a number and its text stands at most a blank line or two.
const FARTHEST = 4;
