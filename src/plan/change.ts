// A document that changed: its plan against the units that are already in the database. A unit stays itself wherever it
// stands (identity/match.ts); what became of it is one action for each row.
import type { Sha256 } from '../digest/digest.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { type CutPlan, extendRow, type PlanRow } from '../document/plan.ts';
import type { SectionType, UnitKind } from '../document/unit.ts';
import { type Match, matchUnits } from './identity/match.ts';
import { textBesideNumber } from './identity/units.ts';
import {
  type PlanHeader,
  planHead,
  planLines,
  type RetiredLine,
  type RowAction,
  type RowLine,
} from './plan-lines.ts';

export interface ExistingUnit {
  /** Its address in the newest cut. */
  readonly key: string;
  readonly parent: string | null;
  readonly ordinal: number;
  readonly title: string;
  readonly num: string | null;
  readonly heading: string | null;
  readonly unit_kind: UnitKind;
  readonly section_type: SectionType;
  readonly sha256: Sha256;
  readonly status: 'draft' | 'enacted';
  /** Its newest version is a draft that no run is going to enact any more. */
  readonly stranded?: boolean;
}

export interface PlannedRow extends PlanRow {
  readonly action: RowAction;
  /** The address that its unit had in the cut before, where that was another. */
  readonly was?: string;
  /** How like the texts are, 0.6 to 1, where nothing else told the unit. */
  readonly likeness?: number;
}

/** Units by what becomes of them. */
export type ChangeCounts = Readonly<Record<RowAction | 'retire', number>>;

export interface ChangePlan {
  readonly header: PlanHeader;
  readonly plan: CutPlan;
  readonly rows: readonly PlannedRow[];
  /** The unit of each row as it was; undefined for what is created. */
  readonly before: readonly (ExistingUnit | undefined)[];
  /** What the cut and the matching are not sure of: those of the cut, in the order of the document, then the others. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every unit stands where it stood, under the same parent. */
  readonly inPlace: boolean;
  /** Some unit that is kept would wait for ever if this document were not cut again. */
  readonly strands: boolean;
  /** Units that the document no longer has; they retire only with SG_2. */
  readonly retire: readonly ExistingUnit[];
  readonly counts: ChangeCounts;
  /** What the sovereign signs: the tree head of `linesOf` this change. */
  readonly cutplan_sha256: Sha256;
}

export interface ChangeOptions {
  readonly documentId: string;
  /** Digest of the blocking diagnostics that were accepted by signature; none when absent. */
  readonly acceptsSha256?: Sha256 | null;
  /**
   * The exact texts of `unsettledUnits`, by key: without them a unit that moved and changed at once is not known again.
   * Everybody who computes a plan must have them, or none.
   */
  readonly texts?: ReadonlyMap<string, string>;
}

export function planChange(
  plan: CutPlan,
  existing: readonly ExistingUnit[],
  { documentId, acceptsSha256 = null, texts = new Map() }: ChangeOptions,
): ChangePlan {
  const units = existing.map((unit) => ({ ...unit, body: texts.get(unit.key) }));
  const matches = existing.length === 0 ? [] : matchUnits(plan.rows, units);
  const before = plan.rows.map((_, index) => unitOf(matches[index], units));
  const counts = { create: 0, revise: 0, move: 0, renumber: 0, keep: 0, retire: 0 };
  const rows = plan.rows.map((row, index): PlannedRow => {
    const unit = before[index];
    const action = actionFor(row, unit);
    counts[action] += 1;
    const { score } = matches[index] ?? {};
    return extendRow(row, {
      // What stands is not named anew by a cut that changes nothing of it.
      ...(unit && (action === 'keep' || action === 'move') ? { num: unit.num, heading: unit.heading } : {}),
      action,
      ...(unit && unit.key !== row.key ? { was: unit.key } : {}),
      ...(score === undefined ? {} : { likeness: score }),
    });
  });
  const matched = new Set(before);
  const retire = units.filter((unit) => !matched.has(unit));
  counts.retire = retire.length;
  const inPlace = plan.rows.every((row, index) => {
    const unit = before[index];
    return unit?.ordinal === row.ordinal && unit.parent === row.parent;
  });
  const strands = before.some((unit) => unit?.stranded === true);
  const header: PlanHeader = {
    document_id: documentId,
    source_sha256: plan.document.sha256,
    profile: plan.profile,
    granularity: plan.granularity,
    accepts_sha256: acceptsSha256,
  };
  const cutplan_sha256 = planHead(linesOf({ header, rows, retire }));
  const diagnostics = [...plan.diagnostics, ...likenesses(rows)];
  return { header, plan, rows, before, diagnostics, inPlace, strands, retire, counts, cutplan_sha256 };
}

function likenesses(rows: readonly PlannedRow[]): Diagnostic[] {
  if (rows.every(({ likeness }) => likeness === undefined)) return [];
  let next = 1;
  return rows.flatMap(({ key, was, likeness, body, byte_start, byte_end }): Diagnostic[] => {
    const line = next;
    next += body.split('\n').length - 1;
    if (likeness === undefined) return [];
    const before = was === undefined ? 'as it was before' : `as the unit that was ${was}`;
    const message = `${key} is taken ${before}, by the likeness of their texts alone (${Math.round(likeness * 100)} %): look at both before you sign`;
    return [
      {
        ...{ code: 'matched_by_similarity', severity: 'warning', message },
        ...{ byteStart: byte_start, byteEnd: byte_end, line },
      },
    ];
  });
}

/** With its text, where that is known. */
type KnownUnit = ExistingUnit & { readonly body: string | undefined };

function unitOf(match: Match | undefined, units: readonly KnownUnit[]): KnownUnit | undefined {
  return match && units[match.unit];
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
  // Field by field: a spread would read every body.
  for (const row of rows) {
    const { action, key, was, ordinal, parent, unit_kind, section_type, title, num, heading } = row;
    yield {
      ...{ action, key, ordinal, parent, unit_kind, section_type, title, num, heading },
      ...{ byte_start: row.byte_start, byte_end: row.byte_end, body_sha256: row.sha256 },
      ...(was === undefined ? {} : { was }),
    };
  }
}

function retiredLine({ key, unit_kind, section_type, title, sha256 }: ExistingUnit): RetiredLine {
  return { key, unit_kind, section_type, title, body_sha256: sha256 };
}

/** The document is already in the database, unit for unit and in the same order, in force or on its way there. */
export function isNothingToCut(change: ChangePlan): boolean {
  return (
    change.counts.keep === change.rows.length &&
    change.counts.retire === 0 &&
    change.inPlace &&
    !change.strands
  );
}

/** Cut before names were taken apart, or without any. */
function isUnnamed({ num, heading }: ExistingUnit): boolean {
  return num === null && heading === null;
}

/**
 * Its place may change without a new version, or one article put in at the front would revise all that follow; so may its
 * address.
 */
function actionFor(row: PlanRow, unit: KnownUnit | undefined): RowAction {
  if (unit === undefined) return 'create';
  const same =
    unit.sha256 === row.sha256 &&
    unit.title === row.title &&
    (isUnnamed(unit) || (unit.num === row.num && unit.heading === row.heading)) &&
    unit.unit_kind === row.unit_kind &&
    unit.section_type === row.section_type;
  if (same) return unit.key === row.key ? 'keep' : 'move';
  const renumbered =
    unit.num !== row.num &&
    unit.unit_kind === row.unit_kind &&
    unit.body !== undefined &&
    textBesideNumber(unit.body, unit.num) === textBesideNumber(row.body, row.num);
  return renumbered ? 'renumber' : 'revise';
}
