import { existsSync, globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDocumentId } from '../../src/approval/document-id.ts';
import { canonicalJson, sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { GRANULARITIES } from '../../src/document/unit.ts';
import { linesOf, planChange } from '../../src/plan/change.ts';
import {
  compareKeys,
  encodeRow,
  planFile,
  planHead,
  planLines,
  type RowLine,
} from '../../src/plan/plan-lines.ts';
import { PlanFault, readPlan } from '../../src/plan/read-plan.ts';
import { standingAfter } from '../../src/plan/standing.ts';
import { referenceHead } from '../merkle/reference-tree.ts';
import { onlyWhere } from '../support/skip.ts';
import { randomPlans } from './random-plan.ts';

const ROW: RowLine = {
  action: 'create',
  ordinal: 1,
  key: 'art-1',
  parent: null,
  unit_kind: 'article',
  section_type: 'normative',
  title: 'Article 1. Name',
  num: 'Article 1',
  heading: 'Name',
  byte_start: 0,
  byte_end: 12,
  body_sha256: sha256('The library.'),
};

test('every line is the RFC 8785 form of what it says, whatever the titles and keys', () => {
  fc.assert(
    fc.property(randomPlans, (plan) => {
      for (const line of planLines(plan)) {
        expect(line).toBe(canonicalJson(JSON.parse(line)));
        expect(line).not.toContain('\n');
      }
    }),
    { numRuns: 300 },
  );
});

test('a plan that is read is the plan that was written', () => {
  fc.assert(
    fc.property(randomPlans, ({ header, rows, retired }) => {
      const inOrder = retired.toSorted((a, b) => compareKeys(a.key, b.key));
      const read = readPlan(planFile(planLines({ header, rows, retired: inOrder.toReversed() })));
      expect(read).toEqual({ header, rows, retired: inOrder });
    }),
    { numRuns: 300 },
  );
});

test('the head is the tree hash of the lines in UTF-8, without their line ends', () => {
  fc.assert(
    fc.property(randomPlans, (plan) => {
      const lines = [...planLines(plan)];
      const file = Buffer.from(planFile(lines));
      const leaves = file.toString().trimEnd() === '' ? [] : splitBytes(file);
      expect(planHead(lines)).toBe(referenceHead(leaves).toString('hex'));
    }),
    { numRuns: 200 },
  );
});

test('one changed field of any line is another head', () => {
  const head = (change: Partial<RowLine>) =>
    planHead([encodeRow(ROW), encodeRow({ ...ROW, ...change, ordinal: 2 })]);
  const heads = [
    head({}),
    head({ action: 'keep' }),
    head({ key: 'art-2' }),
    head({ parent: 'art-1' }),
    head({ unit_kind: 'clause' }),
    head({ section_type: 'editorial' }),
    head({ title: 'Article 1. Names' }),
    head({ byte_start: 1 }),
    head({ byte_end: 13 }),
    head({ body_sha256: sha256('The libraries.') }),
    head({ was: 'art-0' }),
  ];
  expect(new Set(heads).size).toBe(heads.length);
});

test('`was` is left out of a unit that has kept its key', () => {
  expect(encodeRow(ROW)).not.toContain('was');
  expect(encodeRow({ ...ROW, was: 'art-0' })).toMatch(/"unit_kind":"article","was":"art-0"\}$/);
});

test('keys are in the order of their UTF-8 bytes, not of their UTF-16 units', () => {
  expect(['😀', '\uffee', 'a', 'Đ'].toSorted(compareKeys)).toEqual(['a', 'Đ', '\uffee', '😀']);
});

test('text without a UTF-8 form and numbers without an exact one are refused', () => {
  expect(() => encodeRow({ ...ROW, title: 'half \ud83d' })).toThrow(/lone surrogate/);
  for (const byte_end of [0.5, Number.NaN, 2 ** 53]) {
    expect(() => encodeRow({ ...ROW, byte_end })).toThrow(/safe integer/);
  }
});

test('a document_id is what the design allows', () => {
  for (const id of ['ICX-CONST', 'a', '9.b_c-D', 'x'.repeat(63)]) expect(isDocumentId(id)).toBe(true);
  for (const id of ['', '-a', '.a', 'a/b', 'a b', 'ä', 'x'.repeat(64), 'a\n'])
    expect(isDocumentId(id)).toBe(false);
});

describe('a plan that is not exactly what this program writes is refused', () => {
  const TEXT = '# Charter\n\n## Article 1. Name\n\nThe library.\n\n## Article 2. Fees\n\nNone.\n';
  const before = planDocument(
    Buffer.from(`${TEXT}\n## Article 3. Cats\n\nOne.\n\n## Article 4. Dogs\n\nNo.\n`),
  );
  const existing = standingAfter(before);
  const change = planChange(planDocument(Buffer.from(TEXT)), existing, { documentId: 'charter' });
  const lines = [...linesOf(change)];
  const [header = '', first = '', second = '', third = '', fourth = '', fifth = ''] = lines;
  const codeOf = (file: string): string => {
    try {
      readPlan(file);
      return 'read';
    } catch (error) {
      if (error instanceof PlanFault) return error.code;
      throw error;
    }
  };
  const changed = (line: string, change: Readonly<Record<string, unknown>>) =>
    canonicalJson({ ...JSON.parse(line), ...change });
  const inPlaceOf = (line: string, other: string) =>
    planFile(lines.map((candidate) => (candidate === line ? other : candidate)));

  test('and the one that is, is read', () => {
    expect(codeOf(planFile(lines))).toBe('read');
    expect(lines).toHaveLength(6);
    expect(JSON.parse(fifth)).toMatchObject({ action: 'retire', key: 'art-4' });
  });

  test.each([
    ['no file', ''],
    ['no header', planFile(lines.slice(1))],
    ['no line feed at the end', planFile(lines).slice(0, -1)],
    ['an empty line', `${planFile(lines)}\n`],
    ['a line that is no JSON', inPlaceOf(first, '{')],
    ['a line that is no object', inPlaceOf(first, 'null')],
    ['another format', inPlaceOf(header, changed(header, { format: 'countersign/plan/2' }))],
    ['a bad document_id', inPlaceOf(header, changed(header, { document_id: '../charter' }))],
    ['a bad profile', inPlaceOf(header, changed(header, { profile: 'EN' }))],
    ['an unknown granularity', inPlaceOf(header, changed(header, { granularity: 'word' }))],
    ['an accepted digest that is none', inPlaceOf(header, changed(header, { accepts_sha256: '' }))],
    ['a field of the header too many', inPlaceOf(header, changed(header, { note: '' }))],
    ['a field of a row too many', inPlaceOf(first, changed(first, { body: '' }))],
    ['a row without a title', inPlaceOf(first, changed(first, { title: '' }))],
    ['an unknown kind', inPlaceOf(first, changed(first, { unit_kind: 'verse' }))],
    ['an unknown action', inPlaceOf(first, changed(first, { action: 'delete' }))],
    ['half a byte', inPlaceOf(first, changed(first, { byte_end: 1.5 }))],
    ['an unknown place in a unit that retires', inPlaceOf(fifth, changed(fifth, { ordinal: 9 }))],
  ])('malformed: %s', (_why, file) => {
    expect(codeOf(file)).toBe('malformed');
  });

  test.each([
    ['a carriage return', planFile(lines.map((line) => `${line}\r`)).replace('\r', '')],
    ['white space', inPlaceOf(first, first.replace(':', ': '))],
    ['an escape that need not be', inPlaceOf(first, first.replace('Charter', '\\u0043harter'))],
    ['another order of keys', inPlaceOf(first, first.replace(/^\{("action":"keep"),(.*)\}$/, '{$2,$1}'))],
    ['a key twice', inPlaceOf(first, first.replace('{', '{"action":"keep",'))],
    ['a number written otherwise', inPlaceOf(first, first.replace('"byte_start":0', '"byte_start":0e1'))],
    ['an escaped header', inPlaceOf(header, header.replace('"charter"', '"\\u0063harter"'))],
    ['space in a unit that retires', inPlaceOf(fourth, `${fourth} `)],
  ])('not canonical: %s', (_why, file) => {
    expect(codeOf(file)).toBe('not_canonical');
  });

  test.each([
    ['two rows in each other’s place', planFile([header, second, first, third, fourth, fifth])],
    ['a row left out', planFile([header, first, third, fourth, fifth])],
    ['an ordinal left out', inPlaceOf(third, changed(third, { ordinal: 4 }))],
    ['a gap between the bytes', inPlaceOf(second, changed(second, { byte_start: 12 }))],
    ['a first row that does not begin at 0', planFile([header, changed(first, { byte_start: 1 })])],
    ['a row that ends before it begins', planFile([header, first, changed(second, { byte_end: 3 })])],
    ['a parent that is not there', inPlaceOf(first, changed(first, { parent: 'part-9' }))],
    ['a parent that comes later', inPlaceOf(second, changed(second, { parent: 'art-2' }))],
    ['a key twice', inPlaceOf(third, changed(third, { key: 'art-1' }))],
    ['a row behind the units that retire', planFile([header, first, second, fourth, third])],
    ['units that retire in another order', planFile([header, first, second, third, fifth, fourth])],
    ['a unit that retires twice', planFile([header, first, fourth, fourth])],
    ['a unit that retires and stays', planFile([header, first, changed(fourth, { key: 'document' })])],
    ['an earlier key that is the same', inPlaceOf(second, changed(second, { was: 'art-1' }))],
    ['a new unit with an earlier key', inPlaceOf(second, changed(second, { action: 'create', was: 'x' }))],
  ])('out of order: %s', (_why, file) => {
    expect(codeOf(file)).toBe('out_of_order');
  });
});

const DOCUMENTS = '../shared/documents';
const files = existsSync(DOCUMENTS)
  ? globSync(`${DOCUMENTS}/*.{md,txt}`).filter((f) => !f.endsWith('INDEX.md'))
  : [];

describe('real documents', onlyWhere(files.length > 0, 'shared documents absent'), () => {
  test.each(files)('%s is read as it was written, at every granularity', (file) => {
    const bytes = readFileSync(file);
    for (const granularity of GRANULARITIES) {
      const change = planChange(planDocument(bytes, { granularity }), [], { documentId: 'document' });
      const text = planFile(linesOf(change));
      const { rows } = readPlan(text);
      expect(rows).toHaveLength(change.rows.length);
      expect(planHead(text.trimEnd().split('\n'))).toBe(change.cutplan_sha256);
      for (const { byte_start, byte_end, body_sha256 } of rows)
        expect(sha256(bytes.subarray(byte_start, byte_end))).toBe(body_sha256);
    }
  });
});

function splitBytes(file: Buffer): Buffer[] {
  const leaves: Buffer[] = [];
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(0x0a, start);
    leaves.push(file.subarray(start, end));
    start = end + 1;
  }
  return leaves;
}
