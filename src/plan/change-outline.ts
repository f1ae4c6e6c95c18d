// What a changed document changes, unit by unit, as text for people: the address, the title, and the lines that differ.

import { clip } from '../document/inline.ts';
import type { ChangePlan } from './change.ts';
import { type DiffLine, diffLines } from './line-diff.ts';

export interface ChangeOutlineOptions {
  /** The text that a unit has now, where it is known; without it only the address and title are shown. */
  readonly oldBody?: (key: string) => string | undefined;
  /** Units shown; 40 when absent. */
  readonly maxUnits?: number;
  /** Lines shown for each unit; 12 when absent. */
  readonly maxLines?: number;
}

const MAX_LINE = 160;

/** Empty when every unit is kept. In diff form, so that it reads well in a fenced `diff` block. */
export function changeOutline(change: ChangePlan, options: ChangeOutlineOptions = {}): string {
  const { oldBody = () => undefined, maxUnits = 40, maxLines = 12 } = options;
  const units = [
    ...change.rows
      .filter((row) => row.action !== 'keep')
      .map((row) => {
        const sign = row.action === 'create' ? '+' : '~';
        const before = row.action === 'revise' ? oldBody(row.key) : undefined;
        return {
          sign,
          key: row.key,
          title: row.title,
          diff: before === undefined ? [] : diffLines(before, row.body),
        };
      }),
    ...change.retire.map((unit) => ({ sign: '-', key: unit.key, title: unit.title, diff: [] })),
  ];
  const shown = units
    .slice(0, maxUnits)
    .map((unit) => [`${unit.sign} ${unit.key}  ${unit.title}`, ...excerpt(unit.diff, maxLines)].join('\n'));
  if (units.length > shown.length) shown.push(`… and ${units.length - shown.length} more changed units`);
  return shown.length === 0 ? '' : `${shown.join('\n')}\n`;
}

/** The lines that differ with one common line around them; `…` where lines are left out. */
function excerpt(diff: readonly DiffLine[], maxLines: number): string[] {
  const near = (index: number) => [-1, 0, 1].some((step) => (diff[index + step]?.sign ?? ' ') !== ' ');
  const lines: string[] = [];
  let gap = false;
  for (const [index, { sign, text }] of diff.entries()) {
    const kept = near(index) && (sign !== ' ' || text.trim() !== '');
    if (kept && gap && lines.length > 0) lines.push('    …');
    if (kept) lines.push(`  ${sign} ${clip(text.trimEnd(), MAX_LINE)}`.trimEnd());
    gap = !kept && (gap || text.trim() !== '') && !kept;
  }
  const rest = lines.length - maxLines;
  return rest > 0 ? [...lines.slice(0, maxLines), `    … ${rest} more lines`] : lines;
}
