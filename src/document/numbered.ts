// Plain text numbered by hand: `1. Introduction` at the margin, `2.1. General rules` below it, no headings and no words.
// Only indentation tells a section from a list item, and only a line that reads like a title is taken for one.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import type { LabelRule } from './profile.ts';
import type { Source } from './source-text.ts';
import type { UnitStart } from './unit-start.ts';

const SECTION: LabelRule = { kind: 'section', key: 'section', words: [], rank: 40, example: '4. Assets' };
const SUBSECTION: LabelRule = { ...SECTION, kind: 'subsection', rank: 45, example: '4.2. Procedure' };
const NUMBERED = /^(\d{1,3}|[A-Z])((?:\.\d{1,3}){0,4})\.?\s+(\p{Lu}.*)$/u;
const FEWEST_SUBSECTIONS = 2;
const MAX_TITLE = 120;

/** Nothing, unless at least two subsections show that the document is numbered so throughout. */
export function findNumberedTitles(blocks: readonly Block[], source: Source): UnitStart[] {
  if (blocks.some((block) => block.type === 'heading')) return [];
  const openings = blocks.flatMap((block) => openNumbered(block, source) ?? []);
  const subsections = openings.filter(({ kind }) => kind === 'subsection');
  return subsections.length < FEWEST_SUBSECTIONS ? [] : openings;
}

function openNumbered(block: Block, source: Source): UnitStart | undefined {
  if (block.type !== 'text' || block.depth > 1 || block.text.includes('\n')) return undefined;
  const title = plainText(`${block.marker} ${block.text}`);
  const [, first = '', deeper = '', words = ''] = NUMBERED.exec(title) ?? [];
  if (words === '' || title.length > MAX_TITLE || /[.;:,]$/.test(title)) return undefined;
  if (deeper === '' && isIndented(block.line, source)) return undefined;
  const rule = deeper === '' ? SECTION : SUBSECTION;
  const written = title.slice(0, title.length - words.length).trim();
  const label = { rule, numbers: [first + deeper], written, title: words, ending: 'terminated' as const };
  const at = { line: block.line, headEnd: block.end, level: 0, depth: 0, title };
  return { ...at, kind: rule.kind, by: { type: 'label', label } };
}

function isIndented(line: number, source: Source): boolean {
  const first = source.bytes[source.lineStarts[line] ?? 0];
  return first === 0x20 || first === 0x09;
}
