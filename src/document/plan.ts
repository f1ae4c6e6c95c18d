// Phase `cutplan`: marked sections become the ordered rows to be written.
// Invariant 1 of the design: the bodies of a plan's rows, in order, are the source byte for byte.
import { type Sha256, sha256 } from '../digest/digest.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type MarkedDocument, type MarkOptions, markDocument } from './mark-document.ts';
import type { Granularity, SectionType, UnitKind } from './unit.ts';

export type { Granularity, SectionType, UnitKind } from './unit.ts';

export interface PlanRow {
  /** From 1, in the order of the document. */
  readonly ordinal: number;
  readonly key: string;
  /** Key of the row that contains this one. */
  readonly parent: string | null;
  readonly unit_kind: UnitKind;
  readonly section_type: SectionType;
  readonly title: string;
  /** The label as written, `Article 5`; null where there is none. */
  readonly num: string | null;
  /** What the title says besides; null when that is nothing. */
  readonly heading: string | null;
  /** Read from the document's bytes whenever it is looked at. */
  readonly body: string;
  readonly byte_start: number;
  /** Where the next row starts, or the document's size. */
  readonly byte_end: number;
  /** Of the row's own bytes. */
  readonly sha256: Sha256;
}

export interface CutPlan {
  readonly document: { readonly bytes: number; readonly sha256: Sha256 };
  readonly profile: string;
  readonly granularity: Granularity;
  /** What the cut is not sure of, in the order of the document. */
  readonly diagnostics: readonly Diagnostic[];
  readonly rows: readonly PlanRow[];
}

/** Throws DocumentFault when the bytes cannot be cut. */
export function planDocument(bytes: Uint8Array, options: MarkOptions = {}): CutPlan {
  return planSections(markDocument(bytes, options));
}

export function planSections(marked: MarkedDocument): CutPlan {
  const body = bodyFrom(marked.bytes);
  const rows = marked.sections.map((section, index): PlanRow => {
    const own = marked.bytes.subarray(section.byteStart, section.byteEnd);
    const row = {
      ordinal: index + 1,
      key: section.key,
      parent: section.parent,
      unit_kind: section.kind,
      section_type: section.sectionType,
      title: section.title,
      num: section.num,
      heading: section.heading,
      byte_start: section.byteStart,
      byte_end: section.byteEnd,
      sha256: sha256(own),
    };
    return Object.defineProperty(row, 'body', body) as typeof row & { readonly body: string };
  });
  const { document, profile, granularity, diagnostics } = marked;
  return { document, profile, granularity, diagnostics, rows };
}

/** Of every row of a plan: held by the rows, their texts would be the document once or twice more. */
function bodyFrom(bytes: Uint8Array): PropertyDescriptor & ThisType<PlanRow> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    enumerable: true,
    get() {
      return buffer.toString('utf8', this.byte_start, this.byte_end);
    },
  };
}

/** The row with more said about it, its body still unread: `{ ...row }` would read and hold it. */
export function extendRow<More extends object>(row: PlanRow, more: More): PlanRow & More {
  const extended: Record<string, unknown> = {};
  for (const name of Object.keys(row)) if (name !== 'body') extended[name] = row[name as keyof PlanRow];
  Object.assign(extended, more);
  const body = Object.getOwnPropertyDescriptor(row, 'body') ?? {};
  return Object.defineProperty(extended, 'body', body) as unknown as PlanRow & More;
}
