// A document that changed: its plan against the units that are already in the database, by key and digest.
// Nothing is matched by likeness: a unit whose key is gone retires, a key that is new is created.
import { digestOf, type Sha256 } from '../digest.ts';
import { type CutPlan, type PlanRow, planIdentity } from './plan.ts';

export interface ExistingUnit {
  readonly key: string;
  readonly parent: string | null;
  readonly ordinal: number;
  readonly title: string;
  readonly unit_kind: string;
  readonly section_type: string;
  readonly sha256: Sha256;
  readonly status: 'draft' | 'enacted' | 'retired';
}

export type RowAction = 'create' | 'revise' | 'keep';

export interface PlannedRow extends PlanRow {
  readonly action: RowAction;
}

export interface ChangePlan {
  readonly plan: CutPlan;
  readonly rows: readonly PlannedRow[];
  /** Units that the document no longer has; they retire only with SG_2. */
  readonly retire: readonly ExistingUnit[];
  readonly counts: Readonly<Record<RowAction | 'retire', number>>;
  /** What the sovereign signs; equal to the plan's own while nothing of the document exists yet. */
  readonly cutplan_sha256: Sha256;
}

export function planChange(plan: CutPlan, existing: readonly ExistingUnit[]): ChangePlan {
  const known = new Map(existing.map((unit) => [unit.key, unit]));
  const counts = { create: 0, revise: 0, keep: 0, retire: 0 };
  const rows = plan.rows.map((row): PlannedRow => {
    const action = actionFor(row, known.get(row.key));
    counts[action] += 1;
    return { ...row, action };
  });
  const planned = new Set(plan.rows.map((row) => row.key));
  const retire = existing.filter((unit) => unit.status !== 'retired' && !planned.has(unit.key));
  counts.retire = retire.length;
  return { plan, rows, retire, counts, cutplan_sha256: changeDigest(plan, { rows, retire }) };
}

/** The document is already in the database, unit for unit. */
export function isNothingToCut(change: ChangePlan): boolean {
  return change.counts.create + change.counts.revise + change.counts.retire === 0;
}

/** A retired unit's key is taken: if it comes back it is revised, whatever its text. */
function actionFor(row: PlanRow, unit: ExistingUnit | undefined): RowAction {
  if (unit === undefined) return 'create';
  const same =
    unit.status !== 'retired' &&
    unit.sha256 === row.sha256 &&
    unit.parent === row.parent &&
    unit.ordinal === row.ordinal &&
    unit.title === row.title &&
    unit.unit_kind === row.unit_kind &&
    unit.section_type === row.section_type;
  return same ? 'keep' : 'revise';
}

function changeDigest(plan: CutPlan, change: Pick<ChangePlan, 'rows' | 'retire'>): Sha256 {
  const actions = Object.fromEntries(
    change.rows.filter((row) => row.action !== 'create').map((row) => [row.key, row.action]),
  );
  const retire = change.retire.map((unit) => unit.key).sort();
  if (Object.keys(actions).length === 0 && retire.length === 0) return plan.cutplan_sha256;
  return digestOf({ ...planIdentity(plan), changes: { actions, retire } });
}
