// `countersign / approval`: the verdict of an open pull request, published on its head commit. Green means that merging
// now would be admitted; for an approval that opens a run, also that its dry run is green and the deployment is ready.
import type { Gate } from '../approval/gates.ts';
import type { Repository } from '../github/repository.ts';
import type { Judged } from '../intake/judge.ts';
import type { OpeningAssessment } from '../readiness/opening.ts';
import { type AcceptedView, type Rehearsal, type RejectedView, renderCheck } from '../report/check.ts';
import { readinessTable } from '../report/readiness.ts';

export const CHECK_NAME = 'countersign / approval';

export async function publishApprovalCheck(judged: Judged, repository: Repository): Promise<void> {
  const { verdict, pull } = judged;
  const { title, summary } = renderCheck(viewOf(judged));
  const place = verdict.verdict === 'rejected' ? verdict.at : undefined;
  await repository.publishCheck({
    name: CHECK_NAME,
    pull: pull.number,
    headCommit: pull.headCommit,
    conclusion: verdict.verdict === 'accepted' ? 'success' : 'failure',
    title,
    summary,
    annotations: place
      ? [{ ...place, title, message: verdict.verdict === 'rejected' ? verdict.detail : '' }]
      : [],
  });
}

function viewOf(judged: Judged): AcceptedView | RejectedView {
  const { verdict, assessment } = judged;
  const rehearsal = assessment && rehearsalOf(assessment);
  if (verdict.verdict === 'rejected') return { ...verdict, rehearsal };
  const { approval, signers, validUntil, warnings, checks } = verdict;
  const consequence = consequenceOf(approval.gate, judged);
  return {
    verdict: 'accepted',
    gate: approval.gate,
    signers,
    validUntil,
    warnings,
    checks,
    consequence,
    rehearsal,
  };
}

function rehearsalOf({ rehearsal, conditions }: OpeningAssessment): Rehearsal {
  const readiness = readinessTable(conditions);
  if (!rehearsal) return { green: false, sentence: 'there is no document to try', phases: [], readiness };
  if (rehearsal.green)
    return { green: true, sentence: 'the plan can be cut', phases: rehearsal.phases, readiness };
  const { phase, stop } = rehearsal.stop;
  return {
    green: false,
    sentence: `${phase} would stop with ${stop.code}: ${stop.detail}`,
    phases: rehearsal.phases,
    readiness,
  };
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
