// What a paragraph opens: its first line may carry a label, and so may a later one that clearly begins anew.
// A line that merely mentions `Điều 22, khoản 8` or `Section 4 of this Act` opens nothing.
import type { Block } from './blocks.ts';
import { columnOf } from './column.ts';
import { readEnumerators, succeeds } from './enumerator.ts';
import { plainText } from './inline.ts';
import { compiledFor, isTocEntry, type Label, readTextLabel } from './label.ts';
import type { Profile } from './profile.ts';
import type { Source } from './source-text.ts';
import type { UnitStart } from './unit-start.ts';

type TextBlock = Extract<Block, { type: 'text' }>;

export interface TextContext {
  /** The block after this one. */
  readonly next: Block | undefined;
  readonly source: Source;
  readonly profile: Profile;
  /** Whether numbers without a word can open units here. */
  readonly enumerators: boolean;
}

interface Line extends TextContext {
  readonly block: TextBlock;
  /** Counted from the block's first line. */
  readonly offset: number;
  readonly raw: string;
  /** As read: with its list number, without Markdown. */
  readonly text: string;
  /** The next line of the same paragraph. */
  readonly following: string | undefined;
}

export function openText(block: TextBlock, context: TextContext): UnitStart[] {
  const found: UnitStart[] = [];
  const lines = block.text.split('\n');
  const { start, title } = compiledFor(context.profile);
  for (let offset = 0; offset < lines.length; offset += 1) {
    const raw = lines[offset] ?? '';
    const number = offset === 0 && /^\d/.test(block.marker) ? `${block.marker} ` : '';
    // Most lines of a document open nothing: they must cost no more than a look at how they start.
    const mayOpen =
      number !== ''
        ? context.enumerators
        : start.test(raw) ||
          (context.enumerators && ENUMERATOR_START.test(raw)) ||
          (offset === 0 && block.depth === 0 && (raw.length <= MAX_TITLE_LINE || title.test(raw)));
    if (!mayOpen || isTocEntry(raw)) continue;
    const text = number + plainText(raw);
    const opening = openLine({ block, offset, raw, text, following: lines[offset + 1], ...context });
    if (!opening) continue;
    const begins = offset === 0 || endsSentence(lines[offset - 1] ?? '') || follows(opening, found.at(-1));
    if (begins || isListed(opening, { before: found.at(-1), lines, offset, block, ...context }))
      found.push(opening);
  }
  return found;
}

const MAX_TITLE_LINE = 40;
const ENUMERATOR_START = /^[\s*_(\\]*(?:\d|[a-zđ]{1,8}\)|[a-zđ]\.\s|[IVXL]{1,7}[ .])/;

/** `Chương I. Quy định chung` and on the next line `Điều 1. …`: one label after another of a different kind. */
function follows(opening: UnitStart, before: UnitStart | undefined): boolean {
  if (opening.by.type !== 'label' || before?.by.type !== 'label') return false;
  return before.headEnd === opening.line && before.by.label.rule !== opening.by.label.rule;
}

const FARTHEST_SIBLING = 40;

/** `… who` and on the next lines `(a) owns an oven or` and `(b) has one`: one number after another in the same place. */
function isListed(
  { by }: UnitStart,
  list: TextContext & { before: UnitStart | undefined; lines: string[]; offset: number; block: TextBlock },
): boolean {
  const { before, lines, offset, block, source, profile } = list;
  if (by.type !== 'enumerator' || by.column < columnOf(source, block.line)) return false;
  if (before?.by.type === 'enumerator' && before.by.column === by.column)
    if (
      by.readings.some(
        (own) => before.by.type === 'enumerator' && before.by.readings.some((last) => succeeds(own, last)),
      )
    )
      return true;
  const firsts = by.readings.filter(({ number }) => /^[1ai]$/.test(number));
  if (firsts.length === 0) return false;
  for (const [ahead, raw] of lines.slice(offset + 1, offset + FARTHEST_SIBLING).entries()) {
    if (!ENUMERATOR_START.test(raw)) continue;
    for (const own of readEnumerators(plainText(raw), profile)) {
      const line = block.line + offset + 1 + ahead;
      if (firsts.some((first) => succeeds(own, first)) && columnOf(source, line, own.written) === by.column)
        return true;
    }
  }
  return false;
}

/** After a full stop or a title in capitals, the next line of the same paragraph may start something new. */
function endsSentence(raw: string): boolean {
  const end = raw.slice(-12);
  if (/[.;:!?][”"»*_)\s]*$/.test(end)) return true;
  return /\p{Lu}{2}/u.test(end) && raw.length <= 200 && raw === raw.toLocaleUpperCase();
}

function openLine(line: Line): UnitStart | undefined {
  const { block, offset, text, profile } = line;
  const at = block.line + offset;
  const opening = { line: at, headEnd: at + 1, level: 0, depth: block.depth, title: text };
  const label = readTextLabel(text, profile);
  if (label && isOwnLabel(label, line)) return openLabel(label, { line, opening });
  if (offset === 0 && block.depth === 0) {
    const rule = profile.titles.find(({ on, pattern }) => on !== 'heading' && pattern.test(text));
    if (rule) return { ...opening, kind: rule.kind, by: { type: 'title', rule } };
  }
  const readings = line.enumerators ? readEnumerators(text, profile) : [];
  const [first] = readings;
  if (!first) return undefined;
  const title = first.rest === '' ? `${text} ${firstWords(line)}`.trim() : text;
  const column = columnOf(line.source, at, first.written);
  return { ...opening, title, kind: first.rule.kind, by: { type: 'enumerator', readings, column } };
}

function openLabel(label: Label, found: { line: Line; opening: Omit<UnitStart, 'kind' | 'by'> }): UnitStart {
  const { line, opening } = found;
  const emphasised = /^\s*[*_]{2}/.test(line.raw) ? { emphasised: true as const } : {};
  const by = { type: 'label' as const, label, ...emphasised };
  const below = label.title === '' ? titleBelow(line, label) : undefined;
  if (!below) return { ...opening, kind: label.rule.kind, by };
  const title = `${line.text.replace(/[\s.:–—-]+$/, '')} – ${below.text}`;
  const whole = { ...by, label: { ...label, title: below.text } };
  return { ...opening, headEnd: below.end, kind: label.rule.kind, title, by: whole };
}

/** A label without a terminator counts only alone in its paragraph, or with its title on the next line. */
function isOwnLabel(label: Label, line: Line): boolean {
  // A row of a table: a gap, and a dash for what is not there.
  if (label.title === '' && / {3}[–—-]+\s*$/.test(line.raw.slice(-20))) return false;
  if (label.ending === 'terminated') return true;
  const first = line.offset === 0;
  const alone = first && line.following === undefined;
  if (label.ending === 'bare') return alone || (first && titleBelow(line, label) !== undefined);
  return alone && isTitle(label.title) && line.text.length <= 160;
}

/** The title of a label that stands alone: the next line of its paragraph, or the next paragraph when it is one line. */
function titleBelow(line: Line, label: Label): { text: string; end: number } | undefined {
  const { block, offset, following, next, profile } = line;
  let [raw, end] = [following, block.line + offset + 2];
  if (raw === undefined) {
    if (next?.type !== 'text' || next.depth > 0) return undefined;
    [raw, end] = [next.text, next.end];
  }
  const text = plainText(raw);
  if (!(isTitle(text) || isRemark(text, label)) || raw.includes('\n')) return undefined;
  return readTextLabel(text, profile) || readEnumerators(text, profile).length > 0
    ? undefined
    : { text, end };
}

function isTitle(text: string): boolean {
  return text.length <= 240 && /^[\p{Lu}\d“"‘„]/u.test(text) && !/[.;,:]$/.test(text);
}

/** `(normative)` below `Annex A`. */
function isRemark(text: string, { rule }: Label): boolean {
  return rule.kind === 'annex' && /^\(\p{Ll}[\p{Ll} ]{2,40}\)$/u.test(text);
}

const FIRST_WORDS_CHARS = 80;

function firstWords({ following, next }: Line): string {
  const raw = following ?? (next?.type === 'text' ? next.text : '');
  return plainText(raw.slice(0, FIRST_WORDS_CHARS * 2));
}
