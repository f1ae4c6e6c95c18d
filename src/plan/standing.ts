// The units that a cut leaves behind once it is enacted: what the next plan of the document is held against, from a
// document's bytes alone.
import type { CutPlan } from '../document/plan.ts';
import type { ExistingUnit } from './change.ts';

export function standingAfter({ rows }: CutPlan): ExistingUnit[] {
  return rows.map(({ key, parent, ordinal, title, num, heading, unit_kind, section_type, sha256 }) => ({
    ...{ key, parent, ordinal, title, num, heading, unit_kind, section_type, sha256 },
    status: 'enacted',
  }));
}

/** Their exact texts, by key. */
export function textsOf({ rows }: CutPlan): ReadonlyMap<string, string> {
  return new Map(rows.map(({ key, body }) => [key, body]));
}
