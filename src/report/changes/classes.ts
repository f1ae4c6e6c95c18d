// What kind of change a change is, from the texts and places alone. In doubt it is one of text: that is what is shown
// first (design section 3: "what is signed is what is seen").
import { romanValue } from '../../document/enumerator.ts';
import { plainBody } from '../../document/plain-body.ts';
import type { UnitChange } from './unit-change.ts';

/** In the order in which they are shown. A change is told where its first class is. */
export const CHANGE_CLASSES = [
  'text',
  'kind',
  'number',
  'place',
  'markup',
  'line_ends',
  'normalisation',
] as const;

export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** Empty where nothing changes. `moved` says whether the unit has left its place among the others. */
export function classify(change: UnitChange, moved: boolean): readonly ChangeClass[] {
  const { action, before, after } = change;
  if (action === 'keep' && !moved && !isRenumbered(change)) return [];
  if (!before || !after) return ['text'];
  const found = new Set<ChangeClass>(textClasses(change));
  if (before.unit_kind !== after.unit_kind || before.section_type !== after.section_type) found.add('kind');
  if (isRenumbered(change)) found.add('number');
  if (moved) found.add('place');
  // What is said of it changes and nothing else: its title, by words of another unit.
  if (found.size === 0) found.add(before.title === after.title ? 'text' : 'kind');
  return CHANGE_CLASSES.filter((name) => found.has(name));
}

function textClasses(change: UnitChange): readonly ChangeClass[] {
  const { action, oldText, newText } = change;
  if (action === 'keep' || newText === undefined) return [];
  if (oldText === undefined) return ['text'];
  return compareTexts(withNewLabel(oldText, change), newText);
}

/** How two texts differ; empty where they are the same, byte for byte. */
export function compareTexts(before: string, after: string): readonly ChangeClass[] {
  if (before === after) return [];
  if (nfc(plainBody(before)) !== nfc(plainBody(after))) return ['text'];
  const [old, now] = [nfc(withOneEnd(before)), nfc(withOneEnd(after))];
  const found: ChangeClass[] = old === now ? [] : ['markup'];
  if (nfc(before) !== nfc(after) && (old === now || lineEnds(before) !== lineEnds(after)))
    found.push('line_ends');
  if (withOneEnd(before) !== withOneEnd(after) && (old === now || isNfc(before) !== isNfc(after)))
    found.push('normalisation');
  return found;
}

/** `LF`, `CRLF`, `CR` or several of them; empty for a text of one line. */
export function lineEnds(text: string): string {
  const found = new Set(text.match(/\r\n|\n|\r/g));
  const names = { '\n': 'LF', '\r\n': 'CRLF', '\r': 'CR' };
  return Object.entries(names)
    .flatMap(([end, name]) => (found.has(end) ? [name] : []))
    .join(' and ');
}

export function isNfc(text: string): boolean {
  return nfc(text) === text;
}

function nfc(text: string): string {
  return text.normalize('NFC');
}

/** Blanks at the end of a line are no words. Each run of them is looked at once. */
function withOneEnd(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.map((line) => line.replace(/(?<![ \t])[ \t]+$/, '')).join('\n');
}

/** Its own number is another, whatever has become of the numbers above it. */
function isRenumbered({ before, after }: UnitChange): boolean {
  return before !== null && after !== null && ownPart(before.key) !== ownPart(after.key);
}

export function ownPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/**
 * The old text under its new number, so that a unit that only counts otherwise is not one whose words differ. Only where
 * the first line differs by that number and nothing else; otherwise the old text as it is.
 */
function withNewLabel(oldText: string, change: UnitChange): string {
  const { before, after, newText = '' } = change;
  if (!before || !after || !isRenumbered(change)) return oldText;
  const [oldLine, newLine] = [firstLine(oldText), firstLine(newText)];
  const [oldWords, newWords] = [oldLine.split(/(\s+)/), newLine.split(/(\s+)/)];
  const differing = [...oldWords.keys()].filter((at) => oldWords[at] !== newWords[at]);
  const [at = 0] = differing;
  if (differing.length !== 1 || oldWords.length !== newWords.length) return oldText;
  const [was, is] = [split(oldWords[at] ?? ''), split(newWords[at] ?? '')];
  const onlyNumber =
    was.around === is.around &&
    was.readings.includes(numberIn(before.key)) &&
    is.readings.includes(numberIn(after.key));
  return onlyNumber ? oldText.replace(oldLine, () => newLine) : oldText;
}

function firstLine(text: string): string {
  return /[^\r\n]*[^\s][^\r\n]*/.exec(text)?.[0] ?? '';
}

function numberIn(key: string): string {
  const own = ownPart(key).replace(/~\d+$/, '');
  return own.slice(own.indexOf('-') + 1);
}

/** A word as the numbers that it may be, the way keys are written, and what stands around it. */
function split(word: string): { readings: readonly string[]; around: string } {
  const [raw = ''] = /[\p{L}\p{N}.]*[\p{L}\p{N}]/u.exec(word) ?? [];
  const roman = romanValue(raw);
  const readings = [raw.toLowerCase().replace('đ', 'dd'), ...(roman === undefined ? [] : [String(roman)])];
  return { readings, around: word.replace(raw, '#') };
}
