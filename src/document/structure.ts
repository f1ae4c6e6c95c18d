// A document's blocks as a reader takes them, where that is not what Markdown makes of them: underlined titles of plain
// text, pasted code without a fence, numbers alone on their line.
import { type Block, readBlocks } from './blocks.ts';
import { withCentredTitles } from './centred.ts';
import { findCodeLike, withoutCodeLike } from './code-like.ts';
import { withLoneNumbers } from './lone-number.ts';
import type { Source } from './source-text.ts';
import { readUnderlines, withLevels } from './underline.ts';

export interface Structure {
  readonly blocks: readonly Block[];
  /** Lines of headings that are code. */
  readonly codeLike: ReadonlySet<number>;
}

export function readStructure(source: Source): Structure {
  const underlined = readUnderlines(source);
  const parsed = withLevels(readBlocks(underlined.source), underlined);
  const codeLike = findCodeLike(parsed, source);
  const text = withCentredTitles(withoutCodeLike(parsed, codeLike), source);
  return { blocks: withLoneNumbers(text, source), codeLike };
}
