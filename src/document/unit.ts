// The closed vocabularies of a cut: what a unit is, what its text is for, and how deep the cut goes.

export const UNIT_KINDS = [
  'document',
  'front_matter',
  'preamble',
  'part',
  'chapter',
  'section',
  'subsection',
  'article',
  'clause',
  'point',
  'wrap_up',
  'annex',
  'definition',
  'recital',
  'signature',
  'toc',
  'generic',
] as const;

export type UnitKind = (typeof UNIT_KINDS)[number];

export const SECTION_TYPES = ['normative', 'heading_only', 'editorial', 'reference'] as const;

export type SectionType = (typeof SECTION_TYPES)[number];

/** The smallest unit that is cut; what is smaller stays in its parent's body. */
export const GRANULARITIES = ['article', 'clause', 'point'] as const;

export type Granularity = (typeof GRANULARITIES)[number];

export const DEFAULT_GRANULARITY: Granularity = 'article';

/** Which of the small units each granularity cuts. */
export const DEPTHS: Readonly<Record<Granularity, { readonly clauses: boolean; readonly points: boolean }>> =
  {
    article: { clauses: false, points: false },
    clause: { clauses: true, points: false },
    point: { clauses: true, points: true },
  };
