// Numbers that are set in by four blanks or more, as plain text has them: for Markdown they are code, or the middle of a
// paragraph. Only where a document is known to be numbered by hand.
import type { Block, TextBlock } from './blocks.ts';
import { type Source, textOfLine } from './source-text.ts';

const NUMBER = /^( +)(?:\d{1,3}|[a-z])[.)] +\S/;
const CODE = /^ {4,}\S/;

/** The blocks with a text for each such number. Depth is how far the numbers of a block stand in one another. */
export function withIndentedNumbers(blocks: readonly Block[], source: Source): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.type === 'heading') return [block];
    const lines = linesOf(block, source);
    const [first = '', ...others] = lines;
    const isCode = block.type === 'opaque' && CODE.test(first);
    if (block.type === 'opaque' ? !isCode || !lines.some(isNumber) : !others.some(isNumber)) return [block];
    return split(block, lines);
  });
}

function linesOf({ type, line, end }: Block, source: Source): string[] {
  if (type === 'opaque' && !CODE.test(textOfLine(source, line))) return [];
  return Array.from({ length: end - line }, (_, offset) => textOfLine(source, line + offset));
}

function isNumber(line: string): boolean {
  return NUMBER.test(line);
}

function split(block: Exclude<Block, { type: 'heading' }>, lines: readonly string[]): TextBlock[] {
  const outer = block.type === 'text' ? block.depth : 0;
  const indents: number[] = [];
  const found: { line: number; depth: number; marker: string; lines: string[] }[] = [];
  for (const [offset, line] of lines.entries()) {
    const indent = NUMBER.exec(line)?.[1]?.length;
    const isFirst = offset === 0 && block.type === 'text';
    if (indent !== undefined && !isFirst) {
      while ((indents.at(-1) ?? 0) > indent) indents.pop();
      if (indents.at(-1) !== indent) indents.push(indent);
      found.push({
        line: block.line + offset,
        depth: outer + indents.length,
        marker: '',
        lines: [line.trim()],
      });
    } else if (offset === 0 || (line.trim() !== '' && lines[offset - 1]?.trim() === '')) {
      const marker = isFirst && block.type === 'text' ? block.marker : '';
      const text = marker === '' ? line.trim() : line.trim().slice(marker.length).trim();
      found.push({ line: block.line + offset, depth: outer + indents.length, marker, lines: [text] });
    } else if (line.trim() !== '') found.at(-1)?.lines.push(line.trim());
  }
  return found.map(({ line, depth, marker, lines: own }) => {
    return { type: 'text', line, end: line + own.length, depth, marker, text: own.join('\n') };
  });
}
