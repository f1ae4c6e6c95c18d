// Tables of contents repeat the labels of a document: what they list must not be cut a second time.
import type { UnitStart } from './unit-start.ts';

/** The openings without those that a table of contents lists. One pass; a list that lists nothing swallows nothing. */
export function withoutListed(openings: UnitStart[]): UnitStart[] {
  if (!openings.some(({ kind }) => kind === 'toc')) return openings;
  const again = nextOccurrences(openings);
  const kept: UnitStart[] = [];
  let index = 0;
  for (const [at, opening] of openings.entries()) {
    if (at < index) continue;
    kept.push(opening);
    // A list of links ends with its links: what comes after it is the text that they lead to.
    const lists = opening.kind === 'toc' && opening.by.type !== 'heading';
    index = lists ? endOfList(openings, { at, again }) : at + 1;
  }
  return kept;
}

/** Where the listed labels end: at a heading as high as the list's own, or where the first of them comes again. */
function endOfList(
  openings: readonly UnitStart[],
  { at, again }: { at: number; again: readonly Occurrence[] },
): number {
  const level = openings[at]?.level ?? 0;
  let end = at + 1;
  let [first, firstTitle]: (number | undefined)[] = [];
  for (; end < openings.length; end += 1) {
    const opening = openings[end];
    if (!opening || opening.kind === 'toc') break;
    if (opening.level > 0 && (level === 0 || opening.level <= level)) break;
    if (opening.by.type === 'label') first ??= end;
    if (opening.by.type === 'title') firstTitle ??= end;
  }
  first ??= firstTitle;
  if (first === undefined) return end;
  const { next, isFirst } = again[first] ?? {};
  if (next !== undefined) return Math.min(next, end);
  // Never listed before nor used after: the list was not of labels, and here the text begins.
  return isFirst ? first : end;
}

interface Occurrence {
  /** Index of the next opening with the same label. */
  readonly next?: number;
  readonly isFirst: boolean;
}

function nextOccurrences(openings: readonly UnitStart[]): Occurrence[] {
  const counts = new Map<string, number>();
  for (const opening of openings) counts.set(labelOf(opening), (counts.get(labelOf(opening)) ?? 0) + 1);
  const later = new Map<string, { index: number; seen: number }>();
  const occurrences: Occurrence[] = [];
  for (const [fromEnd, opening] of openings.toReversed().entries()) {
    const index = openings.length - 1 - fromEnd;
    const label = labelOf(opening);
    const after = later.get(label);
    const seen = (after?.seen ?? 0) + 1;
    occurrences[index] = { ...(after ? { next: after.index } : {}), isFirst: seen === counts.get(label) };
    later.set(label, { index, seen });
  }
  return occurrences;
}

function labelOf({ by, title }: UnitStart): string {
  if (by.type === 'title') return title.toLowerCase();
  return by.type === 'label' ? `${by.label.rule.key} ${by.label.numbers.join(' ')}` : '';
}
