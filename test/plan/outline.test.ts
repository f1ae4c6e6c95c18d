import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planDocument } from '../../src/document/plan.ts';
import { renderOutline } from '../../src/plan/outline.ts';

const CHARTER = readFileSync(join(import.meta.dirname, '../../sample/charter.md'));

test('the sample charter reads as its own table of contents', () => {
  expect(renderOutline(planDocument(CHARTER), { width: 80 })).toMatchInlineSnapshot(`
    "20 units from 3.5 kB, cut by article, profile en
    13 article, 4 part, 1 document, 1 preamble, 1 signature

    document   document     Charter of the Lantern Street Library              124 B
    preamble     preamble   Preamble                                           236 B
    part         part-1     Part I. The library                                 24 B
    article        art-1    Article 1. Name and seat                           237 B
    article        art-2    Article 2. Purpose                                 164 B
    article        art-3    Article 3. Definitions                             249 B
    part         part-2     Part II. Readers and books                          31 B
    article        art-4    Article 4. The card                                455 B
    article        art-5    Article 5. Lending                                 296 B
    article        art-6    Article 6. Repair                                  167 B
    article        art-7    Article 7. What is not lent                        140 B
    part         part-3     Part III. Assembly and board                        33 B
    article        art-8    Article 8. The assembly of readers                 313 B
    article        art-9    Article 9. The board                               297 B
    article        art-10   Article 10. Keepers                                135 B
    part         part-4     Part IV. Last things                                25 B
    article        art-11   Article 11. Amendment                              249 B
    article        art-12   Article 12. Dissolution                            141 B
    article        art-13   Article 13. Entry into force                       107 B
    signature    signature  Signed by the founding readers in the reading…      71 B
    "
  `);
});

test('a long plan is summarised by its upper levels', () => {
  expect(renderOutline(planDocument(CHARTER), { maxRows: 8, width: 80 })).toMatchInlineSnapshot(`
    "20 units from 3.5 kB, cut by article, profile en
    13 article, 4 part, 1 document, 1 preamble, 1 signature

    document   document     Charter of the Lantern Street Library              124 B
    preamble     preamble   Preamble                                           236 B
    part         part-1     Part I. The library (+ 3 units)                     24 B
    part         part-2     Part II. Readers and books (+ 4 units)              31 B
    part         part-3     Part III. Assembly and board (+ 3 units)            33 B
    part         part-4     Part IV. Last things (+ 3 units)                    25 B
    signature    signature  Signed by the founding readers in the reading…      71 B

    13 more units below these; the whole plan is in plan.jsonl.
    "
  `);
});

test('a plan with one level is summarised by its first units', () => {
  const text = Array.from({ length: 50 }, (_, n) => `## Article ${n}. Name\n\nText.\n\n`).join('');
  const outline = renderOutline(planDocument(Buffer.from(text)), { maxRows: 3 });
  expect(outline).toContain('art-2');
  expect(outline).not.toContain('art-3');
  expect(outline).toContain('47 more units');
});

test('no line is wider than it may be, whatever the titles', () => {
  const text = `# ${'Wide '.repeat(60)}\n\n## Article 1. ${'é'.repeat(300)}\n`;
  for (const line of renderOutline(planDocument(Buffer.from(text)), { width: 72 })
    .split('\n')
    .slice(3))
    expect([...line].length).toBeLessThanOrEqual(72);
});

test('colours are only there when they are asked for', () => {
  const plan = planDocument(CHARTER);
  expect(renderOutline(plan)).not.toContain('\u001b');
  expect(renderOutline(plan, { color: true })).toContain('\u001b[2m');
});
