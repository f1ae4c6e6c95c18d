// A document that changed, as the signing view gets it: two texts, each cut for real.
import { planDocument } from '../../src/document/plan.ts';
import type { Granularity } from '../../src/document/unit.ts';
import { type ChangePlan, type ExistingUnit, planChange } from '../../src/plan/change.ts';
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
  const existing = old.rows.map((row): ExistingUnit => ({ ...row, status: 'enacted' }));
  const bodies = new Map(old.rows.map(({ key, body }) => [key, body]));
  const change = planChange(planDocument(Buffer.from(after), cut), existing, { documentId: 'charter' });
  const units = unitChangesOf(change, { existing, oldText: (key) => bodies.get(key) });
  return { change, existing, units, view: viewOf(units) };
}
