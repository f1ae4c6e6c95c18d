import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Block, readBlocks } from '../../src/document/blocks.ts';
import { decodeSource } from '../../src/document/source-text.ts';
import { onlyWhere } from '../support/skip.ts';
import { BLOCK_CASES } from './block-cases.ts';
import { blockMarkdown, markdown } from './markdown.ts';
import { parsedBlocks } from './parsed-blocks.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/documents');
const SPEC = join(FOLDER, 'commonmark-spec-0.30.md');

function blocksOf(text: string): Block[] {
  return readBlocks(decodeSource(Buffer.from(text)));
}

/** What every block says of itself, its text read. */
function compared(blocks: readonly Block[]) {
  return blocks.map((block) => {
    const { type, line, end } = block;
    if (block.type === 'heading') return { type, line, end, level: block.level, text: block.text };
    if (block.type === 'opaque') return { type, line, end, thematicBreak: block.thematicBreak };
    return { type, line, end, depth: block.depth, marker: block.marker, text: block.text };
  });
}

function expectParsed(bytes: Uint8Array): void {
  const source = decodeSource(bytes);
  expect(compared(readBlocks(source))).toEqual(parsedBlocks(source.text));
}

test.each(Object.entries(BLOCK_CASES))('finds the blocks that the parser finds: %s', (_, text) => {
  expectParsed(Buffer.from(text));
  // Another block before it and none of its line ends at the end may change nothing of that.
  expectParsed(Buffer.from(`${text.trimEnd()}`));
  expectParsed(Buffer.from(`before\n${text}`));
  expectParsed(Buffer.from(`1. before\n\n${text}\nafter\n`));
});

test.each([
  ['lines that mean something', blockMarkdown],
  ['the lines of laws', markdown],
])('finds the blocks that the parser finds in any document of %s', (_, documents) => {
  fc.assert(
    fc.property(documents, (text) => {
      fc.pre(text.trim() !== '');
      expectParsed(Buffer.from(text));
    }),
    { numRuns: 4_000 },
  );
});

describe.each([SPEC])('%s', onlyWhere(existsSync(SPEC), 'shared documents absent'), () => {
  test('gives 652 examples, and the scanner finds the blocks of each', () => {
    const examples = readFileSync(SPEC, 'utf8').matchAll(/^`{32} example\n(.*?)^\.\n.*?^`{32}$/gms);
    const texts = [...examples].map(([, text = '']) => text.replaceAll('→', '\t'));
    expect(texts).toHaveLength(652);
    for (const text of texts) if (text.trim() !== '') expectParsed(Buffer.from(text));
  });
});

describe.each([FOLDER])('%s', onlyWhere(existsSync(FOLDER), 'shared documents absent'), () => {
  test('has the same blocks for the scanner and for the parser, document by document', () => {
    for (const name of readdirSync(FOLDER).filter((entry) => /\.(?:md|txt)$/.test(entry)))
      expectParsed(readFileSync(join(FOLDER, name)));
  });
});

test('a list of many pieces has the blocks of one parse', () => {
  const item = `1. ${'The keeper of a lock lets every barge pass. '.repeat(8)}\n   by day\n\n   - by night\n`;
  for (const between of ['', '\n']) expectParsed(Buffer.from(`${item}${between}`.repeat(500)));
});

const headings = (text: string) => blocksOf(text).filter(({ type }) => type === 'heading');

describe('nesting', () => {
  const bullets = (depth: number) =>
    Array.from({ length: depth }, (_, level) => `${'  '.repeat(level)}- a\n`).join('');

  test('is followed through a hundred lists, on as many lines or on one', () => {
    for (const text of [bullets(100), `${'- '.repeat(100)}a\n`]) {
      const blocks = blocksOf(`${text}\n# After\n`);
      expect(blocks.some((block) => block.type === 'opaque')).toBe(false);
      expect(blocks.at(-2)).toMatchObject({ type: 'text', depth: 100, text: 'a' });
      expect(blocks.at(-1)).toMatchObject({ type: 'heading', text: 'After' });
    }
  });

  test.each([
    ['eleven bullets on a line', `${'- '.repeat(11)}x\n`],
    ['ten bullets in one another', bullets(10)],
    ['a hundred and one', bullets(101)],
    ['more than any stack holds', `${'- '.repeat(100_000)}x\n`],
    ['20,000 quotes', `${'>'.repeat(20_000)} x\n`],
    ['quotes and lists by turns', `${'> - '.repeat(20_000)}x\n`],
    ['numbers', `${'1. '.repeat(50_000)}x\n`],
  ])('%s swallow nothing of what follows', (_, text) => {
    expect(headings(`${text}# After\n`)).toHaveLength(1);
    expect(headings(`${text}\n# After\n`)).toHaveLength(1);
    expect(headings(`${text}${text}\n- b\n\n# After\n`)).toHaveLength(1);
  });

  test('too deep to be followed is said of the block that holds it, from its first line to its last', () => {
    const tooDeep = (text: string) => blocksOf(text).filter((block) => 'tooDeep' in block);
    expect(tooDeep(bullets(100))).toEqual([]);
    const deeper = `${bullets(103)}${'  '.repeat(102)}  still\n\n- not any more\n\n# After\n`;
    expect(tooDeep(deeper)).toEqual([
      { type: 'opaque', line: 100, end: 104, thematicBreak: false, tooDeep: true },
    ]);
    expect(blocksOf(deeper).at(-2)).toMatchObject({ type: 'text', depth: 1, text: 'not any more' });
    expect(tooDeep(`${'> '.repeat(150)}a\n`)).toEqual([]);
    expect(tooDeep(`${'> '.repeat(201)}a\n> b\n`)).toMatchObject([{ line: 0, end: 2, tooDeep: true }]);
  });
});

describe('what runs to the end of the document', () => {
  const open = (text: string) =>
    blocksOf(text).flatMap((block) =>
      block.type === 'opaque' && block.open ? [[block.open, block.line]] : [],
    );

  test.each([
    ['fence', '# a\n\n```\n# b\n'],
    ['fence', 'a\n\n~~~~'],
    ['fence', '# a\n\n~~~~\n~~~\n    ~~~~\n\n'],
    ['fence', '1. a\n\n   ~~~\n   b'],
    ['fence', '1. a\n\n   ~~~\n   b\n   ~~\n\n'],
    ['comment', '# a\n\n<!-- b\n\n# c'],
    ['comment', '- a\n\n  <!-- b\n\n'],
    ['html', '# a\n\n<script>\n\n# c\n'],
    ['html', 'a\n\n<?b\n'],
    ['html', 'a\n\n<!B\n'],
    ['html', 'a\n\n<![CDATA[ b\n'],
    ['html', '- a\n\n  <pre>\n  b\n'],
  ])('is told as an open %s: %j', (kind, text) => {
    expect(open(text)).toEqual([[kind, 2]]);
  });

  test.each([
    '```\na\n```',
    '~~~\n~~~\n',
    '- ```\n  ```',
    '- ~~~\n\nb\n',
    '<!-- a\n\n-->',
    '- <!--\n  a -->',
    '- <!--\n\na\n',
    '<div>\na',
    '- <div>\n  a',
    '<b>\n',
    '    a\n',
    '> ```\n> a\n',
  ])('is not open where something ends it: %j', (text) => {
    expect(open(text)).toEqual([]);
  });
});

test('more blocks than anybody could read are refused', () => {
  expect(() => blocksOf('# a\n'.repeat(500_001))).toThrow('more than 500000 paragraphs and headings');
  expect(blocksOf('# a\n'.repeat(500_000))).toHaveLength(500_000);
});
