// Where units start: every heading, and every line of text that carries a label of the profile.
// An opening is always the start of a line; what is quoted, listed in a table of contents or merely mentioned opens nothing.
import type { Block } from './blocks.ts';
import { type Enumerator, readEnumerators } from './enumerator.ts';
import { plainText } from './inline.ts';
import { type Label, readHeadingLabel, readTextLabel } from './label.ts';
import type { Profile, TitleRule } from './profile.ts';
import { quotedBlocks } from './quoted.ts';
import type { Granularity, UnitKind } from './unit.ts';

export interface Opening {
  readonly line: number;
  /** The line after the label and its title: text from here on is the unit's own. */
  readonly headEnd: number;
  /** Heading level 1-6; 0 for a line of text. */
  readonly level: number;
  /** How many lists it stands in. */
  readonly depth: number;
  readonly kind: UnitKind;
  readonly title: string;
  readonly by:
    | { readonly type: 'label'; readonly label: Label }
    | { readonly type: 'enumerator'; readonly readings: readonly Enumerator[] }
    | { readonly type: 'title'; readonly rule: TitleRule }
    | { readonly type: 'heading' }
    /** Announced by nothing: the front matter, the document itself. */
    | { readonly type: 'frame' };
}

type TextBlock = Extract<Block, { type: 'text' }>;
type HeadingBlock = Extract<Block, { type: 'heading' }>;

export function findOpenings(
  blocks: readonly Block[],
  options: { profile: Profile; granularity: Granularity },
): Opening[] {
  const { profile, granularity } = options;
  const openings: Opening[] = [];
  const quoted = quotedBlocks(blocks);
  let toc: Toc | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'opaque' || quoted.has(index)) continue;
    const found =
      block.type === 'heading'
        ? openHeading(block, { next: blocks[index + 1], profile })
        : openText(block, { next: blocks[index + 1], profile, granularity });
    for (const opening of found) {
      if (toc && !endsToc(toc, opening)) continue;
      toc = opening.kind === 'toc' ? { level: opening.level, first: undefined } : undefined;
      openings.push(opening);
    }
  }
  return openings;
}

interface Toc {
  readonly level: number;
  first: string | undefined;
}

/** A list of labels ends at a heading as high as its own, or where its first label comes again: there the text begins. */
function endsToc(toc: Toc, opening: Opening): boolean {
  if (opening.level > 0 && (toc.level === 0 || opening.level <= toc.level)) return true;
  if (opening.by.type !== 'label') return false;
  const label = `${opening.by.label.rule.key} ${opening.by.label.numbers.join(' ')}`;
  if (toc.first === label) return true;
  toc.first ??= label;
  return false;
}

function openHeading(block: HeadingBlock, options: { next: Block | undefined; profile: Profile }): Opening[] {
  const { next, profile } = options;
  const text = plainText(block.text);
  if (profile.letterhead?.test(text) || (/^[“"„«]/.test(text) && readHeadingLabel(text.slice(1), profile)))
    return [];
  const base = { line: block.line, headEnd: block.end, level: block.level, depth: 0, title: text };
  const rule = profile.titles.find(
    (candidate) => candidate.on !== 'paragraph' && candidate.pattern.test(text),
  );
  const label = readHeadingLabel(text, profile);
  if (label && !(rule?.kind === 'annex' && label.ending === 'open'))
    return [{ ...base, kind: label.rule.kind, by: { type: 'label', label } }];
  if (rule) return [{ ...base, kind: rule.kind, by: { type: 'title', rule } }];
  const following = next?.type === 'text' ? plainText(next.text.slice(0, 200)) : '';
  if (profile.preambleOpening?.test(following))
    return [{ ...base, kind: 'preamble', by: { type: 'heading' } }];
  if (block.level <= 2 && profile.annexed?.test(following))
    return [{ ...base, kind: 'annex', by: { type: 'heading' } }];
  return [{ ...base, kind: 'section', by: { type: 'heading' } }];
}

function openText(
  block: TextBlock,
  options: { next: Block | undefined; profile: Profile; granularity: Granularity },
): Opening[] {
  const lines = block.text.split('\n');
  const found: Opening[] = [];
  let previous = '';
  let previousOpened = false;
  for (const [offset, raw] of lines.entries()) {
    const first = offset === 0;
    const text = plainText(raw);
    const clean = first || previousOpened || endsSentence(previous);
    const opening = clean
      ? openLine(text, {
          ...options,
          block,
          first,
          offset,
          following: lines[offset + 1],
          enumerated: first && block.marker !== '' && block.marker !== '-',
        })
      : undefined;
    if (opening) found.push(opening);
    previousOpened = opening !== undefined;
    previous = text;
  }
  return found;
}

/** After a full stop or a title in capitals, the next line of the same paragraph may start something new. */
function endsSentence(line: string): boolean {
  return /[.;:!?”"»]$/.test(line) || (/\p{Lu}{2}/u.test(line) && line === line.toLocaleUpperCase());
}

interface Line {
  readonly block: TextBlock;
  readonly first: boolean;
  readonly offset: number;
  readonly following: string | undefined;
  readonly enumerated: boolean;
  readonly next: Block | undefined;
  readonly profile: Profile;
  readonly granularity: Granularity;
}

function openLine(text: string, context: Line): Opening | undefined {
  const { block, offset, profile } = context;
  const line = block.line + offset;
  const base = { line, headEnd: line + 1, level: 0, depth: block.depth };
  const label = context.enumerated ? undefined : readTextLabel(text, profile);
  if (label && isOpening(label, text, context)) {
    const title = label.title === '' ? titleBelow(context) : undefined;
    return {
      ...base,
      headEnd: title ? title.end : line + 1,
      kind: label.rule.kind,
      title: title ? `${text.replace(/[\s.:–—-]+$/, '')} – ${title.text}` : text,
      by: { type: 'label', label },
    };
  }
  if (context.first && block.depth === 0) {
    const rule = profile.titles.find(
      (candidate) => candidate.on !== 'heading' && candidate.pattern.test(text),
    );
    if (rule) return { ...base, kind: rule.kind, title: text, by: { type: 'title', rule } };
  }
  const readings = readEnumerators(context.enumerated ? `${block.marker} ${text}` : text, profile);
  const [reading] = readings;
  if (!reading) return undefined;
  const title = context.enumerated ? `${block.marker} ${text}` : text;
  return { ...base, kind: reading.rule.kind, title, by: { type: 'enumerator', readings } };
}

function isOpening(label: Label, text: string, context: Line): boolean {
  if (label.ending === 'terminated') return true;
  const alone = context.first && context.following === undefined;
  if (label.ending === 'open')
    return (
      alone &&
      text.length <= 160 &&
      !/[.;,]$/.test(text) &&
      /^\p{Lu}|^\(/u.test(label.title) &&
      !/^(?:Abs|Absatz|Satz|Nr|Nummer)\b/.test(label.title)
    );
  return alone || (context.first && titleBelow(context) !== undefined);
}

/** The title of a label that stands alone: the next line of its paragraph, or the next paragraph when it is one short line. */
function titleBelow(context: Line): { text: string; end: number } | undefined {
  const { block, offset, following, next, profile } = context;
  const same = following !== undefined;
  if (!same && (next?.type !== 'text' || next.depth > 0 || next.marker !== '')) return undefined;
  const raw = same ? following : next?.type === 'text' ? next.text : '';
  const text = plainText(raw);
  const fits = text.length > 0 && text.length <= 240 && !/[.;,:]$/.test(text) && /^[\p{Lu}\d“"‘]/u.test(text);
  if (
    !fits ||
    raw.includes('\n') ||
    readTextLabel(text, profile) ||
    readEnumerators(text, profile).length > 0
  )
    return undefined;
  return { text, end: same ? block.line + offset + 2 : (next?.end ?? 0) };
}
