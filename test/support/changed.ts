// A document that changed, as the signing view gets it: two texts, each cut for real.
import { planDocument } from '../../src/document/plan.ts';
import type { Granularity } from '../../src/document/unit.ts';
import { type ChangePlan, type ExistingUnit, planChange } from '../../src/plan/change.ts';
import { standingAfter, textsOf } from '../../src/plan/standing.ts';
import { type UnitChange, unitChangesOf } from '../../src/report/changes/unit-change.ts';
import { type ChangesView, viewOf } from '../../src/report/changes/view.ts';

interface Cut {
  readonly profile?: string;
  readonly granularity?: Granularity;
}

export interface Changed {
  readonly change: ChangePlan;
  readonly existing: readonly ExistingUnit[];
  readonly units: readonly UnitChange[];
  readonly view: ChangesView;
}

/** `before` as it was enacted, `after` as it is planned against it. */
export function changed(before: string, after: string, cut: Cut = {}): Changed {
  const old = planDocument(Buffer.from(before), cut);
  const existing = standingAfter(old);
  const texts = textsOf(old);
  const change = planChange(planDocument(Buffer.from(after), cut), existing, {
    documentId: 'charter',
    texts,
  });
  const units = unitChangesOf(change, (key) => texts.get(key));
  return { change, existing, units, view: viewOf(units) };
}
