// From the state and a chapter of its story to what the report shows: data only, no sentence. The one place that knows
// both sides.
import type { Gate } from '../approval/gates.ts';
import type { RunId } from '../approval/run-id.ts';
import type { PhaseOutput } from '../phases/phase.ts';
import { readView } from '../report/changes/view.ts';
import type { Compensation } from '../report/compensation.ts';
import type { Hold } from '../report/hold.ts';
import type { PhaseLine, Progress, Standing } from '../report/progress.ts';
import type { Offer, SignatureRequest } from '../report/request.ts';
import { expectedBindings, pathForNext } from '../run/bindings.ts';
import { foundLines } from '../run/record.ts';
import { type PauseStatus, PHASES } from '../run/road.ts';
import {
  type FinishedPhase,
  hasCut,
  newestStanding,
  outputOf,
  type Position,
  type RunState,
} from '../run/state.ts';
import { type Signing, thresholdOf, withKeyEnds } from './signing.ts';
import type { Chapter, ChapterPhase } from './story.ts';

/** A chapter that ended, or stands, at a position of one kind. */
export type ChapterAt<Status extends Position['status']> = Chapter & {
  readonly position: Extract<Position, { status: Status }>;
};

export function progressOf(chapter: Chapter, state: RunState): Progress {
  const { approval, phases, head } = chapter;
  return {
    subject: `progress of ${state.runId} by #${approval.pull}`,
    runId: state.runId,
    documentId: state.documentId,
    phases: phases.map(phaseLine),
    standing: standingOf(chapter, state),
    notices: phases.flatMap(({ finished }) => (finished ? noticesOf(finished) : [])),
    head,
  };
}

function standingOf({ approval, phases, position }: Chapter, { sg1Only }: RunState): Standing {
  if (phases.length === 0)
    return { is: 'RENEWED', gate: approval.gate, until: new Date(approval.valid_until) };
  const resting = sg1Only && position.status === 'AWAITING_LIFECYCLE_AUTHORIZATION';
  return { is: resting ? 'RESTING' : position.status };
}

function phaseLine({ name, running, stopped, finished }: ChapterPhase): PhaseLine {
  const durationMs = finished && !finished.recovered ? finished.durationMs : null;
  const lines = finished ? foundLines(finished) : [];
  if (stopped) return { name, state: 'stopped', durationMs, lines };
  if (finished) return { name, state: finished.recovered ? 'recovered' : 'done', durationMs, lines };
  return { name, state: running ? 'running' : 'waiting', durationMs, lines };
}

function noticesOf({ phase, output }: FinishedPhase): readonly string[] {
  const { output: decoder, notices }: PhaseOutput<unknown> = PHASES[phase];
  return notices ? notices(decoder.parse(output)) : [];
}

export function requestSubject(runId: RunId, gate: Gate): string {
  return `request of ${runId} for ${gate}`;
}

export function requestOf(
  { position, head }: ChapterAt<PauseStatus>,
  {
    state,
    kept,
    recordRefused,
    signing,
  }: {
    state: RunState;
    kept: ReadonlyMap<string, string>;
    recordRefused: string | null;
    signing: Signing;
  },
): SignatureRequest {
  const asked = {
    runId: state.runId,
    documentId: state.documentId,
    counts: outputOf(state, PHASES.cutplan).counts,
    enabledUntil: enabledUntil(state, signing),
    signers: signing.signers,
    recordUrl: recordRefused === null ? signing.recordUrl : null,
    renewal: draftOf('GAP7_execution_enable', { state, signing }),
    recordRefused,
    head,
  };
  switch (position.status) {
    case 'AWAITING_CUT_AUTHORIZATION':
      return {
        ...asked,
        subject: requestSubject(state.runId, 'SG_1_cut_authz'),
        draft: draftOf('SG_1_cut_authz', { state, signing }),
        changes: readView(kept.get('changes.json')),
        outline: kept.get('outline.txt') ?? '',
      };
    case 'AWAITING_LIFECYCLE_AUTHORIZATION':
      return {
        ...asked,
        subject: requestSubject(state.runId, 'SG_2_lifecycle_authz'),
        draft: draftOf('SG_2_lifecycle_authz', { state, signing }),
        unasked: state.sg1Only,
      };
    default:
      return position.status satisfies never;
  }
}

/** When the newest enable ends; when it was taken back, where none stands any more. */
function enabledUntil(state: RunState, { signers }: Signing): Date {
  const enable = newestStanding(state, 'GAP7_execution_enable');
  if (enable) return withKeyEnds(new Date(enable.valid_until), { by: enable.signers, signers });
  const [opening] = state.approvals;
  return state.withdrawn.get(opening.document_sha256) ?? new Date(opening.valid_until);
}

function draftOf<G extends Gate>(
  gate: G,
  { state, signing }: { state: RunState; signing: Signing },
): Offer<G> {
  const file = pathForNext(state, gate, signing);
  return {
    gate,
    file,
    bindings: expectedBindings(state, gate, signing),
    signers: thresholdOf(signing, gate),
  };
}

export function compensationSubject(runId: RunId): string {
  return `compensation of ${runId}`;
}

export function compensationOf(state: RunState, signing: Signing): Compensation {
  return {
    subject: compensationSubject(state.runId),
    runId: state.runId,
    documentId: state.documentId,
    draft: draftOf('SG_R_revert_authz', { state, signing }),
    signers: signing.signers,
    head: state.head,
  };
}

export function holdSubject({ heldAt }: Pick<Chapter, 'heldAt'>, { runId }: RunState): string {
  return `hold of ${runId} at ${heldAt}`;
}

export function holdOf(
  { position, head, restsAt, heldAt }: ChapterAt<'HELD'>,
  { state, reviewers, signing }: { state: RunState; reviewers: readonly string[]; signing: Signing },
): Hold {
  const { phase, code, detail, since } = position;
  return {
    subject: holdSubject({ heldAt }, state),
    runId: state.runId,
    documentId: state.documentId,
    ...{ phase, code, detail, since },
    wrote: hasCut(state),
    release: {
      gate: 'SG_H_release_authz',
      file: pathForNext(state, 'SG_H_release_authz', signing),
      signers: thresholdOf(signing, 'SG_H_release_authz'),
      bindings: { run_id: state.runId, event_log_sha256: restsAt.hash },
    },
    revert: state.revertPlanSha256 ? draftOf('SG_R_revert_authz', { state, signing }) : null,
    reviewers,
    signers: signing.signers,
    head,
  };
}
