// Phase `mark`: Markdown bytes become a tree of marked sections whose byte ranges partition the document.
import { type Sha256, sha256 } from '../digest/digest.ts';
import { keyMaker } from './address.ts';
import { type Block, readBlocks } from './blocks.ts';
import { frame } from './frame.ts';
import { abridge } from './inline.ts';
import { type Nested, nest } from './nest.ts';
import { findNumberedTitles } from './numbered.ts';
import { detectProfile, type Profile, profileNamed } from './profile.ts';
import { sectionTypeOf } from './section-type.ts';
import { decodeSource, type Source } from './source-text.ts';
import { DEFAULT_GRANULARITY, type Granularity, type SectionType, type UnitKind } from './unit.ts';
import { findUnitStarts, type UnitStart } from './unit-start.ts';

export interface MarkedSection {
  readonly key: string;
  readonly parent: string | null;
  readonly kind: UnitKind;
  readonly sectionType: SectionType;
  readonly title: string;
  readonly byteStart: number;
  readonly byteEnd: number;
}

export interface MarkedDocument {
  readonly bytes: Uint8Array;
  readonly document: { readonly bytes: number; readonly sha256: Sha256 };
  readonly profile: string;
  readonly granularity: Granularity;
  readonly sections: readonly MarkedSection[];
  readonly counts: Readonly<Partial<Record<UnitKind, number>>>;
}

export interface MarkOptions {
  /** One of PROFILE_NAMES; detected from the text when absent. */
  readonly profile?: string;
  readonly granularity?: Granularity;
  /** 32 MiB when absent. */
  readonly maxBytes?: number;
}

const MAX_TITLE = 240;

/** Throws DocumentFault when the bytes are no document, or the profile is unknown. Linear in the document's size. */
export function markDocument(bytes: Uint8Array, options: MarkOptions = {}): MarkedDocument {
  const named = options.profile === undefined ? undefined : profileNamed(options.profile);
  const source = decodeSource(bytes, options);
  const profile = named ?? detectProfile(source.opening);
  const granularity = options.granularity ?? DEFAULT_GRANULARITY;
  const blocks = readBlocks(source);
  const openings = frame(findUnits(blocks, { source, profile, granularity }), { blocks, source, profile });
  const nested = nest(openings, { profile, granularity });
  const sections = address(nested, { profile, source });
  const counts: Partial<Record<UnitKind, number>> = {};
  for (const { kind } of sections) counts[kind] = (counts[kind] ?? 0) + 1;
  const document = { bytes: bytes.length, sha256: sha256(bytes) };
  return { bytes, document, profile: profile.name, granularity, sections, counts };
}

function findUnits(
  blocks: readonly Block[],
  { source, profile, granularity }: { source: Source; profile: Profile; granularity: Granularity },
): UnitStart[] {
  const found = findUnitStarts(blocks, { profile, granularity });
  const hasLabels = found.some(({ by }) => by.type === 'label');
  const numbered = hasLabels ? [] : findNumberedTitles(blocks, source);
  if (numbered.length === 0) return found;
  const lines = new Set(numbered.map(({ line }) => line));
  return [...found.filter(({ line }) => !lines.has(line)), ...numbered].sort((a, b) => a.line - b.line);
}

function address(nested: readonly Nested[], options: { profile: Profile; source: Source }): MarkedSection[] {
  const { profile, source } = options;
  const keys = keyMaker(
    nested.map(({ opening }) => opening),
    profile,
  );
  const sections: MarkedSection[] = [];
  for (const [index, unit] of nested.entries()) {
    const { opening, kind, parent } = unit;
    const above = sections[parent];
    const byteStart = index === 0 ? 0 : (source.lineStarts[opening.line] ?? 0);
    const next = nested[index + 1]?.opening.line;
    const byteEnd = next === undefined ? source.bytes.length : (source.lineStarts[next] ?? 0);
    sections.push({
      key: keys.claim(keys.segment(unit), above && above.kind !== 'document' ? above.key : null),
      parent: above?.key ?? null,
      kind,
      sectionType: sectionTypeOf(
        { opening, kind },
        { bytes: source.bytes, from: source.lineStarts[opening.headEnd] ?? byteEnd, to: byteEnd },
      ),
      title: abridge(opening.title, MAX_TITLE) || `Untitled ${kind}`,
      byteStart,
      byteEnd,
    });
  }
  return sections;
}
