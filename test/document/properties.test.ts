import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { DocumentFault } from '../../src/document/fault.ts';
import { type CutPlan, type Granularity, planDocument } from '../../src/document/plan.ts';
import { PROFILE_NAMES } from '../../src/document/profile.ts';
import { markdown } from './markdown.ts';

const options = fc.record({
  profile: fc.constantFrom(...PROFILE_NAMES),
  granularity: fc.constantFrom<Granularity>('article', 'clause', 'point'),
});

function holds(check: (plan: CutPlan, bytes: Buffer) => void): void {
  fc.assert(
    fc.property(markdown, options, (text, choice) => {
      const bytes = Buffer.from(text);
      let plan: CutPlan;
      try {
        plan = planDocument(bytes, choice);
      } catch (error) {
        // Nothing else may go wrong with a text: a generated one is either empty or cut.
        expect(error).toBeInstanceOf(DocumentFault);
        expect((error as DocumentFault).code).toBe('empty');
        return;
      }
      check(plan, bytes);
    }),
    { numRuns: 1_500 },
  );
}

test('the rows of any document partition its bytes', () => {
  holds(({ rows }, bytes) => {
    let end = 0;
    for (const row of rows) {
      expect(row.byte_start).toBe(end);
      expect(row.byte_end).toBeGreaterThan(row.byte_start);
      expect(row.byte_start === 0 || bytes[row.byte_start - 1] === 0x0a).toBe(true);
      end = row.byte_end;
    }
    expect(end).toBe(bytes.length);
    expect(Buffer.from(rows.map((row) => row.body).join('')).equals(bytes)).toBe(true);
  });
});

test('every row of any document is complete, and its digest is that of its own bytes', () => {
  holds(({ rows, document }, bytes) => {
    expect(document).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
    for (const [index, row] of rows.entries()) {
      expect(row.ordinal).toBe(index + 1);
      for (const field of [row.title, row.body, row.unit_kind, row.section_type]) expect(field).not.toBe('');
      expect(row.sha256).toBe(sha256(bytes.subarray(row.byte_start, row.byte_end)));
    }
  });
});

test('the keys of any document are unique, and a parent stands before its children', () => {
  holds(({ rows }) => {
    const seen = new Set<string>();
    for (const { key, parent } of rows) {
      expect(seen.has(key)).toBe(false);
      if (parent !== null) expect(seen.has(parent)).toBe(true);
      seen.add(key);
    }
  });
});

test('the same bytes give the same plan', () => {
  holds((plan, bytes) => {
    expect(planDocument(bytes, plan)).toEqual(plan);
  });
});

test('titles carry no control, bidirectional or line-ending characters', () => {
  holds(({ rows }) => {
    for (const { title } of rows) expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
