// A document that changed: its plan against the units that are already in the database, by key and digest.
// Nothing is matched by likeness: a unit whose key is gone retires, a key that is new is created.
import { digestOf, type Sha256 } from '../digest/digest.ts';
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
  /** Every unit stands where it stood, under the same parent. */
  readonly inPlace: boolean;
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
  const inPlace = plan.rows.every((row) => {
    const unit = known.get(row.key);
    return unit?.ordinal === row.ordinal && unit.parent === row.parent;
  });
  return { plan, rows, inPlace, retire, counts, cutplan_sha256: changeDigest(plan, { rows, retire }) };
}

/** The document is already in the database, unit for unit and in the same order. */
export function isNothingToCut(change: ChangePlan): boolean {
  const { create, revise, retire } = change.counts;
  return create + revise + retire === 0 && change.inPlace;
}

/**
 * A unit is kept when its text and what is said about it are the same. Its place may change without a new version,
 * or one article put in at the front would revise all that follow. A retired unit's key is taken: coming back revises it.
 */
function actionFor(row: PlanRow, unit: ExistingUnit | undefined): RowAction {
  if (unit === undefined) return 'create';
  const same =
    unit.status !== 'retired' &&
    unit.sha256 === row.sha256 &&
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
