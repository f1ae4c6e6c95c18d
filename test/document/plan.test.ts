import { expect, test } from 'vitest';
import { DocumentFault } from '../../src/document/fault.ts';
import { planDocument } from '../../src/document/plan.ts';
import { isNothingToCut, planChange } from '../../src/plan/change.ts';
import { standingAfter } from '../../src/plan/standing.ts';

const plan = (text: string) => planDocument(Buffer.from(text));

test('the bodies of the rows are the source, byte for byte', () => {
  const source =
    '---\ntitle: x\n---\n\n# Charter\r\n\r\nWe.\n\n## Article 1. Name\n\nThe library.\n\n## Article 2. Seat';
  const { rows } = plan(source);
  expect(rows.map((row) => row.body).join('')).toBe(source);
  expect(rows.map((row) => row.key)).toEqual(['front-matter', 'document', 'art-1', 'art-2']);
});

test('an empty document is refused', () => {
  expect(() => plan(' \n\n')).toThrow(DocumentFault);
});

test('a document that is already in the database unit for unit leaves nothing to cut', () => {
  const cut = plan('# Charter\n\n## Article 1. Name\n\nThe library.\n');
  const change = planChange(cut, standingAfter(cut), { documentId: 'charter' });
  expect(isNothingToCut(change)).toBe(true);
});
