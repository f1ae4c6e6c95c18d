// The comment that says no: what is wrong, what the file says, and what to do next.
import { REASONS, type Reason } from '../approval/reasons.ts';
import { type CommentBody, commentBody } from './limits.ts';
import { capitalised, code, literal, marker, tableOfRows, tableRow } from './markdown.ts';
import { clip, foldedItems, type Piece, prose } from './pieces.ts';

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
  /** Of a merged one: the name that it has taken for ever, and the next that is free. */
  readonly names: { readonly taken: string; readonly free: string } | null;
}

const MARKS = { pass: '✅', fail: '❌', not_judged: '·' } as const;
const PRINTED = 'what `countersign verify` prints';

export function renderRefusal(view: RefusalView): CommentBody {
  const { sentence, next } = REASONS[view.reason];
  const where = view.at ? ` (${code(clip(view.at.path, 300))}, line ${view.at.line})` : '';
  return commentBody([
    marker(view.subject),
    `### ⛔ Not admitted: ${code(view.reason)}`,
    prose(view.detail, {
      whole: PRINTED,
      wrap: (shown) => `${capitalised(sentence)}${where}: ${shown.replace(/\.$/, '')}.`,
    }),
    `**What to do:** ${next}`,
    view.names
      ? `${code(clip(view.names.taken, 110))} stays in the folder and does nothing. The next free name is ${code(view.names.free)}.`
      : '',
    view.merged
      ? 'Nothing was written to the governed database, and no run was started or continued by this merge.'
      : '',
    renderChecks(view.checks),
  ]);
}

/** The sheet of admission, folded. The refusal itself stands above it in full, so a cell may be brief. */
export function renderChecks(checks: RefusalView['checks']): Piece {
  const rows = checks.map(({ name, result, detail }) =>
    tableRow([MARKS[result], literal(name), literal(clip(detail, 600))]),
  );
  const join = (shown: readonly string[]) => tableOfRows(['', 'check', ''], 'cll', shown);
  return foldedItems('Every check, in order', rows, { noun: 'check', whole: PRINTED, join });
}
