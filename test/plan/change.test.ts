import { expect, test } from 'vitest';
import { digestOf } from '../../src/digest/digest.ts';
import { type ExistingUnit, isNothingToCut, planChange } from '../../src/document/change.ts';
import { changeOutline } from '../../src/document/change-outline.ts';
import { renderOutline } from '../../src/document/outline.ts';
import { planDocument, planIdentity } from '../../src/document/plan.ts';

const BEFORE =
  '# Charter\n\n## Article 1. Name\n\nThe library.\n\n## Article 2. Fees\n\nThere are none.\n\n## Article 3. Cats\n\nOne.\n';

const plan = (text: string) => planDocument(Buffer.from(text), { profile: 'en' });

function existing(text: string, status: ExistingUnit['status'] = 'enacted'): ExistingUnit[] {
  return plan(text).rows.map(({ key, parent, ordinal, title, unit_kind, section_type, sha256 }) => {
    return { key, parent, ordinal, title, unit_kind, section_type, sha256, status };
  });
}

const actions = (after: string) =>
  planChange(plan(after), existing(BEFORE)).rows.map((row) => `${row.action} ${row.key}`);

test('a first cut creates every unit, and is signed by the digest that the plan alone has', () => {
  const change = planChange(plan(BEFORE), []);
  expect(change.counts).toEqual({ create: 4, revise: 0, keep: 0, retire: 0 });
  expect(change.cutplan_sha256).toBe(change.plan.cutplan_sha256);
});

test('an unchanged document leaves nothing to cut', () => {
  expect(isNothingToCut(planChange(plan(BEFORE), existing(BEFORE)))).toBe(true);
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
  const change = planChange(plan(title + two + one + three), existing(BEFORE));
  expect(change.counts).toEqual({ create: 0, revise: 0, keep: 4, retire: 0 });
  expect(isNothingToCut(change)).toBe(false);
});

test('an article that is gone retires, unless it has retired before', () => {
  const after = plan(BEFORE.slice(0, BEFORE.indexOf('## Article 3')));
  expect(planChange(after, existing(BEFORE)).retire.map((unit) => unit.key)).toEqual(['art-3']);
  const retired = existing(BEFORE).map((unit) =>
    unit.key === 'art-3' ? { ...unit, status: 'retired' as const } : unit,
  );
  expect(planChange(after, retired).retire).toEqual([]);
});

test('a retired unit that comes back is revised, for its key is taken', () => {
  const retired = existing(BEFORE).map((unit) =>
    unit.key === 'art-3' ? { ...unit, status: 'retired' as const } : unit,
  );
  expect(planChange(plan(BEFORE), retired).rows.at(-1)?.action).toBe('revise');
});

test('the signature covers what happens to the units that exist', () => {
  const after = plan(BEFORE.slice(0, BEFORE.indexOf('## Article 3')).replace('none', 'few'));
  const change = planChange(after, existing(BEFORE));
  const changes = { actions: { document: 'keep', 'art-1': 'keep', 'art-2': 'revise' }, retire: ['art-3'] };
  expect(change.cutplan_sha256).toBe(digestOf({ ...planIdentity(after), changes }));
  const drafts = planChange(after, existing(BEFORE).slice(0, -1));
  expect(drafts.cutplan_sha256).not.toBe(change.cutplan_sha256);
});

test('the outline of a change shows what is created, revised and retired', () => {
  const after = BEFORE.replace('There are none.', 'A smile.').replace(
    '## Article 3. Cats',
    '## Article 4. Dogs',
  );
  const change = planChange(plan(after), existing(BEFORE));
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
  const bodies = new Map(plan(BEFORE).rows.map((row) => [row.key, row.body]));
  expect(changeOutline(change, { oldBody: (key) => bodies.get(key) })).toMatchInlineSnapshot(`
    "~ art-2  Article 2. Fees
      - There are none.
      + A smile.
    + art-4  Article 4. Dogs
    - art-3  Article 3. Cats
    "
  `);
});

test('a change of nothing has an empty outline', () => {
  expect(changeOutline(planChange(plan(BEFORE), existing(BEFORE)))).toBe('');
});

test('a long diff is cut short and says so', () => {
  const text = (word: string) =>
    `# A\n\n## Article 1. B\n\n${Array.from({ length: 30 }, (_, n) => `${word} ${n}`).join('\n')}\n`;
  const change = planChange(plan(text('new')), existing(text('old')));
  const outline = changeOutline(change, { oldBody: () => plan(text('old')).rows[1]?.body, maxLines: 4 });
  expect(outline.split('\n')).toHaveLength(7);
  expect(outline).toContain('… 56 more lines');
});
