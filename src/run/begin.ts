// From an accepted approval to the entry it writes into a log: a new run, an opened gate, or a renewed enable.
import type { Approval } from '../approval/front-matter.ts';
import { deriveRunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import { type ApprovalReference, chain, GENESIS, type RunEvent, type WithdrawalReference } from './events.ts';
import { apply, type RunState } from './state.ts';
import type { Target } from './target.ts';

export interface Opening {
  readonly approval: Approval;
  readonly reference: ApprovalReference;
  readonly repository: string;
  readonly target: Target;
  readonly sg1Only: boolean;
  readonly at: Date;
}

/** The first entry of a new run. The run_id is derived from the approval, so the same approval can open only one. */
export function openRun({ approval, reference, repository, target, sg1Only, at }: Opening): RunEvent {
  const run_id = deriveRunId({ documentSha256: approval.sha256, signedAt: approval.signedAt });
  return chain(GENESIS, {
    type: 'run_opened',
    approval: reference,
    repository,
    document_id: target.document_id,
    ...(approval.bindings.deployment === undefined ? {} : { deployment: approval.bindings.deployment }),
    ...recorderNamedIn(approval),
    source: { path: target.path, sha256: approval.bindings.source_sha256 as Sha256 },
    ...(approval.bindings.accepts_sha256 === undefined
      ? {}
      : { accepts_sha256: approval.bindings.accepts_sha256 as Sha256 }),
    granularity: target.granularity,
    profile: target.profile ?? null,
    sg1_only: sg1Only,
    run_id,
    at,
  });
}

/** The entry by which a run hears that an approval it has consumed was taken back. Throws EventLogFault `illegal`. */
export function withdrawFrom(
  state: RunState,
  { approval_sha256, withdrawal, at }: { approval_sha256: Sha256; withdrawal: WithdrawalReference; at: Date },
): RunEvent {
  const event = chain(state.head, {
    type: 'approval_withdrawn',
    ...{ approval_sha256, withdrawal, run_id: state.runId, at },
  });
  apply(state, event);
  return event;
}

/** The next entry of a run whose gate (or whose enable's renewal) this approval is. Throws EventLogFault `illegal`. */
export function continueRun(
  state: RunState,
  { approval, reference, at }: Pick<Opening, 'approval' | 'reference' | 'at'>,
): RunEvent {
  const what =
    reference.gate === 'GAP7_execution_enable'
      ? ({ type: 'execution_renewed', ...recorderNamedIn(approval) } as const)
      : ({ type: 'gate_opened' } as const);
  const event = chain(state.head, { ...what, approval: reference, run_id: state.runId, at });
  apply(state, event);
  return event;
}

function recorderNamedIn({ bindings }: Approval): { recorder_key?: RecorderKey } {
  return bindings.recorder_key === undefined ? {} : { recorder_key: bindings.recorder_key as RecorderKey };
}
