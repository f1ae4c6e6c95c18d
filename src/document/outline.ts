// A plan as people like to read it: the tree with its addresses, titles and sizes, and what the cut will do.
import type { ChangePlan, RowAction } from './change.ts';
import type { CutPlan, PlanRow } from './plan.ts';
import type { UnitKind } from './unit.ts';

export interface OutlineOptions {
  /** A longer plan is summarised: its first rows, then how many more of which kind. */
  readonly maxRows?: number;
}

const SIGNS: Readonly<Record<RowAction, string>> = { create: '+', revise: '~', keep: ' ' };

export function renderOutline(plan: CutPlan | ChangePlan, options: OutlineOptions = {}): string {
  const change = 'plan' in plan ? plan : undefined;
  const cut = 'plan' in plan ? plan.plan : plan;
  const shown = cut.rows.slice(0, options.maxRows ?? cut.rows.length);
  const lines = [`${cut.rows.length} units, ${cut.document.bytes} bytes, profile ${cut.profile}`];
  const depths = new Map<string, number>();
  for (const [index, row] of shown.entries()) {
    const depth = row.parent === null ? 0 : (depths.get(row.parent) ?? 0) + 1;
    depths.set(row.key, depth);
    const sign = change ? `${SIGNS[change.rows[index]?.action ?? 'keep']} ` : '';
    lines.push(`${sign}${'  '.repeat(depth)}${row.title}  [${row.key}] ${row.byte_end - row.byte_start} B`);
  }
  if (shown.length < cut.rows.length) lines.push(`… and ${cut.rows.length - shown.length} more`);
  for (const unit of change?.retire ?? []) lines.push(`- ${unit.title}  [${unit.key}]`);
  return `${lines.join('\n')}\n`;
}

export function countKinds(rows: readonly PlanRow[]): Partial<Record<UnitKind, number>> {
  const counts: Partial<Record<UnitKind, number>> = {};
  for (const row of rows) counts[row.unit_kind] = (counts[row.unit_kind] ?? 0) + 1;
  return counts;
}
