// Quotations that run over several blocks, as in laws that amend other laws: what they quote belongs to the quoting unit.
// A quotation must close: one that a heading or too many blocks interrupt is taken for a stray mark.
import type { Block } from './blocks.ts';

const CLOSING_FOR: Readonly<Record<string, string>> = { '“': '”', '„': '“”', '«': '»', '"': '"' };
const MARKS = Object.keys(CLOSING_FOR);
const MAX_BLOCKS = 500;

/** Indexes of the blocks that belong to a quotation of several blocks, its first block included. */
export function quotedBlocks(blocks: readonly Block[]): ReadonlySet<number> {
  const quoted = new Set<number>();
  let open: { since: number; mark: string; isBold: boolean } | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'opaque') continue;
    if (block.type === 'heading') {
      open = undefined;
      continue;
    }
    // A title in bold ends a quotation as a heading does, unless what is quoted has titles in bold itself.
    if (open && !open.isBold && block.text.startsWith('**')) open = undefined;
    if (open && index - open.since > MAX_BLOCKS) open = undefined;
    if (!open) {
      const mark = block.text[0] ?? '';
      if (MARKS.includes(mark) && balance(block.text, mark) > 0)
        open = { since: index, mark, isBold: block.text.startsWith('**', 1) };
    } else if (closes(block.text, open.mark)) {
      for (let inside = open.since; inside <= index; inside += 1) quoted.add(inside);
      open = undefined;
    }
  }
  return quoted;
}

/** How many more quotations the text opens than it closes. A straight mark opens and closes in turn. */
function balance(text: string, mark: string): number {
  const closing = CLOSING_FOR[mark] ?? '';
  let [opened, closed] = [0, 0];
  for (const character of text) {
    if (character === mark) opened += 1;
    else if (closing.includes(character)) closed += 1;
  }
  return mark === '"' ? opened % 2 : opened - closed;
}

/** The text ends with the closing mark, and that mark does not close a quotation of the text's own. */
function closes(text: string, mark: string): boolean {
  const end = /(.)[\s.;,:)]{0,4}$/u.exec(text.slice(-8))?.[1] ?? '';
  if (!(CLOSING_FOR[mark] ?? '').includes(end)) return false;
  // Each paragraph of a long quotation may repeat the opening mark.
  const continued = text.startsWith(mark) ? 1 : 0;
  return mark === '"'
    ? (balance(text, mark) === 1) !== (continued === 1)
    : balance(text, mark) - continued < 0;
}
