// Which unit of the database a row of a new cut is (design section 3, "Identity is not address"): passes from what is
// certain to what is likely, each over what the passes before it left. Linear in the two cuts.
import { likest } from './similar.ts';
import {
  type Comparable,
  containersOf,
  familyOf,
  isTelling,
  ownSegment,
  runningLabel,
  runningWords,
  textBesideNumber,
} from './units.ts';

export type MatchedBy = 'same' | 'text' | 'label' | 'key' | 'similarity';

export interface Match {
  /** Index among the units. */
  readonly unit: number;
  readonly by: MatchedBy;
  /** Of a match by similarity: 0.6 to 1. */
  readonly score?: number;
}

/** For each row its unit, or undefined for one that is new. No unit is matched twice. */
export function matchUnits(
  rows: readonly Comparable[],
  units: readonly Comparable[],
): readonly (Match | undefined)[] {
  const found: (Match | undefined)[] = new Array(rows.length).fill(undefined);
  const taken = new Uint8Array(units.length);
  const within = { rows: containersOf(rows), units: containersOf(units) };
  const left = () => ({
    rows: indexes(rows.length).filter((row) => found[row] === undefined),
    units: indexes(units.length).filter((unit) => taken[unit] === 0),
  });
  const claim = (row: number, match: Match) => {
    found[row] = match;
    taken[match.unit] = 1;
  };
  const pass = (by: MatchedBy, nameOf: NameOf, inOrder = false) => {
    const open = left();
    if (open.rows.length === 0 || open.units.length === 0) return;
    const now = groupBy(open.rows, (row) => named(rows[row], { nameOf, containers: within.rows }));
    const old = groupBy(open.units, (unit) => named(units[unit], { nameOf, containers: within.units }));
    for (const [name, ours] of now) {
      const theirs = old.get(name) ?? [];
      if (theirs.length !== ours.length || (ours.length > 1 && !inOrder)) continue;
      for (const [place, row] of ours.entries()) claim(row, { unit: theirs[place] as number, by });
    }
  };

  pass('same', ({ key, sha256 }) => `${sha256} ${key}`);
  // Texts that occur once on either side, then twins by their own label, in order.
  pass('text', (one, contains) =>
    one.body === undefined || isTelling(one.body, contains) ? `${familyOf(one)} ${one.sha256}` : undefined,
  );
  pass('text', tellingText);
  pass('text', ({ key, sha256 }) => `${sha256} ${ownSegment(key)}`, true);
  const words = runningWords(rows, units);
  pass('label', (one) => runningLabel(one, words));
  pass('key', ({ key }) => key);

  const open = left();
  const [now, old] = [open.rows.map((row) => rows[row]), open.units.map((unit) => units[unit])];
  for (const { old: unit, now: row, score } of likest(old as Comparable[], now as Comparable[]))
    claim(open.rows[row] as number, { unit: open.units[unit] as number, by: 'similarity', score });
  return found;
}

/** Keys of units that more than their digest is needed for: none, where every row is what it was. */
export function unsettledUnits(
  rows: readonly Pick<Comparable, 'key' | 'sha256'>[],
  units: readonly Pick<Comparable, 'key' | 'sha256'>[],
): string[] {
  const standing = new Map(rows.map(({ key, sha256 }) => [key, sha256]));
  return units.filter(({ key, sha256 }) => standing.get(key) !== sha256).map(({ key }) => key);
}

/** What a pass knows a unit by; undefined where the pass says nothing of it. */
type NameOf = (one: Comparable, contains: boolean) => string | undefined;

function tellingText(one: Comparable, contains: boolean): string | undefined {
  if (one.body === undefined) return undefined;
  const text = textBesideNumber(one.body, one.num);
  return isTelling(text, contains) ? `${familyOf(one)} ${text}` : undefined;
}

function named(
  one: Comparable | undefined,
  { nameOf, containers }: { nameOf: NameOf; containers: ReadonlySet<string> },
): string | undefined {
  return one && nameOf(one, containers.has(one.key));
}

function groupBy(
  places: readonly number[],
  nameOf: (place: number) => string | undefined,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const name = nameOf(place);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(place);
    else groups.set(name, [place]);
  }
  return groups;
}

function indexes(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
