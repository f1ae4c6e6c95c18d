// The closed vocabularies of a cut: what a unit is, what its text is for, and how deep the cut goes.

export type UnitKind =
  | 'document'
  | 'front_matter'
  | 'preamble'
  | 'part'
  | 'chapter'
  | 'section'
  | 'subsection'
  | 'article'
  | 'clause'
  | 'point'
  | 'annex'
  | 'definition'
  | 'recital'
  | 'signature'
  | 'toc'
  | 'generic';

export type SectionType = 'normative' | 'heading_only' | 'editorial' | 'reference';

/** The smallest unit that is cut; what is smaller stays in its parent's body. */
export type Granularity = 'article' | 'clause' | 'point';
