// The closing words of a list, `… haftet dem anderen.` below its last number, belong to what the list stands in, not to
// its last point. They are a unit of their own, as `wrapUp` is in the Akoma Ntoso standard (LegalDocML).
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import type { UnitStart } from './unit-start.ts';

type TextBlock = Extract<Block, { type: 'text' }>;

/** The last number that was read in a list. */
interface Item {
  readonly depth: number;
  readonly form: string;
  readonly number: string;
  readonly siblings: number;
}

const FEWEST_ITEMS = 2;

/** Both in the order of the document. A list that goes on below a text was not closed by it. */
export function withWrapUps(openings: readonly UnitStart[], blocks: readonly Block[]): UnitStart[] {
  const found: UnitStart[] = [];
  let items: Item[] = [];
  let pending: UnitStart | undefined;
  let next = 0;
  for (const block of blocks) {
    const before = next;
    for (; (openings[next]?.line ?? Number.POSITIVE_INFINITY) < block.end; next += 1) {
      const opening = openings[next];
      if (!opening) break;
      const item = readItem(opening);
      if (pending && item && resumes(item, { items, pending })) found.splice(found.lastIndexOf(pending), 1);
      pending = undefined;
      items = item ? withItem(items, item) : [];
      found.push(opening);
    }
    if (next > before || block.type !== 'text' || pending) continue;
    const { depth } = block;
    if (!items.some((item) => depth < item.depth && item.siblings >= FEWEST_ITEMS)) continue;
    pending = wrapUp(block);
    found.push(pending);
  }
  return [...found, ...openings.slice(next)];
}

function readItem({ by, depth }: UnitStart): Item | undefined {
  const reading = by.type === 'enumerator' ? by.readings[0] : undefined;
  return reading && depth > 0
    ? { depth, form: reading.rule.form, number: reading.number, siblings: 1 }
    : undefined;
}

function withItem(items: readonly Item[], item: Item): Item[] {
  const open = items.filter(({ depth }) => depth <= item.depth);
  // `a)` is no list for Markdown: it stands in the same list as the `1.` that holds it.
  const before = open.findIndex(({ depth, form }) => depth === item.depth && form === item.form);
  if (before < 0) return [...open, item];
  return [...open.slice(0, before), { ...item, siblings: (open[before]?.siblings ?? 0) + 1 }];
}

function resumes(item: Item, { items, pending }: { items: readonly Item[]; pending: UnitStart }): boolean {
  const before = items.find(({ depth, form }) => depth === item.depth && form === item.form);
  if (!before || item.depth <= pending.depth) return false;
  const [of, next] = [before.number, item.number].map((number) => Number.parseInt(number, 10));
  return Number.isNaN(next) ? before.number < item.number : (of ?? 0) < (next ?? 0);
}

function wrapUp(block: TextBlock): UnitStart {
  const { line, depth } = block;
  const title = plainText(block.text.split('\n', 1)[0] ?? '');
  const by = { type: 'frame', key: 'wrap-up' } as const;
  return { line, headEnd: line, level: 0, depth, kind: 'wrap_up', title, by };
}
