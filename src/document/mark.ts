// Phase `mark`: Markdown bytes become a tree of marked sections whose byte ranges partition the document.
import { type Sha256, sha256 } from '../digest.ts';
import { keyMaker } from './address.ts';
import { readBlocks } from './blocks.ts';
import { frame } from './frame.ts';
import { shorten } from './inline.ts';
import { type Nested, nest } from './nest.ts';
import { findOpenings } from './opening.ts';
import { detectProfile, type Profile, profileNamed } from './profile.ts';
import { sectionTypeOf } from './section-type.ts';
import { readSource } from './source.ts';
import type { Granularity, SectionType, UnitKind } from './unit.ts';

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
export function mark(bytes: Uint8Array, options: MarkOptions = {}): MarkedDocument {
  const named = options.profile === undefined ? undefined : profileNamed(options.profile);
  const source = readSource(bytes, options);
  const profile = named ?? detectProfile(source.text);
  const granularity = options.granularity ?? 'article';
  const blocks = readBlocks(source.text);
  const openings = frame(findOpenings(blocks, { profile, granularity }), { blocks, source, profile });
  const nested = nest(openings, { profile, granularity });
  const sections = address(nested, { profile, source });
  const counts: Partial<Record<UnitKind, number>> = {};
  for (const { kind } of sections) counts[kind] = (counts[kind] ?? 0) + 1;
  const document = { bytes: bytes.length, sha256: sha256(bytes) };
  return { bytes, document, profile: profile.name, granularity, sections, counts };
}

function address(
  nested: readonly Nested[],
  options: { profile: Profile; source: ReturnType<typeof readSource> },
): MarkedSection[] {
  const { profile, source } = options;
  const keys = keyMaker(
    nested.map(({ opening }) => opening),
    profile,
  );
  const sections: MarkedSection[] = [];
  for (const [index, { opening, kind, parent }] of nested.entries()) {
    const above = sections[parent];
    const byteStart = index === 0 ? 0 : (source.lineStarts[opening.line] ?? 0);
    const next = nested[index + 1]?.opening.line;
    const byteEnd = next === undefined ? source.bytes.length : (source.lineStarts[next] ?? 0);
    sections.push({
      key: keys.claim(keys.segment(opening), above && above.kind !== 'document' ? above.key : null),
      parent: above?.key ?? null,
      kind,
      sectionType: sectionTypeOf(
        { opening, kind },
        { bytes: source.bytes, from: source.lineStarts[opening.headEnd] ?? byteEnd, to: byteEnd },
      ),
      title: shorten(opening.title, MAX_TITLE) || `Untitled ${kind}`,
      byteStart,
      byteEnd,
    });
  }
  return sections;
}
