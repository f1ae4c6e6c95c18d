// Link reference definitions at the end of a document serve all of it, so they are no part of its last unit.
// The parser leaves no trace of them; they are found by their form, and only where no block stands.
import type { Block } from './blocks.ts';
import { type Source, textOfLine } from './source-text.ts';

const MAX_CHARS = 2_000;
const DEFINITION = /^ {0,3}\[(?!\^)(?:[^[\]\\]|\\.)+\]:\s*\S+(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$/;
const TITLE = /^\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*$/;

export function isLinkDefinition(line: string): boolean {
  return line.length <= MAX_CHARS && DEFINITION.test(line);
}

/** The first line of the definitions that a document ends with. */
export function findLinksAtEnd(blocks: readonly Block[], source: Source): number | undefined {
  let first: number | undefined;
  let isTitle = false;
  for (let line = source.lineStarts.length - 2; line >= source.frontMatterLines; line -= 1) {
    const text = textOfLine(source, line);
    if (text.trim() === '') continue;
    if (isLinkDefinition(text)) first = line;
    else if (isTitle || text.length > MAX_CHARS || !TITLE.test(text)) break;
    isTitle = !isLinkDefinition(text);
  }
  if (first === undefined) return undefined;
  // Below a paragraph without a blank line between them, or inside a fence, they are text.
  let end = first;
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    if (!block || block.end <= first) break;
    end = Math.max(end, block.end);
  }
  for (let line = end; line < source.lineStarts.length - 1; line += 1)
    if (isLinkDefinition(textOfLine(source, line))) return line;
  return undefined;
}
