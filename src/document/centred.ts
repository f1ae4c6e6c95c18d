// Titles that plain text sets in the middle of the line, `            Appendix: How to apply these terms`: code for
// Markdown, which they are only in a document that is Markdown by its headings or fences.
import type { Block } from './blocks.ts';
import { columnOf } from './column.ts';
import { type Source, textOfLine } from './source-text.ts';

const LEAST_COLUMN = 12;
const MAX_TITLE = 80;
const MARKDOWN = /^ {0,3}(?:#{1,6}\s|`{3}|~{3})/;

/** The blocks with a paragraph for each title that stands alone in the middle of its line. */
export function withCentredTitles(blocks: readonly Block[], source: Source): readonly Block[] {
  if (!blocks.some((block) => isCentred(block, source))) return blocks;
  if (blocks.some(({ type, line }) => type !== 'text' && MARKDOWN.test(textOfLine(source, line))))
    return blocks;
  return blocks.map((block): Block => {
    if (!isCentred(block, source)) return block;
    const { line, end } = block;
    return { type: 'text', line, end, depth: 0, marker: '', text: textOfLine(source, line).trim() };
  });
}

function isCentred({ type, line, end }: Block, source: Source): boolean {
  if (type !== 'opaque' || textOfLine(source, line + 1).trim() !== '') return false;
  const text = textOfLine(source, line);
  if (!/^(?: {4}|\t)/.test(text) || columnOf(source, line) < LEAST_COLUMN) return false;
  return text.trim().length <= MAX_TITLE && end - line <= 2;
}
