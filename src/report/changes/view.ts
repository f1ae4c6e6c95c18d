// The signing view as data: what a change does to the units of a document, the words first, in lines that can be shown as
// they are. It is derived from the plan and the two texts alone, so that everybody who has them sees the same.

import { z } from 'zod';
import { markedAs } from '../../digest/format.ts';
import { UNIT_KINDS } from '../../document/unit.ts';
import { CHANGE_CLASSES, type ChangeClass, classify } from './classes.ts';
import { factsOf } from './facts.ts';
import { linesOfDiff, linesOfText } from './lines.ts';
import { type Move, movedUnits } from './moved.ts';
import type { UnitChange } from './unit-change.ts';
import { countNamed, showIn } from './visible.ts';
import { type Budget, diffWords, fullBudget } from './word-diff.ts';

const whole = z.int().nonnegative();

/** Where a change is told: a class, but what goes and what is new in sections of their own. */
export const SECTIONS = ['text', 'retired', 'created', ...CHANGE_CLASSES.slice(1)] as const;

export type SectionName = (typeof SECTIONS)[number];

const shownChange = z.strictObject({
  section: z.enum(SECTIONS),
  classes: z.array(z.enum(CHANGE_CLASSES)),
  key: z.string(),
  unit_kind: z.enum(UNIT_KINDS),
  title: z.string(),
  /** Each begins with `  `, `- `, `+ `, `! ` or `@@ `. */
  lines: z.array(z.string()),
  /** Lines that are not among them, where the view was shortened. */
  more: whole,
});

export const changesView = z.strictObject({
  format: markedAs('countersign/changes/1'),
  /** Nothing was there before: the texts are not repeated here, only what cannot be seen in them. */
  first: z.boolean(),
  /** Units of each section, all that change. */
  units: z.partialRecord(z.enum(SECTIONS), whole),
  /** Characters in the new texts that are named, since they cannot be seen or look like others. */
  named: whole,
  changes: z.array(shownChange),
});

export type ChangesView = z.infer<typeof changesView>;
export type ShownChange = z.infer<typeof shownChange>;

export function viewOf(changes: readonly UnitChange[]): ChangesView {
  const first = changes.every(({ action }) => action === 'create');
  const moved = movedUnits(changes);
  const budget = fullBudget();
  const found = changes.flatMap((change): { change: UnitChange; classes: readonly ChangeClass[] }[] => {
    const classes = classify(change, moved.has(change.after?.key ?? ''));
    return classes.length === 0 ? [] : [{ change, classes }];
  });
  const units: Partial<Record<SectionName, number>> = {};
  let named = 0;
  const sections = new Map<SectionName, ShownChange[]>(SECTIONS.map((name) => [name, []]));
  for (const { change, classes } of found) {
    const section = sectionOf(change, classes);
    units[section] = (units[section] ?? 0) + 1;
    const names = countNamed(change.newText ?? '');
    named += names;
    if (first && names === 0) continue;
    sections
      .get(section)
      ?.push(shown(change, { section, classes, first, move: moved.get(change.after?.key ?? ''), budget }));
  }
  return { format: 'countersign/changes/1', first, units, named, changes: [...sections.values()].flat() };
}

function sectionOf({ before, after }: UnitChange, [most = 'text']: readonly ChangeClass[]): SectionName {
  if (!after) return 'retired';
  return before ? most : 'created';
}

interface Told {
  readonly section: SectionName;
  readonly classes: readonly ChangeClass[];
  readonly first: boolean;
  readonly move: Move | undefined;
  readonly budget: Budget;
}

function shown(change: UnitChange, told: Told): ShownChange {
  const { before, after } = change;
  const { key = '', unit_kind = 'generic' as const, title = '' } = after ?? before ?? {};
  const { section, classes, first } = told;
  const text = first ? onlyNamed(textOf(change, told)) : textOf(change, told);
  const lines = [...factsOf(change, told).map((fact) => `! ${fact}`), ...text];
  return { section, classes: [...classes], key, unit_kind, title: oneLine(title), lines, more: 0 };
}

function textOf({ oldText, newText, after }: UnitChange, { section, classes, budget }: Told): string[] {
  const show = showIn(newText ?? oldText ?? '');
  if (!after) return oldText === undefined ? [] : linesOfText('-', { text: oldText, show });
  if (newText === undefined) return [];
  if (section === 'created' || oldText === undefined) return linesOfText('+', { text: newText, show });
  if (!classes.some((name) => name === 'text' || name === 'markup')) return [];
  const { segments, whole } = diffWords(withLineFeeds(oldText), withLineFeeds(newText), budget);
  const lines = linesOfDiff(segments, show);
  return whole
    ? ['! too different for a comparison by words: what was and what is stand here whole', ...lines]
    : lines;
}

// That lines end otherwise is said once, not at each of them.
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function onlyNamed(lines: readonly string[]): string[] {
  return lines.filter((line) => /<U\+[0-9A-F]{4,6}>/.test(line));
}

export function oneLine(text: string): string {
  return showIn(text)(text).replace(/\s+/g, ' ').trim();
}

/** What was kept of a view; null where nothing was: a first cut in which nothing is hidden. */
export function readView(kept: string | undefined): ChangesView | null {
  return kept ? changesView.parse(JSON.parse(kept)) : null;
}

/** The view with its first lines only: what is left of each unit is counted. */
export function shortenedTo(view: ChangesView, mostLines: number): ChangesView {
  let left = mostLines;
  const changes = view.changes.map((change) => {
    const lines = change.lines.slice(0, Math.max(0, left));
    left -= lines.length + 1;
    return { ...change, lines, more: change.more + change.lines.length - lines.length };
  });
  return { ...view, changes };
}
