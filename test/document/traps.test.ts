// Every trap that real documents hold, as a small document of our own beside the units it must be cut into.
// A new trap is two new files: `name.md` (or .txt) and `name.units`, whose first line is the profile and the granularity.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Granularity, planDocument } from '../../src/document/plan.ts';

const DATA = join(import.meta.dirname, 'data');
const GRANULARITIES: readonly Granularity[] = ['article', 'clause', 'point'];

describe.each(readdirSync(DATA).filter((name) => !name.endsWith('.units')))('%s', (name) => {
  const bytes = readFileSync(join(DATA, name));
  const expected = readFileSync(join(DATA, name.replace(/\.\w+$/, '.units')), 'utf8');
  const [head = '', ...units] = expected.trim().split('\n');
  const [profile, granularity] = head.split(' ') as [string, Granularity];

  test('is cut into the units that a reader sees', () => {
    const plan = planDocument(bytes, { granularity });
    expect(plan.profile).toBe(profile);
    expect(plan.rows.map((row) => `${row.unit_kind} ${row.key}`)).toEqual(units);
  });

  test.each(GRANULARITIES)('loses no byte when it is cut by %s', (depth) => {
    const { rows } = planDocument(bytes, { granularity: depth });
    expect(Buffer.from(rows.map((row) => row.body).join(''))).toEqual(bytes);
  });
});
