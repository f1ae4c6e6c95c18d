// Names that look like others: labels with letters of another script or with characters that nobody sees, and addresses
// that differ in nothing a reader could tell. What looks like a label and is none is blocking: its text is cut as its neighbour's.
import { hasOtherScript, isPlain, mixedWord, skeleton } from '../confusable.ts';
import type { DiagnosticCode } from '../diagnostic.ts';
import { plainText } from '../inline.ts';
import { type Label, readHeadingLabel, readTextLabel } from '../label.ts';
import type { Nested } from '../nest.ts';
import { type Source, textOfLine } from '../source-text.ts';
import { hasInvisible } from '../visible.ts';
import type { Cut } from './diagnose.ts';
import { bytesOfLines, type Finding, quote } from './finding.ts';

const HEAD_CHARS = 400;
// Shows the character before it as a picture: everybody sees what it does.
const PICTURE = /\ufe0f/g;

export function findInNames({ source, nested, sections }: Cut): Finding[] {
  return nested.flatMap((unit, index): Finding[] => {
    const { opening } = unit;
    if (opening.by.type === 'frame' || (!opening.title && !sections[index])) return [];
    const head = headOf(source, unit);
    const num = sections[index]?.num ?? '';
    const at = bytesOfLines(source, { from: opening.line, to: Math.max(opening.headEnd, opening.line + 1) });
    return [
      ...invisibleIn(head, { num, at }),
      ...mixedIn(opening.title, { num, at, isText: opening.by.type === 'enumerator' }),
    ];
  });
}

function headOf(source: Source, { opening }: Nested): string {
  const { line, headEnd, by } = opening;
  if (by.type === 'enumerator') return textOfLine(source, line).slice(0, NUMBER_CHARS);
  const lines: string[] = [];
  for (let at = Math.max(line, headEnd - MOST_LINES); at < headEnd; at += 1)
    lines.push(textOfLine(source, at).slice(0, HEAD_CHARS));
  return lines.join('\n').replace(/^\ufeff/, '');
}

const NUMBER_CHARS = 12;
const MOST_LINES = 4;

interface At {
  readonly num: string;
  readonly at: { readonly byteStart: number; readonly byteEnd: number };
}

function invisibleIn(raw: string, { num, at }: At): Finding[] {
  if (isPlain(raw)) return [];
  const head = raw.replace(PICTURE, '');
  if (!hasInvisible(head)) return [];
  const start = head.search(/[\p{L}\p{N}§(]/u);
  const inLabel = num !== '' && hasInvisible(head.slice(0, Math.max(0, start) + num.length + 1));
  const message = `${quote(raw.trim())} holds characters that nobody sees: remove them from the ${inLabel ? 'label' : 'title'}`;
  return [{ code: 'invisible_in_label', severity: inLabel ? 'blocking' : 'warning', ...at, message }];
}

function mixedIn(title: string, { num, at, isText }: At & { isText: boolean }): Finding[] {
  if (isPlain(title) && isPlain(num)) return [];
  const inLabel = skeleton(num) !== num.normalize('NFKC') && isForeign(num, title.replace(num, ''));
  const word = inLabel ? num : isText ? undefined : mixedWord(title);
  if (word === undefined) return [];
  const message = `${quote(word)} mixes letters of two scripts that look alike: write it in one`;
  return [{ code: 'mixed_scripts', severity: inLabel ? 'blocking' : 'warning', ...at, message }];
}

/** `А. Общие положения` is a label of its own script; `А. Fees`, and `Article ІІ`, are of two. */
function isForeign(num: string, words: string): boolean {
  return /\p{Script=Latin}/u.test(num) || (/\p{Script=Latin}/u.test(words) && !hasOtherScript(words));
}

/** Lines that would open a unit if they were what they look like. */
export function findFalseLabels({ source, blocks, profile }: Cut): Finding[] {
  return blocks.flatMap((block): Finding[] => {
    if (block.type === 'opaque') return [];
    const [raw = ''] = block.text.slice(0, HEAD_CHARS).split('\n', 1);
    if (isPlain(raw) || (!hasOtherScript(raw) && !hasInvisible(raw) && !COMPATIBILITY.test(raw))) return [];
    const read = (text: string): Label | undefined =>
      block.type === 'heading' ? readHeadingLabel(text, profile) : readTextLabel(text, profile);
    const seen = read(plainText(skeleton(raw)));
    const own = read(plainText(raw));
    if (!seen || isWordless(seen) || (own && own.written === seen.written)) return [];
    const code: DiagnosticCode = hasInvisible(raw)
      ? 'invisible_in_label'
      : hasOtherScript(raw)
        ? 'mixed_scripts'
        : 'label_lookalike';
    const so = own
      ? 'is cut under another number'
      : block.type === 'heading'
        ? 'is cut without one'
        : 'opens no unit';
    const message = `${quote(raw)} looks like the label ${quote(seen.written)} and is not the same characters, so it ${so}: type it again`;
    return [
      {
        code,
        severity: 'blocking',
        ...bytesOfLines(source, { from: block.line, to: block.line + 1 }),
        message,
      },
    ];
  });
}

// Full-width forms, Roman numbers in one character, letters of mathematics.
const COMPATIBILITY = /[\u2100-\u218f\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;

function isWordless({ rule }: Label): boolean {
  return rule.words.every((word) => word === '');
}

/** Addresses that look the same, and titles that got one address because they differ in case or form alone. */
export function findTwinAddresses({ sections, nested }: Cut): Finding[] {
  const known = new Map<string, { base: string; title: string }>();
  return sections.flatMap(({ key, title, byteStart, byteEnd }, index): Finding[] => {
    const type = nested[index]?.opening.by.type;
    if (type === 'enumerator' || type === 'frame') return [];
    const base = key.replace(/~\d+$/, '');
    const look = skeleton(base).toLowerCase();
    const first = known.get(look);
    if (!first) known.set(look, { base, title });
    if (!first || type === 'label' || (first.base === base && first.title === title)) return [];
    if (first.base === base && skeleton(first.title).toLowerCase() !== skeleton(title).toLowerCase())
      return [];
    const message = `${quote(title)} looks like ${quote(first.title)} under the same parent and gets the address ${quote(key)}: give one of them another title`;
    return [{ code: 'label_lookalike', severity: 'warning', byteStart, byteEnd, message }];
  });
}
