// The comment, and the line, that says no: what is wrong, what the file says, and what to do next.
import { REASONS, type Reason } from '../approval/reasons.ts';
import { capitalised, code, fold, literal, marker, table } from './markdown.ts';

export interface RefusalView {
  readonly subject: string;
  readonly reason: Reason;
  readonly detail: string;
  readonly at: { readonly path: string; readonly line: number } | null;
  readonly checks: readonly {
    readonly name: string;
    readonly result: 'pass' | 'fail' | 'not_judged';
    readonly detail: string;
  }[];
  readonly merged: boolean;
}

const MARKS = { pass: '✅', fail: '❌', not_judged: '·' } as const;

export function renderRefusal(view: RefusalView): string {
  const { sentence, next } = REASONS[view.reason];
  const where = view.at ? ` (${code(view.at.path)}, line ${view.at.line})` : '';
  return [
    marker(view.subject),
    `### ⛔ Not admitted: ${code(view.reason)}`,
    `${capitalised(sentence)}${where}: ${literal(view.detail)}.`,
    `**What to do:** ${next}`,
    view.merged
      ? 'Nothing was written to the governed database, and no run was started or continued by this merge.'
      : '',
    fold('Every check, in order', renderChecks(view.checks)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function renderChecks(checks: RefusalView['checks']): string {
  return table(
    ['', 'check', ''],
    'cll',
    checks.map(({ name, result, detail }) => [MARKS[result], literal(name), literal(detail)]),
  );
}
