// What a change does to the units that exist, against what a reader says that it does.
import { describe, expect, test } from 'vitest';
import { type CutPlan, planDocument } from '../../src/document/plan.ts';
import { type ChangePlan, isNothingToCut, planChange } from '../../src/plan/change.ts';
import { standingAfter, textsOf } from '../../src/plan/standing.ts';
import { onlyWhere } from '../support/skip.ts';
import type { Amendment } from './amendments/amendment.ts';
import { AMENDMENTS } from './amendments/amendments.ts';
import { hasRealDocuments, real } from './amendments/real.ts';

type Row = ChangePlan['rows'][number] & {
  /** The key that the unit had, where it has another now. */
  readonly was?: string | null;
};

function changeOf({ before, after, granularity }: Amendment) {
  const old = planDocument(before, { granularity });
  const plan = planDocument(after, { granularity });
  const change = planChange(plan, standingAfter(old), { documentId: 'amended', texts: textsOf(old) });
  return { old, plan, change };
}

const formerKey = (row: Row) => (row.action === 'create' ? undefined : (row.was ?? row.key));

function told({ rows, retire }: ChangePlan): string[] {
  const changed = (rows as readonly Row[]).filter(({ action }) => action !== 'keep');
  return [
    ...changed.map((row) => {
      const was = formerKey(row);
      return was === undefined || was === row.key
        ? `${row.action} ${row.key}`
        : `${row.action} ${was} -> ${row.key}`;
    }),
    ...retire.map(({ key }) => `retire ${key}`),
  ].sort();
}

test('there are enough amendments, and no two have the same name', () => {
  expect(AMENDMENTS.length).toBeGreaterThanOrEqual(30);
  expect(new Set(AMENDMENTS.map(({ name }) => name)).size).toBe(AMENDMENTS.length);
});

test('real documents are amended, too', onlyWhere(hasRealDocuments, 'shared documents absent'), () => {
  expect(real.length).toBeGreaterThanOrEqual(10);
});

describe.each(AMENDMENTS.map((amendment) => [amendment.name, amendment] as const))('%s', (_, amendment) => {
  const { old, plan, change } = changeOf(amendment);
  const rows: readonly Row[] = change.rows;

  test('is told as a reader tells it', () => {
    expect(told(change)).toEqual([...amendment.expected].sort());
  });

  test('gives no new identity to a unit whose label and text are the same', () => {
    const [past, present] = [uniqueBodies(old), uniqueBodies(plan)];
    const strangers = rows.filter((row) => {
      const former = past.get(row.body);
      return former !== undefined && present.has(row.body) && formerKey(row) !== former;
    });
    expect(strangers.map(({ key }) => key)).toEqual([]);
  });

  test('hides no change', () => {
    const bodies = new Map(old.rows.map(({ key, body }) => [key, body]));
    const altered = rows.filter((row) => row.action === 'keep' && bodies.get(row.key) !== row.body);
    expect(altered.map(({ key }) => key)).toEqual([]);
  });

  test('accounts for every unit that there was, once', () => {
    const after = [...rows.flatMap((row) => formerKey(row) ?? []), ...change.retire.map(({ key }) => key)];
    expect(after.toSorted()).toEqual(old.rows.map(({ key }) => key).toSorted());
  });

  test('says so when units stand in another order', () => {
    const places = new Map(old.rows.map(({ key, ordinal }) => [key, ordinal]));
    const order = rows.flatMap((row) => places.get(formerKey(row) ?? '') ?? []);
    const reordered = order.some((place, index) => place < (order[index - 1] ?? 0));
    if (reordered) expect(change.inPlace).toBe(false);
    expect(isNothingToCut(change)).toBe(amendment.expected.length === 0 && !reordered);
  });
});

/** The key of each text that only one unit has. */
function uniqueBodies({ rows }: CutPlan): Map<string, string> {
  const keys = new Map<string, string[]>();
  for (const { key, body } of rows) keys.set(body, [...(keys.get(body) ?? []), key]);
  return new Map(
    [...keys].flatMap(([body, [only = '', ...more]]) => (more.length === 0 ? [[body, only]] : [])),
  );
}
