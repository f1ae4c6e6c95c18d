// What is said of a change beside its words: one short sentence for each thing, on one line.
import { type ChangeClass, isNfc, lineEnds, ownPart } from './classes.ts';
import type { Move } from './moved.ts';
import type { UnitChange } from './unit-change.ts';
import { showIn } from './visible.ts';

interface Told {
  readonly classes: readonly ChangeClass[];
  readonly move: Move | undefined;
}

export function factsOf(change: UnitChange, { classes, move }: Told): string[] {
  const { before, after, oldText, newText, similarity } = change;
  const facts: string[] = [];
  const say = (condition: boolean, fact: () => string): void => {
    if (condition) facts.push(fact());
  };
  say(!after && oldText === undefined, () => 'its text is not at hand here');
  if (!before || !after) return facts;
  say(
    newText !== undefined && oldText === undefined,
    () => 'its earlier text is not at hand here: the whole new text follows',
  );
  say(before.key !== after.key, () => `address: ${before.key} → ${after.key}`);
  say(
    similarity !== undefined,
    () => `taken for the same unit by likeness alone: ${Math.floor((similarity ?? 0) * 100)} %`,
  );
  say(before.unit_kind !== after.unit_kind, () => `kind: ${before.unit_kind} → ${after.unit_kind}`);
  say(
    before.section_type !== after.section_type,
    () => `what its text is for: ${before.section_type} → ${after.section_type}`,
  );
  say(
    before.title !== after.title && !classes.includes('text'),
    () => `title: ${flat(before.title)} → ${flat(after.title)}`,
  );
  if (move) facts.push(...placeFacts(move));
  say(classes.includes('line_ends'), () => lineEndFact(oldText ?? '', newText ?? ''));
  say(classes.includes('normalisation'), () => normalisationFact(oldText ?? '', newText ?? ''));
  return facts;
}

function placeFacts({ from, to }: Move): string[] {
  const stays = from.parent === to.parent;
  return [`place: ${place(from, stays)} → ${place(to, stays)}`];
}

function place({ parent, behind }: Move['from'], stays: boolean): string {
  const under = stays || parent === null ? '' : `under ${parent}, `;
  return behind === null ? `${under}first` : `${under}behind ${ownPart(behind)}`;
}

function lineEndFact(before: string, after: string): string {
  const [was, is] = [lineEnds(before), lineEnds(after)];
  return was === is
    ? 'line ends: blanks at the end of lines'
    : `line ends: ${was || 'none'} → ${is || 'none'}`;
}

function normalisationFact(before: string, after: string): string {
  const form = (text: string) => (isNfc(text) ? 'NFC' : 'not NFC');
  return `normalisation of Unicode: ${form(before)} → ${form(after)}; the characters look the same`;
}

function flat(text: string): string {
  return `“${showIn(text)(text).replace(/\s+/g, ' ').trim()}”`;
}
