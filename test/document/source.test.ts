import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentFault, type DocumentFaultCode } from '../../src/document/fault.ts';
import { planDocument } from '../../src/document/plan.ts';
import { decodeSource } from '../../src/document/source-text.ts';
import { findInvalidUtf8 } from '../../src/document/utf8.ts';

function faultOf(bytes: Uint8Array, options = {}): DocumentFault {
  try {
    planDocument(bytes, options);
  } catch (error) {
    if (error instanceof DocumentFault) return error;
    throw error;
  }
  throw new Error('the document was not refused');
}

const refused: readonly [string, Uint8Array, DocumentFaultCode, number | undefined][] = [
  ['nothing at all', Buffer.alloc(0), 'empty', undefined],
  ['blanks only', Buffer.from(' \n\t\r\n'), 'empty', undefined],
  ['a byte order mark only', Buffer.from('\uFEFF'), 'empty', undefined],
  [
    'a long row of blanks that take two bytes each',
    Buffer.from(` ${'\u00a0'.repeat(70_000)}`),
    'empty',
    undefined,
  ],
  ['a NUL', Buffer.from('# A\n\nb\0c'), 'nul_byte', 6],
  ['a lone continuation byte', Buffer.from([0x41, 0x80]), 'invalid_utf8', 1],
  ['an overlong slash', Buffer.from([0x41, 0x0a, 0xc0, 0xaf]), 'invalid_utf8', 2],
  ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), 'invalid_utf8', 0],
  ['a character beyond U+10FFFF', Buffer.from([0x41, 0xf4, 0x90, 0x80, 0x80]), 'invalid_utf8', 1],
  ['a character cut off at the end', Buffer.from([0x41, 0xe2, 0x82]), 'invalid_utf8', 1],
];

test.each(refused)('refuses %s', (_, bytes, code, byteOffset) => {
  const fault = faultOf(bytes);
  expect(fault.code).toBe(code);
  expect(fault.byteOffset).toBe(byteOffset);
});

test('refuses a document over the limit and says both sizes', () => {
  const fault = faultOf(Buffer.from('# Charter'), { maxBytes: 8 });
  expect(fault.code).toBe('too_large');
  expect(fault.message).toContain('9 bytes, more than the limit of 8');
});

test('refuses a profile that does not exist and names those that do', () => {
  const fault = faultOf(Buffer.from('# Charter'), { profile: 'xx' });
  expect(fault.code).toBe('unknown_profile');
  expect(fault.message).toContain('vi, de, en, fr, generic');
});

test('finds invalid bytes exactly where the platform decoder does', () => {
  const decodes = (bytes: Uint8Array) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const nearlyText = fc.array(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff),
  );
  fc.assert(
    fc.property(nearlyText, (values) => {
      const bytes = Uint8Array.from(values);
      const offset = findInvalidUtf8(bytes);
      expect(offset === undefined).toBe(decodes(bytes));
      if (offset !== undefined) expect(decodes(bytes.subarray(0, offset))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe('line ends', () => {
  const keys = (text: string) =>
    planDocument(Buffer.from(text), { profile: 'en' }).rows.map((row) => row.key);
  const bodies = (text: string) =>
    planDocument(Buffer.from(text), { profile: 'en' }).rows.map((row) => row.body);

  test('CRLF ends a line and stays in the body', () => {
    expect(bodies('# A\r\n\r\n## Article 1\r\n\r\nb')).toEqual(['# A\r\n\r\n', '## Article 1\r\n\r\nb']);
  });

  test('a lone CR ends no line: units are split on LF only', () => {
    expect(keys('# A\r## Article 1\n\n## Article 2\n')).toEqual(['document', 'art-2']);
    expect(bodies('# A\r## Article 1\n\n## Article 2\n')[0]).toBe('# A\r## Article 1\n\n');
  });

  test('U+2028, U+0085 and a form feed end no line', () => {
    expect(keys('# A\n\nb\u2028## Article 1\u0085## Article 2\f## Article 3\n\n## Article 4\n')).toEqual([
      'document',
      'art-4',
    ]);
  });

  test('a missing final newline stays missing', () => {
    expect(bodies('# A\n\n## Article 1').at(-1)).toBe('## Article 1');
  });
});

describe('the start of a document', () => {
  const plan = (text: string) => planDocument(Buffer.from(text), { profile: 'en' });

  test('a byte order mark hides no heading and belongs to the first unit', () => {
    const { rows } = plan('\uFEFF# Charter\n\n## Article 1\n');
    expect(rows.map((row) => [row.key, row.byte_start])).toEqual([
      ['document', 0],
      ['art-1', 14],
    ]);
    expect(rows[0]?.body.startsWith('\uFEFF')).toBe(true);
  });

  test('front matter after a byte order mark is front matter', () => {
    expect(plan('\uFEFF---\ntitle: A\n---\n# Charter\n').rows.map((row) => row.key)).toEqual([
      'front-matter',
      'document',
    ]);
  });

  test('front matter may be longer than what is read of it at first', () => {
    const long = `---\n${'a: the keeper of a lock\n'.repeat(9_000)}title: Rivers\n---\n# Charter\n`;
    expect(plan(long).rows.map((row) => [row.key, row.title])).toEqual([
      ['front-matter', 'Rivers'],
      ['document', 'Charter'],
    ]);
    expect(plan(long.replace('\n---\n#', '\n#')).rows.map((row) => row.key)).toEqual(['document']);
  });

  test('front matter that is never closed is text', () => {
    expect(plan('---\ntitle: A\n\n# Charter\n').rows.map((row) => row.unit_kind)).toEqual(['document']);
  });

  test('a thematic break later on opens no front matter', () => {
    expect(plan('# Charter\n\n---\na: b\n---\n').rows.map((row) => row.unit_kind)).toEqual([
      'document',
      'section',
    ]);
  });

  test('the title of the front matter names a document without a heading of its own', () => {
    const { rows } = plan('---\ntitle: "The Charter"\n---\nSome text.\n');
    expect(rows.map((row) => [row.unit_kind, row.title])).toEqual([
      ['front_matter', 'The Charter'],
      ['document', 'The Charter'],
    ]);
  });
});

test('the opening is the beginning of the text, long enough to tell its language', () => {
  for (const line of ['語'.repeat(30), '😀 語'.repeat(10), 'a\rb', 'plain', '---'])
    for (const end of ['\n', '\r\n'])
      for (const start of ['', '\uFEFF', '---\ntitle: a\n---\n']) {
        const { opening, text } = decodeSource(Buffer.from(start + `${line}${end}`.repeat(30_000)));
        expect(text.startsWith(opening)).toBe(true);
        expect(opening.length).toBeGreaterThanOrEqual(Math.min(64_000, text.length));
        expect(text).not.toMatch(/\r|^\uFEFF/);
      }
});

test('the lines of a document are where its line feeds are, however short', () => {
  for (const text of ['a', 'a\n', '\n\nb', 'a\r\n\rb\n', `${'\n'.repeat(5_000)}c`, 'a\n'.repeat(5_000)]) {
    const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1), text.length];
    expect([...decodeSource(Buffer.from(text)).lineStarts]).toEqual(starts);
  }
});
