// The closing words of a list, `… haftet dem anderen.` below its last number, belong to what the list stands in, not to
// its last point. They are a unit of their own, as `wrapUp` is in the Akoma Ntoso standard (LegalDocML).
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import type { EnumeratorRule } from './profile.ts';
import type { UnitStart } from './unit-start.ts';

type TextBlock = Extract<Block, { type: 'text' }>;

/** The last number that was read in a list. */
interface Item {
  readonly depth: number;
  readonly rule: EnumeratorRule;
  readonly number: string;
  readonly siblings: number;
  /** Its sentence goes on: `b) by night,` */
  readonly goesOn: boolean;
  /** It stands right above, with its text on its own line. */
  readonly isAbove: boolean;
  /** It stands alone on its line: its text is the next block. */
  readonly isAlone: boolean;
}

interface Pending {
  readonly opening: UnitStart;
  /** Rank of the list that it closes. */
  readonly closes: number | undefined;
}

const FEWEST_ITEMS = 2;

/** Both in the order of the document. A list that goes on below a text was not closed by it. */
export function withWrapUps(openings: readonly UnitStart[], blocks: readonly Block[]): UnitStart[] {
  const found: UnitStart[] = [];
  let items: Item[] = [];
  let pending: Pending | undefined;
  let next = 0;
  for (const block of blocks) {
    const before = next;
    for (; (openings[next]?.line ?? Number.POSITIVE_INFINITY) < block.end; next += 1) {
      const opening = openings[next];
      if (!opening) break;
      const item = readItem(opening, block);
      if (pending && item && resumes(item, { items, pending }))
        found.splice(found.lastIndexOf(pending.opening), 1);
      pending = undefined;
      items = item ? withItem(items, item) : [];
      found.push(opening);
    }
    if (next > before || block.type !== 'text' || pending) continue;
    const last = items.at(-1);
    if (last?.isAlone) {
      const goesOn = SENTENCE_GOES_ON.test(block.text.slice(-12));
      items = [...items.slice(0, -1), { ...last, isAlone: false, isAbove: true, goesOn }];
      continue;
    }
    pending = closeList(block, items);
    if (pending) found.push(pending.opening);
    // Only the text right below a number can go on with its sentence.
    items = items.map((item) => ({ ...item, isAbove: false }));
  }
  return [...found, ...openings.slice(next)];
}

function readItem({ by, depth }: UnitStart, block: Block): Item | undefined {
  const reading = by.type === 'enumerator' ? by.readings[0] : undefined;
  if (!reading) return undefined;
  const { rule, number, rest } = reading;
  const goesOn = block.type === 'text' && SENTENCE_GOES_ON.test(block.text.slice(-12));
  return { depth, rule, number, siblings: 1, goesOn, isAbove: rest !== '', isAlone: rest === '' };
}

const SENTENCE_GOES_ON = /(?:[,;]|[\s,;](?:or|and|oder|und|ou|et|hoặc|và))\s*$/;

function withItem(items: readonly Item[], item: Item): Item[] {
  const open = items.filter(({ depth }) => depth <= item.depth);
  // `a)` is no list for Markdown: it stands in the same list as the `1.` that holds it.
  const before = open.findIndex(({ depth, rule }) => depth === item.depth && rule.form === item.rule.form);
  if (before < 0) return [...open, item];
  return [...open.slice(0, before), { ...item, siblings: (open[before]?.siblings ?? 0) + 1 }];
}

/** A text less deep than the list; or, where nothing is indented, one that begins like the rest of a sentence. */
function closeList(block: TextBlock, items: readonly Item[]): Pending | undefined {
  const { depth } = block;
  if (NO_WORDS.test(block.text)) return undefined;
  const complete = items.filter(({ siblings }) => siblings >= FEWEST_ITEMS);
  if (complete.some((item) => depth < item.depth)) return { opening: wrapUp(block), closes: undefined };
  const last = items.at(-1);
  if (depth > 0 || !last?.isAbove) return undefined;
  const closed = complete.find(({ rule }) => rule.kind === 'point') ?? complete.at(-1);
  // The rest of a sentence begins with a small letter; a sentence of its own stands below points that are all told.
  const isRest = last.goesOn && /^\p{Ll}/u.test(block.text);
  if (!isRest && (last.goesOn || closed?.rule.kind !== 'point')) return undefined;
  return closed && { opening: wrapUp(block, closed.rule.rank), closes: closed.rule.rank };
}

/** A row of a table, or a number in a form that the profile does not know. */
const NO_WORDS = /^(?:\||[a-z]{1,4}[.)]\s|\([a-z]{1,4}\)\s)/;

function resumes(item: Item, { items, pending }: { items: readonly Item[]; pending: Pending }): boolean {
  const before = items.find(({ depth, rule }) => depth === item.depth && rule.form === item.rule.form);
  const isClosed =
    pending.closes === undefined ? item.depth > pending.opening.depth : item.rule.rank >= pending.closes;
  if (!before || !isClosed) return false;
  const [of, next] = [before.number, item.number].map((number) => Number.parseInt(number, 10));
  return Number.isNaN(next) ? before.number < item.number : (of ?? 0) < (next ?? 0);
}

function wrapUp(block: TextBlock, closes?: number): UnitStart {
  const { line, depth } = block;
  const title = plainText(block.text.split('\n', 1)[0] ?? '');
  const by = { type: 'frame', key: 'wrap-up', ...(closes === undefined ? {} : { closes }) } as const;
  return { line, headEnd: line, level: 0, depth, kind: 'wrap_up', title, by };
}
