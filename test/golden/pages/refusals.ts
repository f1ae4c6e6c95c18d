// 05: why an approval is refused, for every reason: judged for real from the vectors, in the words of the bot.
import { admit } from '../../../src/approval/admission.ts';
import { CHECK_NAMES, type Check } from '../../../src/approval/checks.ts';
import { pathAfter } from '../../../src/approval/file-name.ts';
import { REASONS, type Reason } from '../../../src/approval/reasons.ts';
import { type RefusalView, renderRefusal } from '../../../src/report/refusal.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors, type Vector } from '../../conformance/approvals/vector.ts';
import { RUN_ID } from '../../support/run-events.ts';
import { type Page, page, told, unfolded } from '../page.ts';

/** What only the bot can know against an approval that is otherwise in order. */
const BOTS_OWN: Partial<Record<Reason, string>> = {
  document_unknown: 'the deployment governs charter, statutes',
  source_not_found: `documents/charter.md is not a regular file at ${'a'.repeat(40)}`,
  another_run_active: `${RUN_ID} for statutes is AWAITING_CUT_AUTHORIZATION`,
  not_ready: 'PRE-5 the grants are applied: excess: cutter_exec DELETE on public.unit_version',
  too_many_signatures: '17 signatures lie beside it; at most 16 are looked at',
  approval_withdrawn: `approvals/take-back.md withdrew ${'b'.repeat(64)}`,
  withdrawal_too_late: `${'b'.repeat(64)} has opened ${RUN_ID}`,
  gate_already_used: `${RUN_ID} has passed SG_1_cut_authz`,
  enable_expired: `the enable of ${RUN_ID} ended at 2026-05-21T10:00:00.000Z`,
};

function namesOf(checks: readonly Check[]): RefusalView['names'] {
  const path = checks.find(({ name, result }) => name === 'path' && result === 'pass')?.detail;
  return path === undefined ? null : { taken: path, free: pathAfter(path, []) };
}

export async function rejectedBy(vector: Vector): Promise<RefusalView | null> {
  const verdict = await admit(await requestOf(vector));
  if (verdict.verdict === 'accepted') return null;
  const { reason, detail, at = null, checks } = verdict;
  return {
    subject: `refusal of #7 at ${'c'.repeat(40)}`,
    reason,
    detail,
    at,
    checks,
    merged: true,
    names: namesOf(checks),
  };
}

/** The first refusal for each reason, in the order of the table. */
async function refusalsByReason(): Promise<RefusalView[]> {
  const vectors = readVectors();
  const views: RefusalView[] = [];
  for (const reason of Object.keys(REASONS) as Reason[]) {
    const vector = vectors.find(
      ({ expected }) => expected.verdict === 'rejected' && expected.reason === reason,
    );
    const judged = vector && (await rejectedBy(vector));
    const detail = BOTS_OWN[reason];
    if (judged) views.push(judged);
    else if (detail)
      views.push({
        ...{ subject: 'refusal', reason, detail, at: null, checks: [], merged: true, names: null },
      });
    else throw new Error(`nothing shows what people are told for ${reason}`);
  }
  return views;
}

export const refusals: Page = {
  file: '05-refusals.md',
  async render() {
    const views = await refusalsByReason();
    const failing = CHECK_NAMES.flatMap((step) => {
      const view = views.find(({ checks }) => checks.find(({ name }) => name === step)?.result === 'fail');
      return view ? [told(`In full, when “${step}” fails`, renderRefusal(view))] : [];
    });
    const open = views.slice(0, 1).map((view) => renderRefusal({ ...view, merged: false, names: null }));
    return page('Refusals', 'The comment on a merged pull request whose approval is not admitted.', [
      ...views.map((view) => told(view.reason, unfolded(renderRefusal(view)))),
      ...failing,
      ...open.map((text) => told('Of an approval that was not merged', text)),
    ]);
  },
};
