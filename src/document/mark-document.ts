// Phase `mark`: Markdown bytes become a tree of marked sections whose byte ranges partition the document.
import { type Sha256, sha256 } from '../digest/digest.ts';
import { keyMaker } from './address.ts';
import type { Block } from './blocks.ts';
import { detectProfile } from './detect.ts';
import { diagnose } from './diagnose/diagnose.ts';
import type { Pinned } from './diagnose/pinned.ts';
import type { Diagnostic } from './diagnostic.ts';
import { frame } from './frame.ts';
import { withIndentedNumbers } from './indented.ts';
import { abridge } from './inline.ts';
import { MAX_TITLE, nameOf } from './name.ts';
import { type Nested, nest } from './nest.ts';
import { findNumberedTitles } from './numbered.ts';
import { type Profile, profileNamed } from './profile.ts';
import { sectionTypeOf } from './section-type.ts';
import { decodeSource, type Source } from './source-text.ts';
import { readStructure } from './structure.ts';
import { DEFAULT_GRANULARITY, DEPTHS, type Granularity, type SectionType, type UnitKind } from './unit.ts';
import { findUnitStarts, keepUnits, type UnitStart } from './unit-start.ts';

export interface MarkedSection {
  readonly key: string;
  readonly parent: string | null;
  readonly kind: UnitKind;
  readonly sectionType: SectionType;
  readonly title: string;
  /** The label as written: `Article 5`, `§ 433`, `Điều 28a`, `(2)`, `a)`; null where there is none. */
  readonly num: string | null;
  /** What the title says besides; null when that is nothing. */
  readonly heading: string | null;
  readonly byteStart: number;
  readonly byteEnd: number;
}

export interface MarkedDocument {
  readonly bytes: Uint8Array;
  readonly document: { readonly bytes: number; readonly sha256: Sha256 };
  readonly profile: string;
  readonly granularity: Granularity;
  /** What the cut is not sure of, in the order of the document. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sections: readonly MarkedSection[];
  readonly counts: Readonly<Partial<Record<UnitKind, number>>>;
}

export interface MarkOptions {
  /** One of PROFILE_NAMES; when absent the pinned one, or detected from the text. */
  readonly profile?: string;
  readonly granularity?: Granularity;
  /** Of the document's latest cut: what differs from it is a blocking diagnostic. */
  readonly pinned?: Pinned;
  /** 32 MiB when absent. */
  readonly maxBytes?: number;
}

/** Throws DocumentFault when the bytes are no document, or the profile is unknown. Linear in the document's size. */
export function markDocument(bytes: Uint8Array, options: MarkOptions = {}): MarkedDocument {
  const { pinned } = options;
  const name = options.profile ?? pinned?.profile;
  const named = name === undefined ? undefined : profileNamed(name);
  const source = decodeSource(bytes, options);
  const detection = named ? undefined : detectProfile(source.opening);
  const profile = named ?? detection?.profile ?? profileNamed('generic');
  const granularity = options.granularity ?? pinned?.granularity ?? DEFAULT_GRANULARITY;
  const { blocks, codeLike } = readStructure(source);
  const openings = frame(findUnits(blocks, { source, profile, granularity }), { blocks, source, profile });
  const nested = nest(openings, { profile, granularity });
  const sections = address(nested, { profile, source });
  const counts: Partial<Record<UnitKind, number>> = {};
  for (const { kind } of sections) counts[kind] = (counts[kind] ?? 0) + 1;
  const document = { bytes: bytes.length, sha256: sha256(bytes) };
  const choice = { profile: profile.name, granularity, pinned, detection };
  const diagnostics = diagnose({ source, blocks, codeLike, profile, nested, sections }, choice);
  return { bytes, document, profile: profile.name, granularity, diagnostics, sections, counts };
}

function findUnits(
  blocks: readonly Block[],
  { source, profile, granularity }: { source: Source; profile: Profile; granularity: Granularity },
): UnitStart[] {
  const found = findUnitStarts(blocks, { source, profile, granularity });
  const labels = found.filter(({ by }) => by.type === 'label');
  const numbered = findNumberedTitles(blocks, source);
  if (numbered.length <= labels.length * MOST_LABELS) return keepUnits(found);
  const lines = new Set(numbered.map(({ line }) => line));
  const again = DEPTHS[granularity].clauses
    ? findUnitStarts(withIndentedNumbers(blocks, source), { source, profile, granularity })
    : found;
  const others = again.filter(({ line, by, kind }) => {
    return !lines.has(line) && (by.type !== 'label' || kind === 'annex');
  });
  return keepUnits([...others, ...numbered].sort((a, b) => a.line - b.line));
}

// A label or two in a text that is numbered throughout are mentions that happen to open a paragraph.
const MOST_LABELS = 4;

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
      ...nameOf(opening),
      byteStart,
      byteEnd,
    });
  }
  return sections;
}
