import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBlocks } from '../../src/document/blocks.ts';
import { markdown } from './markdown.ts';

test('parsing piece by piece finds the blocks of one parse', () => {
  fc.assert(
    fc.property(markdown, fc.integer({ min: 0, max: 40 }), (generated, pieceChars) => {
      const text = generated.replaceAll('\r', '');
      expect(readBlocks(text, { pieceChars })).toEqual(readBlocks(text, { pieceChars: text.length }));
    }),
    { numRuns: 1_500 },
  );
});

test('a fence that is closed far behind the end of a piece hides the headings inside it', () => {
  const text = `# A\n\n~~~\n\n${'# not this\n\n'.repeat(50)}~~~\n\n# B\n`;
  const headings = readBlocks(text, { pieceChars: 16 }).filter((block) => block.type === 'heading');
  expect(headings.map((block) => block.line)).toEqual([0, 106]);
});
