// What two cuts are compared by: the same few facts of a unit, whether it stands in a new plan or in the database.
import type { UnitKind } from '../../document/unit.ts';

export interface Comparable {
  readonly key: string;
  readonly parent: string | null;
  readonly unit_kind: UnitKind;
  readonly num: string | null;
  readonly sha256: string;
  /** Its exact text; undefined where it is not known, and then only its digest can be compared. */
  readonly body: string | undefined;
}

/** The last part of a key without an occurrence suffix: `par-433` of `book-2/par-433~2`. */
export function ownSegment(key: string): string {
  const from = key.lastIndexOf('/') + 1;
  const suffix = key.indexOf('~', from);
  return suffix < 0 ? key.slice(from) : key.slice(from, suffix);
}

/** `par` of `par-433`: what is counted. */
function wordOf(segment: string): string {
  const hyphen = segment.indexOf('-');
  return hyphen < 0 ? segment : segment.slice(0, hyphen);
}

/** Words whose numbers no cut has twice: there a number alone names a unit, whatever part of the document holds it. */
export function runningWords(...cuts: readonly (readonly Comparable[])[]): ReadonlySet<string> {
  const running = new Set<string>();
  const repeating = new Set<string>();
  for (const cut of cuts) {
    const seen = new Set<string>();
    for (const { key, num } of cut) {
      if (num === null) continue;
      const segment = ownSegment(key);
      const word = wordOf(segment);
      if (seen.has(segment)) repeating.add(word);
      seen.add(segment);
      running.add(word);
    }
  }
  for (const word of repeating) running.delete(word);
  return running;
}

/** The own number of a unit, where numbering runs through the document; undefined elsewhere. */
export function runningLabel({ key, num }: Comparable, words: ReadonlySet<string>): string | undefined {
  if (num === null) return undefined;
  const segment = ownSegment(key);
  return words.has(wordOf(segment)) ? segment : undefined;
}

const LEAD = /^[#>*_\s-]+/;
const AFTER_NUMBER = /^[\s.:)\]*_–—-]+/;
const HEAD_CHARS = 160;

/**
 * The text without the unit's own number, so that an article is known again under another one. Marks of a heading and
 * blanks around it are no part of it either.
 */
export function textBesideNumber(body: string, num: string | null): string {
  const text = body.normalize('NFC').replace(LEAD, '').trimEnd();
  const at = num === null ? -1 : text.slice(0, HEAD_CHARS).indexOf(num);
  if (num === null || at < 0) return text;
  return text.slice(0, at) + text.slice(at + num.length).replace(AFTER_NUMBER, '');
}

const LETTERS = /[\p{L}\p{N}]/gu;
const PARTS: ReadonlySet<UnitKind> = new Set(['part', 'chapter', 'section', 'subsection', 'annex']);
const ENOUGH = 16;
const ENOUGH_OF_A_NAME = 4;
const BRACKETED = /^[([][^()[\]]*[)\]][.\s]*$/;

/** A section that is put under another becomes a subsection, and stays what it is. */
export function familyOf({ unit_kind }: Comparable): string {
  return PARTS.has(unit_kind) ? 'part' : unit_kind;
}

/** Whether a text says enough to know a unit by: `(repealed)` does not, the name of what contains other units does. */
export function isTelling(text: string, contains: boolean): boolean {
  if (BRACKETED.test(text.slice(0, 400))) return false;
  return (text.slice(0, 400).match(LETTERS)?.length ?? 0) >= (contains ? ENOUGH_OF_A_NAME : ENOUGH);
}

/** Addresses of units that contain others. */
export function containersOf(units: readonly Comparable[]): ReadonlySet<string> {
  return new Set(units.flatMap(({ parent }) => (parent === null ? [] : [parent])));
}
