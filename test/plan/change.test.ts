import { expect, test } from 'vitest';
import { type CutPlan, planDocument } from '../../src/document/plan.ts';
import { treeHead } from '../../src/merkle/tree-head.ts';
import {
  type ChangePlan,
  type ExistingUnit,
  isNothingToCut,
  linesOf,
  planChange,
} from '../../src/plan/change.ts';
import { renderOutline } from '../../src/plan/outline.ts';
import { planFile } from '../../src/plan/plan-lines.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { standingAfter } from '../../src/plan/standing.ts';

const BEFORE =
  '# Charter\n\n## Article 1. Name\n\nThe library.\n\n## Article 2. Fees\n\nThere are none.\n\n## Article 3. Cats\n\nOne.\n';

const plan = (text: string) => planDocument(Buffer.from(text), { profile: 'en' });

const planned = (cut: CutPlan, units: readonly ExistingUnit[]): ChangePlan =>
  planChange(cut, units, { documentId: 'charter' });

const existing = (text: string): ExistingUnit[] => standingAfter(plan(text));

const actions = (after: string) =>
  planned(plan(after), existing(BEFORE)).rows.map((row) => `${row.action} ${row.key}`);

test('a first cut creates every unit, and is signed by the head of its lines', () => {
  const change = planned(plan(BEFORE), []);
  expect(change.counts).toEqual({ create: 4, revise: 0, move: 0, renumber: 0, keep: 0, retire: 0 });
  const lines = [...linesOf(change)];
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe(
    `{"accepts_sha256":null,"document_id":"charter","format":"countersign/plan/1","granularity":"article","profile":"en","source_sha256":"${change.plan.document.sha256}"}`,
  );
  expect(change.cutplan_sha256).toBe(treeHead(lines));
});

test('an unchanged document leaves nothing to cut', () => {
  expect(isNothingToCut(planned(plan(BEFORE), existing(BEFORE)))).toBe(true);
});

test('a changed sentence revises its unit and no other', () => {
  expect(actions(BEFORE.replace('One.', 'Two.'))).toEqual([
    'keep document',
    'keep art-1',
    'keep art-2',
    'revise art-3',
  ]);
});

test('an article put in front creates one unit and keeps those that move down', () => {
  const after = BEFORE.replace('## Article 1.', '## Article 0. Greeting\n\nWelcome.\n\n## Article 1.');
  expect(actions(after)).toEqual(['keep document', 'create art-0', 'keep art-1', 'keep art-2', 'keep art-3']);
});

test('articles that change places are something to cut, though every text is kept', () => {
  const [title = '', one = '', two = '', three = ''] = plan(BEFORE).rows.map((row) => row.body);
  const change = planned(plan(title + two + one + three), existing(BEFORE));
  expect(change.counts).toEqual({ create: 0, revise: 0, move: 0, renumber: 0, keep: 4, retire: 0 });
  expect(isNothingToCut(change)).toBe(false);
});

test('a unit that is named otherwise is revised; one from before names were taken apart is kept as it is', () => {
  const standing = (name: { num: string | null; heading: string | null }) =>
    existing(BEFORE).map((unit) => (unit.key === 'art-2' ? { ...unit, ...name } : unit));
  const otherwise = planned(plan(BEFORE), standing({ num: 'Art. 2', heading: 'Fees' }));
  expect(otherwise.counts).toMatchObject({ keep: 3, revise: 1 });
  const unnamed = planned(plan(BEFORE), standing({ num: null, heading: null }));
  expect(unnamed.counts).toMatchObject({ keep: 4, revise: 0 });
  expect(unnamed.rows[2]).toMatchObject({ key: 'art-2', num: null, heading: null });
});

test('an article that is gone retires', () => {
  const after = plan(BEFORE.slice(0, BEFORE.indexOf('## Article 3')));
  expect(planned(after, existing(BEFORE)).retire.map((unit) => unit.key)).toEqual(['art-3']);
});

test('the signature covers what happens to the units that exist', () => {
  const after = plan(BEFORE.slice(0, BEFORE.indexOf('## Article 3')).replace('none', 'few'));
  const change = planned(after, existing(BEFORE));
  const { rows, retired } = readPlan(planFile(linesOf(change)));
  expect(rows.map(({ action, key }) => `${action} ${key}`)).toEqual([
    'keep document',
    'keep art-1',
    'revise art-2',
  ]);
  const going = existing(BEFORE).at(-1);
  expect(retired.map(({ key, body_sha256 }) => [key, body_sha256])).toEqual([['art-3', going?.sha256]]);
  const drafts = planned(after, existing(BEFORE).slice(0, -1));
  expect(drafts.cutplan_sha256).not.toBe(change.cutplan_sha256);
});

test('the signature covers the name of the document, how it is cut and what was accepted', () => {
  const cut = plan(BEFORE);
  const heads = [
    planned(cut, []),
    planChange(cut, [], { documentId: 'Charter' }),
    planChange(cut, [], { documentId: 'charter', acceptsSha256: cut.document.sha256 }),
    planned({ ...cut, profile: 'generic' }, []),
    planned({ ...cut, granularity: 'clause' }, []),
    planned(
      { ...cut, document: { ...cut.document, sha256: cut.rows[0]?.sha256 ?? cut.document.sha256 } },
      [],
    ),
  ].map(({ cutplan_sha256 }) => cutplan_sha256);
  expect(new Set(heads).size).toBe(heads.length);
});

test('the outline of a change shows what is created, revised and retired', () => {
  const after = BEFORE.replace('There are none.', 'A smile.').replace(
    '## Article 3. Cats',
    '## Article 4. Dogs',
  );
  const change = planned(plan(after), existing(BEFORE));
  expect(renderOutline(change, { width: 72 })).toMatchInlineSnapshot(`
    "4 units from 100 B, cut by article, profile en
    3 article, 1 document

      document  document  Charter                                       11 B
      article     art-1   Article 1. Name                               34 B
    ~ article     art-2   Article 2. Fees                               30 B
    + article     art-4   Article 4. Dogs                               25 B
    - article   art-3     Article 3. Cats

    + 1 to create   ~ 1 to revise   - 1 to retire   2 to keep
    "
  `);
});
