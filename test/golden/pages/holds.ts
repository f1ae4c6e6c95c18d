// 03 and 04: what is said when a run stops, for every STOP, before and after the commit; and the issue for the reviewers.
import { holdOf } from '../../../src/publish/views.ts';
import { type Hold, renderHold, renderHoldIssue } from '../../../src/report/hold.ts';
import { type PushAlertView, renderPushAlert } from '../../../src/report/push-alert.ts';
import type { Happening } from '../../../src/run/events.ts';
import { STOPS, type StopCode } from '../../../src/stop/stop.ts';
import { OTHER_DETAILS, phaseDetails } from '../details.ts';
import { type Page, page, titled, told, unfolded } from '../page.ts';
import { INTO_THE_CUT, planned, SIGNING, stopped, tale, WRITTEN } from '../story.ts';

export function holdAfter(happenings: readonly Happening[], reviewers: readonly string[] = []): Hold {
  const { state, last } = tale(happenings);
  if (last.position.status !== 'HELD') throw new Error('the run is not held');
  return holdOf({ ...last, position: last.position }, { state, reviewers, signing: SIGNING });
}

const before = (code: StopCode, detail: string) => [...INTO_THE_CUT, stopped('cut_leg_a', code, detail)];
const after = (code: StopCode, detail: string) => [...WRITTEN, stopped('write_verify', code, detail)];

/** Held before the commit; held after it, with a compensation planned. */
export const HELD = before('count_drift', OTHER_DETAILS.count_drift);
export const COMPENSABLE = [...after('verify_mismatch', OTHER_DETAILS.verify_mismatch), planned];
export const holdsRelease = (): string => renderHold(holdAfter(HELD));
export const holdsRevert = (): string => renderHold(holdAfter(COMPENSABLE));

export const holds: Page = {
  file: '03-holds.md',
  async render() {
    const phases = await phaseDetails();
    const ofPhases = [...phases.values()].reverse().map(({ code, detail }) => [code, detail]);
    const details: Readonly<Record<string, string>> = { ...Object.fromEntries(ofPhases), ...OTHER_DETAILS };
    const seen = (situation: string, happenings: readonly Happening[]) =>
      told(situation, unfolded(renderHold(holdAfter(happenings))));
    return page(
      'Holds',
      'The comment of a run that stopped. In full first; then what is seen of it for every STOP.',
      [
        told('Before the commit', renderHold(holdAfter(HELD, ['ada', 'grace']))),
        told('After the commit, the compensation planned', holdsRevert()),
        ...(Object.keys(STOPS) as StopCode[]).flatMap((code) => {
          const detail = details[code];
          if (detail === undefined) throw new Error(`nothing shows what is said of ${code}`);
          return [
            seen(`${code}, before the commit`, before(code, detail)),
            seen(`${code}, after the commit`, after(code, detail)),
          ];
        }),
        told(
          'What the phases say of a case',
          [...phases]
            .map(([situation, { code, detail }]) => `- ${situation}: \`${code}\`, ${detail}`)
            .join('\n'),
        ),
      ],
    );
  },
};

const PUSH: PushAlertView = {
  ...{ subject: 'push 7', by: 'ada', at: new Date('2026-05-21T10:00:00Z'), forced: false, touched: null },
  ...{ before: 'a'.repeat(40), after: 'b'.repeat(40), reviewers: ['grace'] },
};

export const issues: Page = {
  file: '04-issues.md',
  render() {
    const issue = (situation: string, happenings: readonly Happening[], reviewers: readonly string[]) => {
      const { title, body } = renderHoldIssue(holdAfter(happenings, reviewers));
      return told(situation, `${titled('Title', title)}\n\n${body}`);
    };
    const pushed = (situation: string, what: Pick<PushAlertView, 'touched'> & { forced?: boolean }) => {
      const { title, body } = renderPushAlert({ ...PUSH, ...what });
      return told(situation, `${titled('Title', title)}\n\n${body}`);
    };
    const many = Array.from({ length: 52 }, (_, n) => `reviewer-${n + 1}`);
    return page(
      'Issues',
      'Opened for the reviewers when a run is held, or when something came past the pull requests.',
      [
        issue('A hold before the commit', HELD, ['ada']),
        issue('A hold after the commit, the compensation planned', COMPENSABLE, []),
        issue('More reviewers than GitHub tells', before('clock_skew', 'the clock'), many),
        pushed('An approval was pushed past the pull requests', {
          touched: [
            { path: 'approvals/open.md', how: 'added' },
            { path: 'approvals/open.md.asc', how: 'added' },
          ],
        }),
        pushed('A force push took a record off the branch', {
          forced: true,
          touched: [{ path: 'runs/run-20260521-0123456789abcdef', how: 'removed' }],
        }),
        pushed('A push of which a commit cannot be read', { forced: true, touched: null }),
      ],
    );
  },
};
