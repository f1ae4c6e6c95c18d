// Documents made to be slow: each must cost about as much, byte for byte, as an ordinary one.
import { expect, test } from 'vitest';
import { DocumentFault } from '../../src/document/fault.ts';
import { planDocument } from '../../src/document/plan.ts';

const KILOBYTES = 400;

function repeat(piece: string): string {
  return piece.repeat(Math.ceil((KILOBYTES * 1_000) / piece.length));
}

const hostile: Readonly<Record<string, string>> = {
  'one line of underscores': repeat('_'),
  'lines of underscores': repeat(`${'_'.repeat(5_000)}\n`),
  'underscores and letters': repeat('_a'),
  'block quotes 10,000 deep': `${'>'.repeat(10_000)} a\n`.repeat(40),
  'lists 10,000 deep': Array.from({ length: 800 }, (_, depth) => `${' '.repeat(depth)}- a`).join('\n'),
  'a list marker 10,000 times on a line': `${'- '.repeat(10_000)}a\n`.repeat(20),
  'quotes 20,000 deep on one line': `${'>'.repeat(20_000)} a\n`,
  'a list marker 100,000 times on a line': `${'- '.repeat(100_000)}a\n`,
  'a number 50,000 times on a line': `${'1. '.repeat(50_000)}a\n`,
  'quotes and lists by turns': `${'> - '.repeat(20_000)}a\n`.repeat(4),
  'lists by turns': repeat('- a\n* a\n'),
  'quotes and lists line by line': repeat('> a\n2. a\n'),
  'quotes and headings line by line': repeat('> a\n# a\n'),
  'lists and half-indented fences': repeat('- a\n ```\n\nb\n ```\n'),
  'lists and half-indented comments': repeat('- a\n <!--\n\nb\n-->\n'),
  'a fence in every item': repeat('- ```\n'),
  'comments that nothing closes, in lists': repeat('- <!--\n\na\n'),
  'tags that never end': repeat('<a a a\n'),
  'one tag that never ends': `<a${repeat(' a')}`,
  'definitions without blank lines': repeat('[a]: b\n'),
  'titles that never end': repeat("[a]: b 'c\n"),
  'a million number signs': '#'.repeat(1_000_000),
  'a heading of number signs and blanks': `# ${repeat('# ')}`,
  'unclosed fences': repeat('```\n\nText at the margin.\n\n'),
  'fences of growing length': Array.from(
    { length: 800 },
    (_, size) => `${'`'.repeat(size + 3)}\n\na\n\n`,
  ).join(''),
  'unclosed comments': repeat('<!--\n\na\n\n'),
  'opening brackets': repeat('['),
  'link definitions that never end': repeat('[a\n'),
  'headings of brackets': repeat(`## ${'[('.repeat(200)}\n\n`),
  'headings of angle brackets': repeat(`## ${'<a '.repeat(200)}\n\n`),
  'labels of Roman numbers': repeat('Article IIIIIIIIIIIIIIIIIIIIIIIII\n\n'),
  'dotted numbers': repeat('Điều 1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1\n\n'),
  'dot leaders': `Article 1. ${repeat('. ')}`,
  'quotations that never close': repeat('“Article 1. Quoted\n\n'),
  'quotations that all close': repeat('“Article 1.\n\na”\n\n'),
  'headings that repeat': repeat('## Article 1\n\n'),
  'blank lines': `a\n${repeat('\n')}b`,
  'blanks at the end of a line': `# a${repeat(' ')}b`,
  'carriage returns': repeat('a\r'),
  'combining marks': `# a${repeat('\u0301')}`,
  'front matter of blanks': `---\ntitle: a${repeat(' ')}b\n---\n# A\n`,
  'front matter of keys': `---\n${repeat('a: b\n')}---\n# A\n`,
  'front matter of brackets': `---\na: ${'[ '.repeat(7_000)}\n---\n# A\n`,
  '100,000 headings': '# a\n\n'.repeat(100_000),
  '20,000 quotations': '“Article 1. Quoted”\n\n'.repeat(20_000),
  'a line of 10 MB': 'a '.repeat(5_000_000),
  'labels that come again and again': repeat('## Article 1\n\na\n\n## Article 9\n\n'),
  'labels in Cyrillic letters': repeat('## \u0410rticle 1\n\n'),
  'labels with characters that nobody sees': repeat('Art\u200Bicle 1. a\n\n'),
  'prompts and comments': repeat('$ ls\n# a\n'),
  'a list of links under each heading': repeat('# a\n\n[a](#b)\n[a](#b)\n[a](#b)\n\n'),
  'link definitions at the end': `a\n\n${repeat('[a]: /b\n')}`,
  'titles of link definitions': `a\n\n[a]: /b\n${repeat('  "title"\n')}`,
  'titles underlined with tildes': repeat('Title\n~~~~~\n\na\n\n'),
  'numbers alone on their lines': repeat('1.\n\n'),
  'numbered titles': Array.from(
    { length: 20_000 },
    (_, n) => `${n % 999}. Title\n\nSome text of it.\n\n`,
  ).join(''),
  'closing words after each list': `## Article 1\n\n${repeat('1. a\n\n2. b\n\nwords\n\n')}`,
  'attributes in titles': repeat(`## a ${'{#'.repeat(200)}\n\n`),
  'references to notes': repeat(`## a${'[^'.repeat(200)}\n\n`),
};

const ordinary = `# Charter\n\n${Array.from({ length: 1_400 }, (_, n) => `## Article ${n}. Name\n\n${'A sentence of the charter that says something. '.repeat(5)}\n\n`).join('')}`;

function measureMs(text: string): number {
  const bytes = Buffer.from(text);
  const startedAt = performance.now();
  const { rows } = planDocument(bytes, { granularity: 'point' });
  const tookMs = performance.now() - startedAt;
  expect(rows.map((row) => row.body).join('')).toBe(text);
  return tookMs;
}

// A quadratic step would take minutes at this size; this leaves room for many more units to a byte and for a busy machine.
const MOST = 300;

test.each(Object.entries(hostile))('%s cost no more than many ordinary documents', (_, text) => {
  measureMs(ordinary);
  const ordinaryMs = Math.max(20, measureMs(ordinary));
  expect(measureMs(text)).toBeLessThan(MOST * ordinaryMs * Math.max(1, text.length / ordinary.length));
});

/** What an attacker leaves open, hides or imitates, and what is said of it. */
const caught: readonly [string, string, readonly string[]][] = [
  ['a fence', `# A\n\n## Article 1\n\na\n\n~~~\n${repeat('## Article 2\n\nb\n\n')}`, ['blocking open_fence']],
  ['a comment', `# A\n\n<!--\n${repeat('## Article 2\n\n')}`, ['blocking open_comment']],
  ['an HTML block', `# A\n\n<script>\n${repeat('## Article 2\n\n')}`, ['blocking open_html']],
  [
    'a list',
    `# A\n\n${Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- a\n`).join('')}`,
    ['blocking too_deep'],
  ],
  ['labels in Cyrillic letters', `# A\n\n${repeat('## \u0410rticle 1\n\n')}`, ['blocking mixed_scripts']],
  [
    'labels with invisible characters',
    `# A\n\n${repeat('## Article\u2060 1\n\n')}`,
    ['blocking invisible_in_label'],
  ],
  ['one paragraph', repeat('A sentence that says something. '), ['warning oversized_unit']],
  ['nothing but a comment', `<!-- ${repeat('a ')} -->`, ['blocking nothing_to_read']],
];

test.each(caught)('%s of hundreds of kilobytes is caught, in few words', (_, text, expected) => {
  const { diagnostics } = planDocument(Buffer.from(text), { profile: 'en' });
  const found = diagnostics.map(({ severity, code }) => `${severity} ${code}`);
  expect(found).toEqual(expect.arrayContaining([...expected]));
  expect(diagnostics.length).toBeLessThan(20);
  for (const { message } of diagnostics) expect(message.length).toBeLessThan(500);
});

test('a document in UTF-16 is refused, with or without a byte order mark', () => {
  for (const text of ['# Charter\n', '\uFEFF# Charter\n', '\uFEFF\u0141\u0141\n'])
    expect(() => planDocument(Buffer.from(text, 'utf16le'))).toThrow(DocumentFault);
});
