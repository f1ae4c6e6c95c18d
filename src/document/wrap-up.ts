// The closing words of a list, `… haftet dem anderen.` below its last number, belong to what the list stands in, not to
// its last point. They are a unit of their own, as `wrapUp` is in the Akoma Ntoso standard (LegalDocML).
import type { Block } from './blocks.ts';
import { columnOf } from './column.ts';
import { plainText } from './inline.ts';
import type { Source } from './source-text.ts';
import type { UnitStart } from './unit-start.ts';

type TextBlock = Extract<Block, { type: 'text' }>;

/** The last number that was read in a list. */
interface Item {
  readonly column: number;
  readonly form: string;
  readonly number: string;
  /** Where the first of the list stands. */
  readonly line: number;
  readonly siblings: number;
  /** It is part of a sentence: a paragraph `2.` with two subparagraphs is not. */
  readonly isPart: boolean;
  /** Its number stands alone, and the next paragraph is its text. */
  readonly awaits: boolean;
}

const FEWEST_ITEMS = 2;

/** Both in the order of the document. A list that goes on below a text was not closed by it. */
export function withWrapUps(
  openings: readonly UnitStart[],
  { blocks, source }: { blocks: readonly Block[]; source: Source },
): UnitStart[] {
  const found: UnitStart[] = [];
  let items: Item[] = [];
  let pending: UnitStart | undefined;
  let next = 0;
  for (const block of blocks) {
    const before = next;
    for (; (openings[next]?.line ?? Number.POSITIVE_INFINITY) < block.end; next += 1) {
      const opening = openings[next];
      if (!opening) break;
      const item = readItem(opening, block);
      if (pending && item && resumes(item, { items, pending })) found.splice(found.lastIndexOf(pending), 1);
      pending = undefined;
      items = item ? withItem(items, item) : [];
      found.push(opening);
    }
    const last = items.at(-1);
    if (next > before || block.type !== 'text' || pending || !last) continue;
    if (last.awaits) {
      const isPart = last.isPart || isPartOfSentence(last.form, block.text);
      items = [...items.slice(0, -1), { ...last, isPart, awaits: false }];
      continue;
    }
    const closed = closedBy(block, { items, source });
    if (!closed || block.text.startsWith('|')) continue;
    pending = wrapUp(block, closed.line);
    found.push(pending);
  }
  return [...found, ...openings.slice(next)];
}

function readItem({ by, line }: UnitStart, block: Block): Item | undefined {
  const reading = by.type === 'enumerator' ? by.readings[0] : undefined;
  if (!reading || by.type !== 'enumerator' || block.type !== 'text') return undefined;
  const { form } = reading.rule;
  return {
    ...{ column: by.column, form, number: reading.number, line, siblings: 1 },
    isPart: isPartOfSentence(form, block.text),
    awaits: reading.rest === '' && line === block.end - 1,
  };
}

/** Letters number the parts of a sentence; numbers may be those of paragraphs. */
function isPartOfSentence(form: string, text: string): boolean {
  return !/N/.test(form) || /[;,]$/.test(text.trimEnd());
}

/** The lists that are open behind the item, the outer ones first. */
function withItem(items: readonly Item[], item: Item): Item[] {
  const at = items.findLastIndex((open) => open.form === item.form && !isDeeper(item, open));
  if (at < 0) return [...items.filter(({ column }) => column < item.column + NARROWEST), item];
  const { line = item.line, siblings = 0, isPart = false } = items[at] ?? {};
  const more = { ...item, line, siblings: siblings + 1, isPart: isPart || item.isPart };
  return [...items.slice(0, at), more];
}

/** The narrowest number, `1.` or `a)`, and the blank behind it. */
const NARROWEST = 3;

function isDeeper(item: Item, outer: Item): boolean {
  return item.column >= outer.column + NARROWEST;
}

/** The outermost list that a text at this column closes, where one of them has several items. */
function closedBy(
  { line }: TextBlock,
  { items, source }: { items: readonly Item[]; source: Source },
): Item | undefined {
  const column = columnOf(source, line);
  const at = items.findIndex((item) => item.column > column || (item.column === column && item.isPart));
  if (at < 0 || !items.slice(at).some(({ siblings }) => siblings >= FEWEST_ITEMS)) return undefined;
  return items[at];
}

function resumes(item: Item, { items, pending }: { items: readonly Item[]; pending: UnitStart }): boolean {
  const before = items.findLast((open) => open.form === item.form && !isDeeper(item, open));
  if (!before || pending.by.type !== 'wrap_up' || before.line < pending.by.closes) return false;
  const [of, next] = [before.number, item.number].map((number) => Number.parseInt(number, 10));
  return Number.isNaN(next) ? before.number < item.number : (of ?? 0) < (next ?? 0);
}

function wrapUp(block: TextBlock, closes: number): UnitStart {
  const { line, depth } = block;
  const title = plainText(block.text.split('\n', 1)[0] ?? '');
  const by = { type: 'wrap_up', closes } as const;
  return { line, headEnd: line, level: 0, depth, kind: 'wrap_up', title, by };
}
