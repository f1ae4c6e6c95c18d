import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestIncreasing, movedUnits } from '../../../src/report/changes/moved.ts';
import type { Standing, UnitChange } from '../../../src/report/changes/unit-change.ts';

interface Placed {
  readonly key: string;
  readonly parent: string | null;
  readonly was?: string;
}

/** Units kept from one order to another; `was` names the earlier key where that is another. */
function kept(before: readonly Placed[], after: readonly Placed[]): UnitChange[] {
  const standing = (units: readonly Placed[], at: number): Standing | null => {
    const unit = units[at];
    if (!unit) return null;
    const rest = { title: 'T', unit_kind: 'article', section_type: 'normative' } as const;
    return { ...rest, key: unit.key, parent: unit.parent, ordinal: at + 1 };
  };
  return after.map((unit, at) => ({
    ...{ action: 'keep', oldText: undefined, newText: undefined, similarity: undefined },
    before: standing(
      before,
      before.findIndex(({ key }) => key === (unit.was ?? unit.key)),
    ),
    after: standing(after, at),
  }));
}

const under = (parent: string | null, ...keys: string[]): Placed[] => keys.map((key) => ({ key, parent }));
const moves = (changes: UnitChange[]) => [...movedUnits(changes).keys()].sort();

describe('the units that have left their place', () => {
  test('are none where one was put in between, or taken out', () => {
    expect(moves(kept(under(null, 'a', 'b', 'c'), under(null, 'a', 'new', 'b', 'c')))).toEqual([]);
    expect(moves(kept(under(null, 'a', 'b', 'c'), under(null, 'a', 'c')))).toEqual([]);
  });

  test('are the fewest that explain the new order, with what they stand behind', () => {
    const changes = kept(under(null, 'a', 'b', 'c', 'd'), under(null, 'd', 'a', 'b', 'c'));
    expect([...movedUnits(changes)]).toEqual([
      ['d', { from: { parent: null, behind: 'c' }, to: { parent: null, behind: null } }],
    ]);
  });

  test('are those under another unit, and not what goes along with its parent', () => {
    const before = [...under(null, 'x', 'y'), ...under('x', 'x/1', 'x/2'), ...under('y', 'y/1')];
    const turned = [...under(null, 'y', 'x'), ...under('x', 'x/1', 'x/2'), ...under('y', 'y/1')];
    expect(moves(kept(before, turned))).toHaveLength(1);
    expect(moves(kept(before, turned))[0]).toMatch(/^[xy]$/);
    const adopted = [
      ...under(null, 'x', 'y'),
      ...under('x', 'x/1'),
      ...under('y', 'y/1'),
      { key: 'y/2', parent: 'y', was: 'x/2' },
    ];
    expect(moves(kept(before, adopted))).toEqual(['y/2']);
  });

  test('are none where the parent only counts otherwise', () => {
    const before = [...under(null, 'x'), ...under('x', 'x/1', 'x/2')];
    const renumbered = [
      { key: 'z', parent: null, was: 'x' },
      { key: 'z/1', parent: 'z', was: 'x/1' },
      { key: 'z/2', parent: 'z', was: 'x/2' },
    ];
    expect(moves(kept(before, renumbered))).toEqual([]);
  });
});

describe('a longest increasing subsequence', () => {
  test('is increasing, and none is longer', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), (values) => {
        const places = [...longestIncreasing(values)].sort((a, b) => a - b);
        const found = places.map((at) => values[at] ?? 0);
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(places).toHaveLength(longestBySearch(values));
      }),
    );
  });

  test('of a hundred thousand is found at once', () => {
    const values = Array.from({ length: 100_000 }, (_, n) => (n * 7_919) % 100_003);
    expect(longestIncreasing(values).size).toBeGreaterThan(100);
  });
});

function longestBySearch(values: readonly number[]): number {
  const lengths: number[] = [];
  for (const [at, value] of values.entries()) {
    const before = lengths.filter((_, earlier) => (values[earlier] ?? 0) < value);
    lengths[at] = 1 + Math.max(0, ...before);
  }
  return Math.max(0, ...lengths);
}
