// Where units start: every heading, and every line of text that carries a label of the profile.
// An opening is always the start of a line; what is quoted, listed in a table of contents or merely mentioned opens nothing.
import type { Block } from './blocks.ts';
import type { Enumerator } from './enumerator.ts';
import { DocumentFault } from './fault.ts';
import { openHeading } from './heading.ts';
import type { Label } from './label.ts';
import type { LabelRule, Profile, TitleRule } from './profile.ts';
import { quotedBlocks } from './quoted.ts';
import type { Source } from './source-text.ts';
import { openText } from './text.ts';
import { withoutListed } from './toc.ts';
import { DEPTHS, type Granularity, type SectionType, type UnitKind } from './unit.ts';
import { withWrapUps } from './wrap-up.ts';

export interface UnitStart {
  readonly line: number;
  /** The line after the label and its title: text from here on is the unit's own. */
  readonly headEnd: number;
  /** Heading level 1-6; 0 for a line of text. */
  readonly level: number;
  /** How many lists it stands in. */
  readonly depth: number;
  readonly kind: UnitKind;
  readonly title: string;
  readonly by: StartedBy;
}

export type StartedBy =
  | { readonly type: 'label'; readonly label: Label; readonly emphasised?: true }
  | {
      readonly type: 'enumerator';
      readonly readings: readonly Enumerator[];
      /** Where on its line the number stands. */
      readonly column: number;
    }
  /** The line of the first unit of the outermost list that it closes. */
  | { readonly type: 'wrap_up'; readonly closes: number }
  | { readonly type: 'title'; readonly rule: TitleRule }
  | { readonly type: 'heading' }
  /** Announced by nothing: front matter, the document itself, what stands after its end. */
  | {
      readonly type: 'frame';
      readonly key: string;
      readonly sectionType?: SectionType;
      /** Its title is ours, not the document's. */
      readonly nameless?: true;
    };

const MAX_UNITS = 250_000;

/** Throws DocumentFault `too_large` for more units than anybody could read. */
export function findUnitStarts(
  blocks: readonly Block[],
  { source, profile, granularity }: { source: Source; profile: Profile; granularity: Granularity },
): UnitStart[] {
  const openings: UnitStart[] = [];
  const quoted = quotedBlocks(blocks, profile);
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'opaque' || quoted.has(index)) continue;
    const found =
      block.type === 'heading'
        ? openHeading(block, { blocks, index, profile })
        : openText(block, {
            next: blocks[index + 1],
            source,
            profile,
            enumerators: DEPTHS[granularity].clauses || countsAnyway(openings.at(-1)),
          });
    openings.push(...found);
    if (openings.length > MAX_UNITS)
      throw new DocumentFault(
        'too_large',
        `the document has more than ${MAX_UNITS} units: split it into several documents`,
      );
  }
  return DEPTHS[granularity].clauses
    ? withWrapUps(openings, { blocks: outside(blocks, quoted), source })
    : openings;
}

function outside(blocks: readonly Block[], quoted: ReadonlySet<number>): readonly Block[] {
  return quoted.size === 0 ? blocks : blocks.filter((_, index) => !quoted.has(index));
}

/** Without what a table of contents lists and what another law is quoted with. */
export function keepUnits(openings: UnitStart[]): UnitStart[] {
  return withoutStrayLabels(withoutListed(openings));
}

/** Recitals and the notes under a signature are units at every depth of cut. */
function countsAnyway(last: UnitStart | undefined): boolean {
  return last?.kind === 'preamble' || last?.kind === 'signature' || last?.by.type === 'enumerator';
}

const CLEAR_MAJORITY = 20;

/** A document that makes headings of its articles does so throughout: a rare label in plain text is another law's, quoted. */
function withoutStrayLabels(openings: readonly UnitStart[]): UnitStart[] {
  const counts = new Map<LabelRule, { headings: number; lines: number }>();
  for (const opening of openings) {
    if (opening.by.type !== 'label') continue;
    const { rule } = opening.by.label;
    const count = counts.get(rule) ?? { headings: 0, lines: 0 };
    counts.set(rule, count);
    count[opening.level > 0 ? 'headings' : 'lines'] += 1;
  }
  return openings.filter(({ level, by }) => {
    if (level > 0 || by.type !== 'label' || by.emphasised) return true;
    const count = counts.get(by.label.rule);
    return !count || count.headings < count.lines * CLEAR_MAJORITY;
  });
}
