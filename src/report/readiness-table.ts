// PRE-1 … PRE-8 as people read them.
import { code, literal, tableOfRows, tableRow } from './markdown.ts';
import { clip, items, type Piece } from './pieces.ts';

export interface ConditionView {
  readonly id: string;
  readonly title: string;
  readonly pass: boolean;
  readonly waived: boolean;
  readonly evidence: string;
  readonly close: string;
}

function status({ pass, waived }: ConditionView): string {
  if (pass) return 'PASS';
  return waived ? 'OPEN, waived' : 'OPEN';
}

export function readinessTable(conditions: readonly ConditionView[]): Piece {
  const rows = conditions.map((condition) =>
    tableRow([
      `${condition.pass ? '✅' : condition.waived ? '⚠️' : '⬜'} ${condition.id}`,
      `${literal(condition.title)}: **${status(condition)}**`,
      `${literal(clip(condition.evidence, 2_000))}${condition.pass ? '' : `; ${code(condition.close)}`}`,
    ]),
  );
  const show = (shown: readonly string[], left: string) =>
    [tableOfRows(['', 'condition', 'evidence'], 'lll', shown), left].filter(Boolean).join('\n\n');
  return items(rows, { noun: 'condition', whole: 'what `countersign readiness` prints', show });
}

export function readinessLines(conditions: readonly ConditionView[]): string {
  const width = Math.max(...conditions.map(({ title }) => title.length));
  const lines = conditions.map((condition) => {
    const first = `${condition.pass ? '✓' : '·'} ${condition.id}  ${condition.title.padEnd(width)}  ${status(condition)}`;
    return `${first}\n         ${condition.evidence}${condition.pass ? '' : `\n         → ${condition.close}`}`;
  });
  return `${lines.join('\n')}\n`;
}
