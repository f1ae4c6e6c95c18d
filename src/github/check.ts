// `countersign / approval`: the verdict of an open pull request, published on its head commit. Green means that merging
// now would be admitted; for an approval that opens a run, also that its dry run is green and the deployment is ready.
import type { Verdict } from '../approval/admission.ts';
import type { Gate } from '../approval/gates.ts';
import { type AcceptedView, type Rehearsal, type RejectedView, renderCheck } from '../report/check.ts';
import type { Judged } from './judge.ts';
import type { Repository } from './repository.ts';

export const CHECK_NAME = 'countersign / approval';

export interface CheckPorts {
  readonly repository: Repository;
  /** The dry run and readiness of an approval that would open a run. */
  rehearse(judged: Judged): Promise<Rehearsal>;
}

export async function publishApprovalCheck(judged: Judged, { repository, rehearse }: CheckPorts): Promise<void> {
  const { verdict, pull } = judged;
  const opens = verdict.verdict === 'accepted' && judged.state === null;
  const rehearsal = opens ? await rehearse(judged) : null;
  const green = verdict.verdict === 'accepted' && rehearsal?.green !== false;
  const { title, summary } = renderCheck(viewOf(verdict, { judged, rehearsal }));
  const place = verdict.verdict === 'rejected' ? verdict.at : undefined;
  await repository.publishCheck({
    name: CHECK_NAME,
    headCommit: pull.headCommit,
    conclusion: green ? 'success' : 'failure',
    title,
    summary,
    annotations: place ? [{ ...place, title, message: verdict.verdict === 'rejected' ? verdict.detail : '' }] : [],
  });
}

function viewOf(verdict: Verdict, { judged, rehearsal }: { judged: Judged; rehearsal: Rehearsal | null }): AcceptedView | RejectedView {
  if (verdict.verdict === 'rejected') return verdict;
  const { approval, signers, validUntil, warnings, checks } = verdict;
  const consequence = consequenceOf(approval.gate, judged);
  return { verdict: 'accepted', gate: approval.gate, signers, validUntil, warnings, checks, consequence, rehearsal };
}

function consequenceOf(gate: Gate, { state, target }: Judged): string {
  const run = state ? `run \`${state.runId}\`` : 'the run';
  switch (gate) {
    case 'GAP7_execution_enable':
      return state
        ? `the execution enable of ${run} is renewed.`
        : `a run for \`${target?.document_id}\` opens. It plans and backs up, then waits for SG_1; nothing is written before that.`;
    case 'SG_1_cut_authz':
      return `${run} writes its cut plan to the governed database, as drafts.`;
    case 'SG_2_lifecycle_authz':
      return `${run} enacts its units.`;
    case 'SG_R_revert_authz':
      return `the recorded compensation plan of ${run} is executed.`;
    case 'SG_H_release_authz':
      return `the hold on ${run} is released, and it retries from the phase that stopped.`;
    default:
      throw new Error(`unknown gate ${gate satisfies never}`);
  }
}
