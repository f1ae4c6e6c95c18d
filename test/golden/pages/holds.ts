// 03 and 04: what is said when a run stops, for every STOP, before and after the commit; and the issue for the reviewers.
import { holdOf } from '../../../src/publish/views.ts';
import { type Hold, renderHold, renderHoldIssue } from '../../../src/report/hold.ts';
import type { Happening } from '../../../src/run/events.ts';
import { STOPS, type StopCode } from '../../../src/stop/stop.ts';
import { type Page, page, titled, told, unfolded } from '../page.ts';
import { INTO_THE_CUT, planned, stopped, tale, WRITTEN } from '../story.ts';

/** What each STOP says of the case, as the places that throw it do. */
const DETAILS: Readonly<Record<StopCode, string>> = {
  document_invalid: 'the document is not UTF-8: byte 17 of line 3',
  nothing_to_cut: 'charter has all 3 units already',
  source_changed: `documents/charter.md has sha256 ${'1'.repeat(64)}, the approval names ${'2'.repeat(64)}`,
  plan_changed: `it is ${'3'.repeat(64)} now, it was ${'4'.repeat(64)} when it was signed`,
  incomplete_plan_row: 'row 2 (art-1) has no title',
  incomplete_backup: 'pg_dump ended with 1: connection refused',
  grant_delta:
    'excess: cutter_exec DELETE on public.unit_version (mend: REVOKE DELETE ON public.unit_version FROM cutter_exec)',
  kill_switch_off: 'approvals/open.md no longer holds: window_expired (signed 2026-05-21 10:00:00 UTC)',
  master_off: 'the operator has switched the master off',
  clock_skew: "GitHub's clock and the bot's differ by 121 s",
  database_busy: 'the write lock is taken',
  unit_status: 'row 2 (art-1) was answered by `exists`',
  structure_mismatch: 'unit 2 (art-1): has another parent',
  incomplete_ids: 'cutter_governance.review_decision did not answer with the id of its row',
  count_drift: 'draft units: 0 before, 3 expected, 4 after',
  verify_mismatch: 'unit 2 (art-1): sha256 differs',
  key_unusable: 'the backup key has expired',
  not_configured: 'BACKUP_PROOF=restore needs a login that may create a scratch database',
  unhandled_error: 'RangeError in grant_probe',
};

export function holdAfter(happenings: readonly Happening[], reviewers: readonly string[] = []): Hold {
  const { state, last } = tale(happenings);
  if (last.position.status !== 'HELD') throw new Error('the run is not held');
  return holdOf({ ...last, position: last.position }, { state, reviewers });
}

const before = (code: StopCode) => [...INTO_THE_CUT, stopped('cut_leg_a', code, DETAILS[code])];
const after = (code: StopCode) => [...WRITTEN, stopped('write_verify', code, DETAILS[code])];

/** Held before the commit; held after it, with a compensation planned. */
export const HELD = before('count_drift');
export const COMPENSABLE = [...after('verify_mismatch'), planned];
export const holdsRelease = (): string => renderHold(holdAfter(HELD));
export const holdsRevert = (): string => renderHold(holdAfter(COMPENSABLE));

export const holds: Page = {
  file: '03-holds.md',
  render: () =>
    page(
      'Holds',
      'The comment of a run that stopped. In full first; then what is seen of it for every STOP.',
      [
        told('Before the commit', renderHold(holdAfter(before('grant_delta'), ['ada', 'grace']))),
        told('After the commit, the compensation planned', holdsRevert()),
        ...(Object.keys(STOPS) as StopCode[]).flatMap((code) => [
          told(`${code}, before the commit`, unfolded(renderHold(holdAfter(before(code))))),
          told(`${code}, after the commit`, unfolded(renderHold(holdAfter(after(code))))),
        ]),
      ],
    ),
};

export const issues: Page = {
  file: '04-issues.md',
  render() {
    const issue = (situation: string, happenings: readonly Happening[], reviewers: readonly string[]) => {
      const { title, body } = renderHoldIssue(holdAfter(happenings, reviewers));
      return told(situation, `${titled('Title', title)}\n\n${body}`);
    };
    const many = Array.from({ length: 52 }, (_, n) => `reviewer-${n + 1}`);
    return page('Issues', 'Opened for the reviewers when a run is held.', [
      issue('A hold before the commit', before('grant_delta'), ['ada']),
      issue('A hold after the commit, the compensation planned', [...after('count_drift'), planned], []),
      issue('More reviewers than GitHub tells', before('clock_skew'), many),
    ]);
  },
};
