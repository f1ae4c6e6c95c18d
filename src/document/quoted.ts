// Quotations that run over several blocks, as in laws that amend other laws: what they quote belongs to the quoting unit.
// A quotation that is not closed before the next heading is taken for a stray mark.
import type { Block } from './blocks.ts';

const OPENING = /^(?:[“„«]|"(?=\S))/;
const CLOSING = /[”“»"][\s.;,:)]*$/;

/** Indexes of the blocks that continue a quotation begun in an earlier or the same block. */
export function quotedBlocks(blocks: readonly Block[]): ReadonlySet<number> {
  const quoted = new Set<number>();
  let since: number | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'heading' && !OPENING.test(block.text)) since = undefined;
    if (block.type !== 'text') continue;
    if (since === undefined) {
      if (!OPENING.test(block.text)) continue;
      quoted.add(index);
      if (!closes(block.text, true)) since = index;
    } else if (closes(block.text, false)) {
      for (let inside = since + 1; inside <= index; inside += 1) quoted.add(inside);
      since = undefined;
    }
  }
  return quoted;
}

function closes(text: string, opened: boolean): boolean {
  const end = text.slice(-8);
  if (!CLOSING.test(end)) return false;
  return !opened || text.length > 1;
}
