// `countersign / approval`: the verdict of an open pull request, published on its head commit. Green means that merging
// now would be admitted; for an approval that opens a run, also that its dry run is green and the deployment is ready.
import type { Approval } from '../approval/front-matter.ts';
import { WITHDRAWAL } from '../approval/gates.ts';
import { digestOf } from '../digest/digest.ts';
import type { Judged } from '../intake/judge.ts';
import type { OpeningAssessment } from '../readiness/opening.ts';
import { type ChangesView, readView } from '../report/changes/view.ts';
import {
  type AcceptedView,
  type DryRunView,
  type OpeningView,
  type RejectedView,
  renderCheckRun,
} from '../report/check-run.ts';
import { artifact } from '../store/artifacts.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';

export const CHECK_NAME = 'countersign / approval';

/** Throws when GitHub gave no answer. That it refuses the check is told once, and is no reason to judge again. */
export async function publishCheckRun(judged: Judged, ports: OutboxPorts): Promise<void> {
  const { verdict, pull, commit } = judged;
  const output = renderCheckRun(checkOf(judged, await changesOf(judged, ports)));
  const conclusion = verdict.verdict === 'accepted' ? 'success' : 'failure';
  const outbox = openOutbox(ports);
  await outbox.send({
    subject: `check of #${pull.number} at ${commit}`,
    // Asked for again, a check is published again: the person who pressed the button wants to see its time.
    sha256: digestOf({ conclusion, output, at: ports.now().toISOString() }),
    async put() {
      const { number, headCommit } = pull;
      await ports.repository.publishCheck({ name: CHECK_NAME, pull: number, headCommit, conclusion, output });
      return String(number);
    },
  });
  outbox.close();
}

/** What an SG_1 approval would have written: whoever merges it sees what its signer was shown. */
async function changesOf({ verdict, state }: Judged, { store }: OutboxPorts): Promise<ChangesView | null> {
  if (verdict.verdict !== 'accepted' || verdict.approval.gate !== 'SG_1_cut_authz' || !state) return null;
  return readView(await artifact(store, { runId: state.runId, name: 'changes.json' }));
}

export function checkOf(
  { verdict, assessment, state, target }: Pick<Judged, 'verdict' | 'assessment' | 'state' | 'target'>,
  changes: ChangesView | null = null,
): AcceptedView | RejectedView {
  const rehearsal = assessment && rehearsalOf(assessment);
  if (verdict.verdict === 'rejected') {
    const { reason, detail, at = null, checks } = verdict;
    return { verdict: 'rejected', reason, detail, at, checks, rehearsal };
  }
  const { approval, signers, validUntil, warnings, checks } = verdict;
  return {
    verdict: 'accepted',
    gate: approval.gate,
    about: aboutOf(approval, { state, target }),
    signers,
    validUntil,
    warnings,
    checks,
    rehearsal,
    changes,
  };
}

function aboutOf(
  { gate, bindings }: Approval,
  { state, target }: Pick<Judged, 'state' | 'target'>,
): AcceptedView['about'] {
  if (gate === WITHDRAWAL) return { takesBack: bindings.approval_sha256 ?? 'no digest' };
  return state ? { runId: state.runId, gate } : { opens: target?.document_id ?? 'no document' };
}

function rehearsalOf(assessment: OpeningAssessment): OpeningView {
  return { conditions: assessment.conditions, dryRun: dryRunView(assessment) };
}

/** null when there is no document to try. */
export function dryRunView({ rehearsal, path }: OpeningAssessment): DryRunView | null {
  if (!rehearsal) return null;
  const { phases } = rehearsal;
  if (rehearsal.green) return { path, phases, stop: null };
  const { phase, stop } = rehearsal.stop;
  return { path, phases, stop: { phase, code: stop.code, detail: stop.detail } };
}
