// Quotations that run over several blocks, as in laws that amend other laws: what they quote belongs to the quoting unit.
// A quotation must close: one that a heading or too many blocks interrupt is taken for a stray mark; so is one that nothing
// announces, as soon as a label follows.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import { compiledFor, readTextLabel } from './label.ts';
import type { Profile } from './profile.ts';

const CLOSING_FOR: Readonly<Record<string, string>> = { '“': '”', '„': '“”', '«': '»', '"': '"' };
const MARKS = Object.keys(CLOSING_FOR);
const MAX_BLOCKS = 500;

/** Indexes of the blocks that belong to a quotation of several blocks, its first block included. */
export function quotedBlocks(blocks: readonly Block[], profile: Profile): ReadonlySet<number> {
  const quoted = new Set<number>();
  let open: { since: number; mark: string; isAnnounced: boolean } | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'opaque') continue;
    if (block.type === 'heading') {
      open = undefined;
      continue;
    }
    // Read once: the text of a block may be decoded whenever it is looked at.
    const { text } = block;
    if (open && !open.isAnnounced && isLabel(text, profile)) open = undefined;
    if (open && index - open.since > MAX_BLOCKS) open = undefined;
    if (!open) {
      const mark = text[0] ?? '';
      if (MARKS.includes(mark) && balance(text, mark) > 0) {
        const isAnnounced = announces(blocks[index - 1]) || isLabel(text.slice(1), profile);
        open = { since: index, mark, isAnnounced };
      }
    } else if (closes(text, open.mark)) {
      for (let inside = open.since; inside <= index; inside += 1) quoted.add(inside);
      open = undefined;
    }
  }
  return quoted;
}

function announces(before: Block | undefined): boolean {
  return before?.type === 'text' && /:\s*$/.test(before.text.slice(-8));
}

function isLabel(text: string, profile: Profile): boolean {
  const [line = ''] = text.slice(0, 400).split('\n', 1);
  return compiledFor(profile).start.test(line) && readTextLabel(plainText(line), profile) !== undefined;
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
