// Which unit contains which: one pass with a stack of the units that are still open.
// Labels decide by their rank; heading levels decide where the language fixes no order; nothing is inferred from gaps.
import { chooseReading } from './enumerator.ts';
import type { LabelRule, Profile } from './profile.ts';
import { DEPTHS, type Granularity, type UnitKind } from './unit.ts';
import type { UnitStart } from './unit-start.ts';

/** An opening in its place: `parent` is the index of the unit that contains it, or -1. */
export interface Nested {
  readonly opening: UnitStart;
  readonly kind: UnitKind;
  readonly parent: number;
}

interface Open extends Nested {
  readonly index: number;
  readonly rank: number | undefined;
  /** Its clauses are definitions. */
  readonly definitions: boolean;
}

type Ranks = (opening: UnitStart) => number | undefined;

export function nest(
  openings: readonly UnitStart[],
  options: { profile: Profile; granularity: Granularity },
): Nested[] {
  const { profile, granularity } = options;
  const ranks = rankBy(openings, profile);
  const nested: Nested[] = [];
  const stack: Open[] = [];
  for (const found of openings) {
    if (isSwallowed(stack.at(-1), found) || closesNothing(stack, found)) continue;
    const opening = chooseReading(found, stack);
    const rank = ranks(opening);
    while (stack.length > 0 && !contains(stack.at(-1), { opening, rank }, profile)) stack.pop();
    const outer = stack.at(-1);
    const kind = kindWithin(outer, opening);
    if (!isCut(kind, granularity)) continue;
    const definitions = profile.definitions?.test(titleOf(opening)) ?? false;
    const place = { opening, kind, parent: outer?.index ?? -1 };
    stack.push({ ...place, index: nested.length, rank, definitions });
    nested.push(place);
  }
  return nested;
}

/** Tables of contents, signatures and notes have numbers and names of their own, which are no units. */
function isSwallowed(outer: Open | undefined, inner: UnitStart): boolean {
  if (outer?.kind === 'signature' && inner.kind === 'signature') return true;
  return (outer?.kind === 'toc' || outer?.kind === 'generic') && inner.by.type === 'enumerator';
}

/** Closing words of a list whose points are not cut stay with the text before them. */
function closesNothing(stack: readonly Open[], { by }: UnitStart): boolean {
  if (by.type !== 'wrap_up') return false;
  const last = stack.findLast((open) => open.kind !== 'wrap_up');
  return last?.opening.by.type !== 'enumerator' || last.opening.line < by.closes;
}

function isCut(kind: UnitKind, granularity: Granularity): boolean {
  if (kind === 'point') return DEPTHS[granularity].points;
  if (kind === 'clause' || kind === 'definition') return DEPTHS[granularity].clauses;
  return true;
}

/** The profile's ranks, but for sections that stand directly under articles, as in the Constitution of the United States. */
function rankBy(openings: readonly UnitStart[], profile: Profile): Ranks {
  const ranks = new Map<LabelRule, number>();
  if (!profile.strictOrder && sectionsStandInArticles(openings))
    for (const rule of profile.labels) if (rule.kind === 'section') ranks.set(rule, INSIDE_ARTICLE);
  return ({ by }) => {
    if (by.type === 'label') return ranks.get(by.label.rule) ?? by.label.rule.rank;
    return by.type === 'enumerator' ? by.readings[0]?.rule.rank : undefined;
  };
}

const INSIDE_ARTICLE = 65;

function sectionsStandInArticles(openings: readonly UnitStart[]): boolean {
  let balance = 0;
  for (const [index, { kind, line, level }] of openings.entries()) {
    const above = openings[index - 1];
    if (!above || level > 0 || above.level > 0 || line > above.headEnd + 1 || isSentence(above)) continue;
    if (above.kind === 'article' && kind === 'section') balance += 1;
    if (above.kind === 'section' && kind === 'article') balance -= 1;
  }
  return balance > 0;
}

function isSentence({ title }: UnitStart): boolean {
  return /[.;:]$/.test(title);
}

function titleOf({ by, title }: UnitStart): string {
  return by.type === 'label' ? by.label.title || title : title;
}

function kindWithin(outer: Open | undefined, { kind, by }: UnitStart): UnitKind {
  if (by.type === 'enumerator') {
    if (outer?.kind === 'signature') return 'generic';
    if (outer?.kind === 'preamble') return 'recital';
    if (kind === 'clause' && outer?.definitions) return 'definition';
    return outer?.opening.by.type === 'enumerator' ? 'point' : kind;
  }
  const wordless = by.type === 'heading' || (by.type === 'label' && by.label.rule.headingOnly === true);
  const within = outer?.kind === 'section' || outer?.kind === 'subsection' || outer?.kind === 'article';
  return kind === 'section' && wordless && within ? 'subsection' : kind;
}

interface Inner {
  readonly opening: UnitStart;
  readonly rank: number | undefined;
}

function contains(outer: Open | undefined, inner: Inner, profile: Profile): boolean {
  if (outer === undefined) return true;
  const { kind, by, level } = inner.opening;
  if (outer.kind === 'document') return kind !== 'document';
  if (outer.kind === 'front_matter' || outer.kind === 'toc' || outer.kind === 'wrap_up') return false;
  if (by.type === 'wrap_up') return outer.opening.line < by.closes;
  if (outer.kind === 'signature') return by.type === 'enumerator';
  if (by.type === 'enumerator') return containsEnumerator(outer, inner.opening);
  if (outer.opening.by.type === 'enumerator' || by.type === 'frame' || kind === 'annex') return false;
  if (isEqual(outer.opening, inner.opening)) return false;
  const headings = outer.opening.level > 0 && level > 0;
  const deeper = headings && outer.opening.level < level;
  if (outer.kind === 'preamble') return deeper && by.type !== 'label';
  if (kind === 'generic' && level === 0) return false;
  if (outer.kind === 'annex') return !headings || deeper || by.type === 'label';
  const ranked = outer.rank !== undefined && inner.rank !== undefined;
  const outranks = ranked && (outer.rank ?? 0) < (inner.rank ?? 0);
  if (ranked && (profile.strictOrder || !headings)) return outranks;
  if (headings) return deeper || (outranks && outer.opening.level === level);
  return outer.opening.level > 0 && by.type === 'label';
}

/** No article holds an article, whatever the levels of their headings; a number without a word may hold another. */
function isEqual(outer: UnitStart, inner: UnitStart): boolean {
  if (outer.by.type !== 'label' || inner.by.type !== 'label') return false;
  const { rule } = inner.by.label;
  return outer.by.label.rule === rule && rule.words.some((word) => word !== '');
}

/** Lists nest by where their numbers stand; side by side, forms nest by their rank: `1.` holds `a)`. */
function containsEnumerator({ opening: { by: outer } }: Open, { by: inner }: UnitStart): boolean {
  if (outer.type !== 'enumerator' || inner.type !== 'enumerator') return true;
  const [its, own] = [outer.readings[0], inner.readings[0]];
  if (inner.column > outer.column + (its?.written.length ?? 0)) return true;
  if (inner.column + NARROWEST <= outer.column || its?.rule.form === own?.rule.form) return false;
  return (its?.rule.rank ?? 0) < (own?.rule.rank ?? 0);
}

/** The narrowest number, `1.` or `a)`, and the blank behind it. */
const NARROWEST = 3;
