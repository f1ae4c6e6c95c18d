// Likeness of texts, for units that nothing else tells: Dice's coefficient over pairs of neighbouring words. An index of
// the pairs keeps it linear; pairs that many units share say nothing and are left out of the search.
import { type Comparable, familyOf } from './units.ts';

export interface Likeness {
  /** Indexes in the two lists. */
  readonly old: number;
  readonly now: number;
  /** 0 to 1. */
  readonly score: number;
}

export const LEAST_LIKENESS = 0.6;
const FEWEST_PAIRS = 4;
const MAX_SHARED = 40;

/** The best pairs first, each unit at most once. Units of one kind only, and only where both texts are known. */
export function likest(old: readonly Comparable[], now: readonly Comparable[]): Likeness[] {
  const earlier = old.map(wordPairs);
  const index = new Map<number, number[]>();
  for (const [place, pairs] of earlier.entries())
    for (const pair of pairs) {
      const holders = index.get(pair);
      if (holders) holders.push(place);
      else index.set(pair, [place]);
    }
  const found = now.flatMap((unit, place) => {
    const pairs = wordPairs(unit);
    return pairs.size < FEWEST_PAIRS ? [] : likenessesOf({ pairs, place, unit }, { old, earlier, index });
  });
  found.sort((a, b) => b.score - a.score || a.now - b.now || a.old - b.old);
  const [takenOld, takenNow] = [new Set<number>(), new Set<number>()];
  return found.filter((one) => {
    if (takenOld.has(one.old) || takenNow.has(one.now)) return false;
    takenOld.add(one.old);
    takenNow.add(one.now);
    return true;
  });
}

function likenessesOf(
  { pairs, place, unit }: { pairs: ReadonlySet<number>; place: number; unit: Comparable },
  {
    old,
    earlier,
    index,
  }: {
    old: readonly Comparable[];
    earlier: readonly ReadonlySet<number>[];
    index: ReadonlyMap<number, readonly number[]>;
  },
): Likeness[] {
  const candidates = new Set<number>();
  for (const pair of pairs) {
    const holders = index.get(pair) ?? [];
    if (holders.length <= MAX_SHARED) for (const holder of holders) candidates.add(holder);
  }
  const found: Likeness[] = [];
  for (const candidate of candidates) {
    const beside = old[candidate];
    if (!beside || familyOf(beside) !== familyOf(unit)) continue;
    const score = dice(pairs, earlier[candidate] ?? new Set());
    if (score >= LEAST_LIKENESS) found.push({ old: candidate, now: place, score });
  }
  return found;
}

function dice(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (b.size < FEWEST_PAIRS) return 0;
  let common = 0;
  for (const pair of a) if (b.has(pair)) common += 1;
  return (2 * common) / (a.size + b.size);
}

const WORD = /[\p{L}\p{N}]+/gu;

/** Hashes of 32 bits: two pairs that share one make a score a trifle higher, never a false identity by themselves. */
function wordPairs({ body }: Comparable): Set<number> {
  const pairs = new Set<number>();
  let before = '';
  for (const [word] of (body ?? '').toLowerCase().normalize('NFC').matchAll(WORD)) {
    if (before !== '') pairs.add(hashText(`${before} ${word}`));
    before = word;
  }
  return pairs;
}

/** FNV-1a over UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
