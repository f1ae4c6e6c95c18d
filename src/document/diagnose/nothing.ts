// A document in which nobody finds a word to read: only front matter, comments, rules and targets of links.
import type { Block } from '../blocks.ts';
import { type Source, textOfLine } from '../source-text.ts';
import type { Finding } from './finding.ts';

const WORD = /[\p{L}\p{N}]/u;

export function findNothingToRead(source: Source, blocks: readonly Block[]): Finding[] {
  for (const block of blocks) {
    if (block.type !== 'opaque') {
      if (WORD.test(block.text)) return [];
    } else if (!/^\s*<!--/.test(textOfLine(source, block.line))) {
      for (let line = block.line; line < block.end; line += 1)
        if (WORD.test(textOfLine(source, line))) return [];
    }
  }
  const message =
    'there is no word to read in the document outside front matter and comments: nothing would be in force';
  return [
    { code: 'nothing_to_read', severity: 'blocking', byteStart: 0, byteEnd: source.bytes.length, message },
  ];
}
