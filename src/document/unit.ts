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

export const GRANULARITIES = ['article', 'clause', 'point'] as const;

/** The smallest unit that is cut; what is smaller stays in its parent's body. */
export type Granularity = (typeof GRANULARITIES)[number];
