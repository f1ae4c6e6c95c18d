// The leaves of the log and the files that hold them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import {
  decodeLeaf,
  encodeLeaf,
  leafFileNumber,
  leafFiles,
  leafLines,
  leafPath,
} from '../../src/record/log-leaf.ts';

const at = '2026-05-21T10:00:00.000Z';
const run_id = 'run-20260521-0123456789abcdef' as RunId;
const head = encodeLeaf({
  ...{ at, type: 'head', run_id, seq: 7 },
  ...{ hash: sha256('head'), statement_sha256: sha256('statement') },
});
const judged = {
  at,
  type: 'verdict' as const,
  path: 'approvals/open.md',
  pull: 7,
  commit: 'a'.repeat(40),
  document_sha256: sha256('approval'),
  run_id: null,
};
const accepted = encodeLeaf({ ...judged, verdict: 'accepted', reason: null });
const rejected = encodeLeaf({ ...judged, run_id, verdict: 'rejected', reason: 'window_expired' });

describe('a leaf', () => {
  it.each([head, accepted, rejected])('comes back from %s', (line) => {
    const read = decodeLeaf(line);
    expect(read.ok && encodeLeaf(read.value)).toBe(line);
    expect(line).toContain('"format":"countersign/log-leaf/1"');
  });

  it.each([
    ['no JSON', 'head'],
    ['white space', head.replace(',', ', ')],
    ['a line end', `${head}\n`],
    ['another format', head.replace('log-leaf/1', 'log-leaf/2')],
    ['another type', head.replace('"type":"head"', '"type":"tail"')],
    ['a field more', head.replace('{', '{"a":1,')],
    ['a time that is none', head.replace('T10:', 'T25:')],
    ['a time without its milliseconds', head.replace('.000Z', 'Z')],
    ['a number below 1', head.replace('"seq":7', '"seq":0')],
    ['an acceptance with a reason', accepted.replace('"reason":null', '"reason":"window_expired"')],
    ['a rejection without one', rejected.replace('"window_expired"', 'null')],
    ['half a character', accepted.replace('approvals/', '\\ud800')],
    ['a commit that is none', accepted.replace('aaaa', 'AAAA')],
  ])('is not %s', (_, line) => {
    expect([head, accepted, rejected]).not.toContain(line);
    expect(decodeLeaf(line)).toMatchObject({ flaw: { code: 'malformed' } });
  });
});

describe('the files of the log', () => {
  it('hold 256 leaves each, and are named by six digits', () => {
    expect([leafPath(0), leafPath(255), leafPath(256)]).toEqual([
      'runs/log/000000.jsonl',
      'runs/log/000000.jsonl',
      'runs/log/000001.jsonl',
    ]);
    expect(() => leafPath(256_000_000)).toThrow(RangeError);
    expect(() => leafPath(-1)).toThrow(RangeError);
    expect(leafFileNumber('runs/log/000012.jsonl')).toBe(12);
    for (const path of ['runs/log/12.jsonl', 'runs/log/000012.json', 'x/runs/log/000012.jsonl'])
      expect(leafFileNumber(path)).toBeUndefined();
  });

  it('give back the leaves in order, whatever their number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), (count) => {
        const lines = Array.from({ length: count }, (_, index) => `{"n":${index}}`);
        const files = [...leafFiles(lines).values()];
        expect(files).toHaveLength(Math.ceil(count / 256));
        const read = files.flatMap((file) => {
          const part = leafLines(Buffer.from(file));
          return part.ok ? part.value : [];
        });
        expect(read).toEqual(lines);
      }),
      { numRuns: 20 },
    );
  });

  it('begin, where only newer ones are wanted, with the one that holds the first of these', () => {
    const lines = Array.from({ length: 600 }, (_, index) => `${index}`);
    expect([...leafFiles(lines, { from: 300 }).keys()]).toEqual([
      'runs/log/000001.jsonl',
      'runs/log/000002.jsonl',
    ]);
    expect(leafFiles(lines, { from: 300 })).toEqual(new Map([...leafFiles(lines)].slice(1)));
    expect([...leafFiles(lines, { from: 600 }).keys()]).toEqual(['runs/log/000002.jsonl']);
  });

  it.each([
    ['is empty', ''],
    ['ends in the middle of a line', 'a\nb'],
    ['has an empty line', 'a\n\nb\n'],
    ['holds 257 lines', 'a\n'.repeat(257)],
  ])('are refused where one %s', (_, file) => {
    expect(leafLines(Buffer.from(file))).toMatchObject({ flaw: { code: 'malformed' } });
  });

  it('are refused where one is no UTF-8', () => {
    expect(leafLines(Buffer.of(0xff, 0x0a)).ok).toBe(false);
  });
});
