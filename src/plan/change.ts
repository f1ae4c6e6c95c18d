// A document that changed: its plan against the units that are already in the database, by key and digest.
// Nothing is matched by likeness: a unit whose key is gone retires, a key that is new is created.
import type { Sha256 } from '../digest/digest.ts';
import { type CutPlan, extendRow, type PlanRow } from '../document/plan.ts';
import type { SectionType, UnitKind } from '../document/unit.ts';
import { type PlanHeader, planHead, planLines, type RetiredLine, type RowLine } from './plan-lines.ts';

export interface ExistingUnit {
  readonly key: string;
  readonly parent: string | null;
  readonly ordinal: number;
  readonly title: string;
  readonly unit_kind: UnitKind;
  readonly section_type: SectionType;
  readonly sha256: Sha256;
  readonly status: 'draft' | 'enacted' | 'retired';
  /** Its newest version is a draft that no run is going to enact any more. */
  readonly stranded?: boolean;
}

export type RowAction = 'create' | 'revise' | 'keep';

export interface PlannedRow extends PlanRow {
  readonly action: RowAction;
}

export interface ChangePlan {
  readonly header: PlanHeader;
  readonly plan: CutPlan;
  readonly rows: readonly PlannedRow[];
  /** Every unit stands where it stood, under the same parent. */
  readonly inPlace: boolean;
  /** Some unit that is kept would wait for ever if this document were not cut again. */
  readonly strands: boolean;
  /** Units that the document no longer has; they retire only with SG_2. */
  readonly retire: readonly ExistingUnit[];
  readonly counts: Readonly<Record<RowAction | 'retire', number>>;
  /** What the sovereign signs: the tree head of `linesOf` this change. */
  readonly cutplan_sha256: Sha256;
}

export interface ChangeOptions {
  readonly documentId: string;
  /** Digest of the blocking diagnostics that were accepted by signature; none when absent. */
  readonly acceptsSha256?: Sha256 | null;
}

export function planChange(
  plan: CutPlan,
  existing: readonly ExistingUnit[],
  { documentId, acceptsSha256 = null }: ChangeOptions,
): ChangePlan {
  const known = new Map(existing.map((unit) => [unit.key, unit]));
  const counts = { create: 0, revise: 0, keep: 0, retire: 0 };
  const rows = plan.rows.map((row): PlannedRow => {
    const action = actionFor(row, known.get(row.key));
    counts[action] += 1;
    return extendRow(row, { action });
  });
  const planned = new Set(plan.rows.map((row) => row.key));
  const retire = existing.filter((unit) => unit.status !== 'retired' && !planned.has(unit.key));
  counts.retire = retire.length;
  const inPlace = plan.rows.every((row) => {
    const unit = known.get(row.key);
    return unit?.ordinal === row.ordinal && unit.parent === row.parent;
  });
  const strands = plan.rows.some((row) => known.get(row.key)?.stranded === true);
  const header: PlanHeader = {
    document_id: documentId,
    source_sha256: plan.document.sha256,
    profile: plan.profile,
    granularity: plan.granularity,
    accepts_sha256: acceptsSha256,
  };
  const cutplan_sha256 = planHead(linesOf({ header, rows, retire }));
  return { header, plan, rows, inPlace, strands, retire, counts, cutplan_sha256 };
}

/** The lines of `plan.jsonl`, one at a time: a long plan is never in memory twice. */
export function linesOf({
  header,
  rows,
  retire,
}: Pick<ChangePlan, 'header' | 'rows' | 'retire'>): Generator<string> {
  return planLines({ header, rows: rowLines(rows), retired: retire.map(retiredLine) });
}

function* rowLines(rows: readonly PlannedRow[]): Generator<RowLine> {
  for (const { sha256, ...row } of rows) yield { ...row, body_sha256: sha256 };
}

function retiredLine({ key, unit_kind, section_type, title, sha256 }: ExistingUnit): RetiredLine {
  return { key, unit_kind, section_type, title, body_sha256: sha256 };
}

/** The document is already in the database, unit for unit and in the same order, in force or on its way there. */
export function isNothingToCut(change: ChangePlan): boolean {
  const { create, revise, retire } = change.counts;
  return create + revise + retire === 0 && change.inPlace && !change.strands;
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
