// Which unit contains which: one pass with a stack of the units that are still open.
// Labels decide by their rank; heading levels decide where the language fixes no order; nothing is inferred from gaps.
import type { Enumerator } from './enumerator.ts';
import type { Opening } from './opening.ts';
import type { Profile } from './profile.ts';
import type { Granularity, UnitKind } from './unit.ts';

/** An opening in its place: `parent` is the index of the unit that contains it, or -1. */
export interface Nested {
  readonly opening: Opening;
  readonly kind: UnitKind;
  readonly parent: number;
}

interface Open {
  readonly index: number;
  readonly opening: Opening;
  readonly kind: UnitKind;
  readonly rank: number | undefined;
  readonly definitions: boolean;
}

const LEAVES: ReadonlySet<UnitKind> = new Set(['front_matter', 'toc', 'signature', 'recital']);

export function nest(
  openings: readonly Opening[],
  options: { profile: Profile; granularity: Granularity },
): Nested[] {
  const { profile, granularity } = options;
  const nested: Nested[] = [];
  const stack: Open[] = [];
  for (const found of openings) {
    const opening = found.by.type === 'enumerator' ? chooseReading(found, found.by.readings, stack) : found;
    const rank = rankOf(opening);
    while (stack.length > 0 && !contains(stack.at(-1), opening, { rank, profile })) stack.pop();
    const parent = stack.at(-1);
    const kind = kindWithin(parent, opening);
    if (!isCut(kind, granularity)) continue;
    const index = nested.length;
    nested.push({ opening, kind, parent: parent?.index ?? -1 });
    const definitions = profile.definitions?.test(titleOf(opening)) ?? false;
    stack.push({ index, opening, kind, rank, definitions });
  }
  return nested;
}

function isCut(kind: UnitKind, granularity: Granularity): boolean {
  if (kind === 'point') return granularity === 'point';
  if (kind === 'clause' || kind === 'definition') return granularity !== 'article';
  return true;
}

function rankOf(opening: Opening): number | undefined {
  const { by } = opening;
  if (by.type === 'label') return by.label.rule.rank;
  return by.type === 'enumerator' ? by.readings[0]?.rule.rank : undefined;
}

function titleOf(opening: Opening): string {
  return opening.by.type === 'label' ? opening.by.label.title || opening.title : opening.title;
}

function kindWithin(parent: Open | undefined, opening: Opening): UnitKind {
  const { kind, by } = opening;
  if (by.type === 'enumerator') {
    if (parent?.kind === 'preamble') return 'recital';
    if (parent?.kind === 'signature') return 'generic';
    if (kind === 'clause' && parent?.definitions) return 'definition';
    return parent?.kind === 'clause' || parent?.kind === 'definition' || parent?.kind === 'point'
      ? 'point'
      : kind;
  }
  const wordless = by.type === 'heading' || (by.type === 'label' && by.label.rule.headingOnly === true);
  const within = parent?.kind === 'section' || parent?.kind === 'subsection' || parent?.kind === 'article';
  return kind === 'section' && wordless && within ? 'subsection' : kind;
}

function contains(
  outer: Open | undefined,
  inner: Opening,
  options: { rank: number | undefined; profile: Profile },
): boolean {
  if (outer === undefined) return true;
  if (outer.kind === 'document') return inner.kind !== 'document';
  if (LEAVES.has(outer.kind)) return false;
  if (inner.by.type === 'enumerator') return containsEnumerator(outer, inner);
  if (outer.opening.by.type === 'enumerator' || inner.kind === 'annex') return false;
  const bothHeadings = outer.opening.level > 0 && inner.level > 0;
  if (outer.kind === 'preamble')
    return bothHeadings && inner.by.type === 'heading' && outer.opening.level < inner.level;
  if (outer.kind === 'annex')
    return !bothHeadings || inner.by.type === 'label' || outer.opening.level < inner.level;
  return containsByOrder(outer, inner, { ...options, bothHeadings });
}

function containsByOrder(
  outer: Open,
  inner: Opening,
  options: { rank: number | undefined; profile: Profile; bothHeadings: boolean },
): boolean {
  const { rank, profile, bothHeadings } = options;
  const ranked = outer.rank !== undefined && rank !== undefined;
  if (ranked && (profile.strictOrder || !bothHeadings)) return (outer.rank ?? 0) < (rank ?? 0);
  if (bothHeadings) {
    if (outer.opening.level !== inner.level) return outer.opening.level < inner.level;
    return ranked && (outer.rank ?? 0) < (rank ?? 0);
  }
  return outer.opening.level > 0 && inner.by.type === 'label';
}

function containsEnumerator(outer: Open, inner: Opening): boolean {
  if (outer.kind === 'generic') return false;
  if (outer.opening.by.type !== 'enumerator' || inner.by.type !== 'enumerator') return true;
  const [mine, its] = [outer.opening.by.readings[0]?.rule, inner.by.readings[0]?.rule];
  if (mine?.form === its?.form) return outer.opening.depth < inner.depth;
  return (mine?.rank ?? 0) < (its?.rank ?? 0);
}

/** `(i)` after `(h)` is a letter; after `(a)` or nothing it counts Roman. Only the neighbours tell, as for a reader. */
function chooseReading(opening: Opening, readings: readonly Enumerator[], stack: readonly Open[]): Opening {
  if (readings.length < 2) return opening;
  const roman = readings.find((reading) => reading.rule.form === '(i)');
  const letter = readings.find((reading) => reading.rule.form === '(a)');
  if (!roman || !letter) return opening;
  const last = (form: string) =>
    stack.findLast(({ opening: { by } }) => by.type === 'enumerator' && by.readings[0]?.rule.form === form)
      ?.opening.by;
  const before = last('(a)');
  const letterBefore = before?.type === 'enumerator' ? before.readings[0]?.number : undefined;
  const isNextLetter =
    letterBefore !== undefined && letterBefore.charCodeAt(0) + 1 === letter.number.charCodeAt(0);
  const chosen = last('(i)') || (letter.number === 'i' && !isNextLetter) ? roman : letter;
  return { ...opening, kind: chosen.rule.kind, by: { type: 'enumerator', readings: [chosen] } };
}
