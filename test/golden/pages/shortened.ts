// 09: what is said where something has no room: how much is left out, and where the whole is.

import { progressOf } from '../../../src/publish/views.ts';
import { renderCheckRun } from '../../../src/report/check-run.ts';
import { renderHold, renderHoldIssue } from '../../../src/report/hold.ts';
import { commentBody } from '../../../src/report/limits.ts';
import { renderProgress } from '../../../src/report/progress.ts';
import { renderRefusal } from '../../../src/report/refusal.ts';
import { changed } from '../../support/changed.ts';
import { type Page, page, titled, told } from '../page.ts';
import { INTO_THE_CUT, stopped, TO_THE_FIRST_PAUSE, tale } from '../story.ts';
import { conditionsWith } from './checks.ts';
import { holdAfter } from './holds.ts';
import { requestAfter } from './requests.ts';

const LONG = Array.from(
  { length: 2_000 },
  (_, n) => `excess: stranger_${n} SELECT on table public.table_${n}`,
);
const sheet = [{ name: 'signature', result: 'fail' as const, detail: LONG.join('; ') }];

/** The paragraphs that say so, without the long text before it. */
function said(text: string): string {
  const found =
    text.match(/(?:… left out here|… \([\d,]+ more characters|⚠️ Not everything|@@ left out here).*/g) ?? [];
  return found.map((line) => `- ${line}`).join('\n') || 'Nothing is left out.';
}

export const shortened: Page = {
  file: '09-shortened.md',
  async render() {
    const hold = holdAfter([...INTO_THE_CUT, stopped('cut_leg_a', 'grant_delta', LONG.join('; '))]);
    const { state, last } = tale(TO_THE_FIRST_PAUSE);
    const progress = { ...progressOf(last, state), notices: LONG };
    const phases = progress.phases.map((phase) => ({ ...phase, lines: LONG.slice(0, 200) }));
    const refusal = { reason: 'not_ready' as const, detail: LONG.join('; '), at: null, checks: sheet };
    const conditions = (await conditionsWith(['PRE-5'])).map((one) => ({
      ...one,
      evidence: LONG.join('; '),
    }));
    const many = LONG.slice(0, 300).map((line) => ({
      ...{ name: 'mark', lines: [line.repeat(5)] },
      diagnostics: [{ line: 1, code: 'label_gap', message: line.repeat(5) }],
    }));
    const stop = { phase: 'mark', code: 'document_invalid' as const, detail: LONG.join('; ') };
    const rejected = renderCheckRun({
      ...{ verdict: 'rejected', ...refusal, at: { path: 'approvals/a.md', line: 3 } },
      rehearsal: { conditions, dryRun: { path: 'law.md', phases: many, stop } },
    });
    const accepted = renderCheckRun({
      ...{ verdict: 'accepted', gate: 'GAP7_execution_enable', about: { opens: 'x'.repeat(101) } },
      ...{ signers: [], validUntil: new Date(0), warnings: LONG, checks: Array(100).fill(sheet[0]) },
      changes: null,
      rehearsal: {
        conditions: Array(60).fill(conditions[0]),
        dryRun: { path: 'law.md', phases: many, stop: null },
      },
    });
    const { title, body } = renderHoldIssue({ ...hold, documentId: 'x'.repeat(300) });
    const articles = (word: string) =>
      LONG.map((line, n) => `## Article ${n + 1}\n\n${word} ${line}\n\n`).join('');
    const { view } = changed(articles('One'), articles('Another'));
    const big = { changes: view, outline: LONG.map((line) => line.repeat(60)).join('\n') };
    return page('What is shortened', 'GitHub takes so much and no more. Whatever gives way says so.', [
      told('A hold', said(renderHold(hold))),
      told('Its issue, of a document with a long name', `${titled('Title', title)}\n\n${said(body)}`),
      told('A request', said(requestAfter(TO_THE_FIRST_PAUSE, { kept: big }))),
      told('A progress with thousands of notices', said(renderProgress(progress))),
      told(
        'A progress whose phases found much',
        said(renderProgress({ ...progress, notices: [], phases: [...phases, ...phases, ...phases] })),
      ),
      told('A refusal', said(renderRefusal({ subject: 'refusal', merged: true, names: null, ...refusal }))),
      told(
        'A check that is red, with its annotation',
        `${said(rejected.summary)}\n- ${rejected.annotations[0]?.message.slice(-60)}`,
      ),
      told('A check that is green', said(accepted.summary)),
      told('A part that must stand whole and has no room', commentBody(['x'.repeat(70_000)])),
      told('Nothing but such parts', commentBody(Array(2_000).fill('x'.repeat(70)))),
    ]);
  },
};
