// Lines that are plain enough are not read a second time. A YAML parser must see in every one of them the very string.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { isPlainLine } from '../../src/approval/key-values.ts';

const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const awkward = fc.constantFrom(
  ...[
    'true',
    'null',
    '1',
    '0x1f',
    '1e3',
    '.5',
    '1:2',
    'a:',
    'a:b',
    'a::b',
    'a-',
    '-',
    '---',
    '...',
    'a...',
    '<<',
  ],
  ...[
    '2026-05-21T10:00:00Z',
    '12:30:45',
    '1_000',
    'y',
    'No',
    '~',
    'a#b',
    'a #b',
    '"a"',
    "'a'",
    '!!str',
    '&a',
    '*a',
    '',
  ],
);
const word = fc.oneof(
  awkward,
  fc.stringMatching(/^[ -~]{0,12}$/),
  fc.stringMatching(/^[A-Za-z0-9._:/+-]{1,70}$/),
);

describe('a plain line', () => {
  it('is the same to a YAML parser', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(key, word), { minLength: 1, maxLength: 6 }), (pairs) => {
        const values = new Map(pairs);
        const lines = [...values].map(([name, value]) => `${name}: ${value}`);
        if (!lines.every(isPlainLine)) return;
        plain += 1;
        const document = parseDocument(lines.join('\n'), { schema: 'failsafe', uniqueKeys: true });
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toEqual(Object.fromEntries(values));
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });

  it.each([
    'gate: a:',
    'gate: a b',
    'gate: #',
    'gate:  a',
    'gate: a ',
    'gate: é',
    'gate: "a"',
    '- a: b',
    'Gate: a',
    'gate: a\r',
  ])('is not %j', (line) => expect(isPlainLine(line)).toBe(false));
});
