// What the signing view is made of: every unit of a plan with what it was and what it becomes, as plain data. Where the
// earlier text is not known for sure, there is none, and the whole new text is shown.
import { sha256 } from '../../digest/digest.ts';
import type { SectionType, UnitKind } from '../../document/unit.ts';
import type { ChangePlan, ExistingUnit } from '../../plan/change.ts';
import type { RowAction } from '../../plan/plan-lines.ts';

export type UnitAction = RowAction | 'retire';

/** How a unit stands in the document. */
export interface Standing {
  readonly key: string;
  readonly title: string;
  readonly unit_kind: UnitKind;
  readonly section_type: SectionType;
  readonly ordinal: number;
  readonly parent: string | null;
}

export interface UnitChange {
  readonly action: UnitAction;
  /** null for a unit that is created. */
  readonly before: Standing | null;
  /** null for a unit that retires. */
  readonly after: Standing | null;
  /** Its text until now; undefined where there was none, or where it is not at hand. */
  readonly oldText: string | undefined;
  /** Its text from now on; undefined where nothing is said of it: the unit is kept, or goes. */
  readonly newText: string | undefined;
  /** How alike the two texts are, where nothing else says that they are of one unit. */
  readonly similarity: number | undefined;
}

/**
 * In the order of the new document; what retires stands behind it, in the order in which it stood. `oldText` gives the
 * text that a unit has now, by its present key; taken only when its digest is the unit's.
 */
export function unitChangesOf(
  { rows, before, retire }: Pick<ChangePlan, 'rows' | 'before' | 'retire'>,
  oldText: (key: string) => string | undefined,
): UnitChange[] {
  const textOf = (unit: ExistingUnit | undefined): string | undefined => {
    const text = unit && oldText(unit.key);
    return text !== undefined && sha256(text) === unit?.sha256 ? text : undefined;
  };
  const planned = rows.map((row, index): UnitChange => {
    const unit = before[index];
    const kept = row.action === 'keep';
    return {
      action: row.action,
      before: unit ?? null,
      after: row,
      oldText: kept ? undefined : textOf(unit),
      newText: kept ? undefined : row.body,
      similarity: row.likeness,
    };
  });
  const going = [...retire].sort((a, b) => a.ordinal - b.ordinal);
  return [
    ...planned,
    ...going.map((unit): UnitChange => {
      const nothing = { newText: undefined, similarity: undefined };
      return { action: 'retire', before: unit, after: null, oldText: textOf(unit), ...nothing };
    }),
  ];
}
