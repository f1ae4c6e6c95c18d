// Which units have left their place: those that stand under another unit than before, and of the others, among the
// children of one unit, the fewest whose moving explains the new order. What goes along with its parent has not moved.
import type { UnitChange } from './unit-change.ts';

/** By the new key; `from` and `to` name what it stood behind and stands behind now, null at the front. */
export interface Move {
  readonly from: { readonly parent: string | null; readonly behind: string | null };
  readonly to: { readonly parent: string | null; readonly behind: string | null };
}

export function movedUnits(changes: readonly UnitChange[]): ReadonlyMap<string, Move> {
  const oldKeys = new Map<string | null, string | null>([[null, null]]);
  for (const { before, after } of changes) if (before && after) oldKeys.set(after.key, before.key);
  const behindOld = predecessors(changes.flatMap(({ before }) => before ?? []));
  const behindNew = predecessors(changes.flatMap(({ after }) => after ?? []));
  const moved = new Map<string, Move>();
  const staying = new Map<string | null, { key: string; ordinal: number }[]>();
  const record = (key: string, { before, after }: Pick<UnitChange, 'before' | 'after'>): void => {
    if (!before || !after) return;
    moved.set(key, {
      from: { parent: before.parent, behind: behindOld.get(before.key) ?? null },
      to: { parent: after.parent, behind: behindNew.get(key) ?? null },
    });
  };
  const byKey = new Map(changes.flatMap((change) => (change.after ? [[change.after.key, change]] : [])));
  for (const change of changes) {
    const { before, after } = change;
    if (!before || !after) continue;
    if (oldKeys.get(after.parent) !== before.parent) record(after.key, change);
    else {
      const siblings = staying.get(after.parent) ?? [];
      siblings.push({ key: after.key, ordinal: before.ordinal });
      staying.set(after.parent, siblings);
    }
  }
  for (const siblings of staying.values()) {
    const kept = longestIncreasing(siblings.map(({ ordinal }) => ordinal));
    for (const [at, { key }] of siblings.entries()) {
      const change = byKey.get(key);
      if (!kept.has(at) && change) record(key, change);
    }
  }
  return moved;
}

/** What each unit stands behind, among the children of the same parent. */
function predecessors(
  units: readonly { key: string; parent: string | null; ordinal: number }[],
): ReadonlyMap<string, string | null> {
  const last = new Map<string | null, string>();
  const behind = new Map<string, string | null>();
  for (const { key, parent } of units.toSorted((a, b) => a.ordinal - b.ordinal)) {
    behind.set(key, last.get(parent) ?? null);
    last.set(parent, key);
  }
  return behind;
}

/** The places of one longest increasing subsequence, in n log n. */
export function longestIncreasing(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, value] of values.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = at;
  }
  const places = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) places.add(at);
  return places;
}
