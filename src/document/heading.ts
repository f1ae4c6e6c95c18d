// What a heading opens: its label says so, or its title, or the text under it; its level never says the kind.
import type { Block } from './blocks.ts';
import { plainText } from './inline.ts';
import { readHeadingLabel } from './label.ts';
import type { Profile } from './profile.ts';
import type { UnitStart } from './unit-start.ts';

type HeadingBlock = Extract<Block, { type: 'heading' }>;

interface Context {
  readonly blocks: readonly Block[];
  /** Where the heading stands among the blocks. */
  readonly index: number;
  readonly profile: Profile;
}

/** One opening, or none for a letterhead and for a label in quotation marks. */
export function openHeading(block: HeadingBlock, context: Context): UnitStart[] {
  const { profile } = context;
  const title = plainText(block.text);
  if (profile.letterhead?.test(title)) return [];
  if (/^[“"„«]/.test(title) && readHeadingLabel(title.slice(1), profile)) return [];
  const opening = { line: block.line, headEnd: block.end, level: block.level, depth: 0, title };
  const rule = profile.titles.find(({ on, pattern }) => on !== 'paragraph' && pattern.test(title));
  const label = readHeadingLabel(title, profile);
  if (label && !(rule && label.ending === 'open'))
    return [{ ...opening, kind: label.rule.kind, by: { type: 'label', label } }];
  if (rule) return [{ ...opening, kind: rule.kind, by: { type: 'title', rule } }];
  return [{ ...opening, kind: kindByText(block, context), by: { type: 'heading' } }];
}

function kindByText(block: HeadingBlock, { blocks, index, profile }: Context): UnitStart['kind'] {
  const next = blocks[index + 1];
  const following = next?.type === 'text' ? plainText(next.text.slice(0, 200)) : '';
  if (profile.preambleOpening?.test(following)) return 'preamble';
  if (block.level <= 2 && profile.annexed?.test(following)) return 'annex';
  return listsLinks(blocks, index) ? 'toc' : 'section';
}

const FEWEST_LINKS = 3;
const LEAST_SHARE = 0.6;

/** A section whose lines mostly lead to other places of the same document is its table of contents. */
function listsLinks(blocks: readonly Block[], index: number): boolean {
  let [lines, links] = [0, 0];
  for (let at = index + 1; at < blocks.length && blocks[at]?.type !== 'heading'; at += 1) {
    const block = blocks[at];
    if (block?.type !== 'text') continue;
    for (const line of block.text.split('\n')) {
      lines += 1;
      if (line.includes('](#')) links += 1;
    }
  }
  return links >= FEWEST_LINKS && links >= lines * LEAST_SHARE;
}
