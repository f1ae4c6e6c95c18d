// A run's state: the fold of its event log and nothing else (design section 3, invariant 3). Data exists only in the
// positions that permit it, and an event that is not legal where the run stands is refused before it is written.
import { z } from 'zod';
import type { BindingName, Gate } from '../approval/gates.ts';
import type { RunId } from '../approval/run-id.ts';
import { type Sha256, sha256Schema } from '../digest/digest.ts';
import type { Granularity } from '../document/unit.ts';
import type { PhaseName } from '../phases/phase.ts';
import { evidenceSha256 } from '../record/evidence.ts';
import type { StopCode } from '../stop/stop.ts';
import { type ApprovalReference, EventLogFault, type Happening, type Head, type RunEvent } from './events.ts';
import {
  after,
  GATE_OF_PAUSE,
  type LegName,
  legNamed,
  legOf,
  legOpenedBy,
  type PauseStatus,
} from './road.ts';

export interface FinishedPhase {
  readonly phase: PhaseName;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly recovered: boolean;
  readonly output: unknown;
}

export type Position =
  | {
      readonly status: 'RUNNING';
      readonly leg: LegName;
      readonly phase: PhaseName;
      readonly startedAt: Date | null;
    }
  | { readonly status: PauseStatus; readonly since: Date }
  | {
      readonly status: 'HELD';
      readonly leg: LegName;
      readonly phase: PhaseName;
      readonly code: StopCode;
      readonly detail: string;
      readonly since: Date;
    }
  | { readonly status: 'COMPLETED' | 'REVERTED' | 'ABANDONED'; readonly since: Date };

export type RunStatus = Position['status'];

export interface RunState {
  readonly runId: RunId;
  readonly repository: string;
  readonly documentId: string;
  /** null in runs from before deployments had names. */
  readonly deployment: string | null;
  readonly source: { readonly path: string; readonly sha256: Sha256 };
  readonly granularity: Granularity;
  readonly profile: string | null;
  readonly sg1Only: boolean;
  /** Every approval that the run has consumed, in order; the first one opened it. */
  readonly approvals: readonly [ApprovalReference, ...ApprovalReference[]];
  /** Every phase that has finished, in order. A phase that was repeated after a release stands here once, as it was last. */
  readonly finished: readonly FinishedPhase[];
  readonly revertPlanSha256: Sha256 | null;
  /** The entry at which the run last paused, was held or ended: what a signature for its next gate signs of the log. */
  readonly pausedAt: Sha256;
  /** The entry that recorded the compensation plan. */
  readonly revertPlannedAt: Sha256 | null;
  readonly position: Position;
  readonly head: Head;
}

/** Folds a decoded log. Throws EventLogFault `illegal` when an entry is not legal where it stands. */
export function fold(events: readonly RunEvent[]): RunState {
  const [first, ...rest] = events;
  if (!first) throw new EventLogFault('illegal', 'an event log without entries is no run');
  return rest.reduce(apply, open(first));
}

function open(event: RunEvent): RunState {
  if (event.type !== 'run_opened')
    throw new EventLogFault('illegal', `a run begins with run_opened, not ${event.type}`);
  const [phase] = legNamed('prepare').phases;
  if (!phase) throw new Error('the road begins with an empty leg');
  return {
    runId: event.run_id,
    repository: event.repository,
    documentId: event.document_id,
    deployment: event.deployment ?? null,
    source: event.source,
    granularity: event.granularity,
    profile: event.profile,
    sg1Only: event.sg1_only,
    approvals: [event.approval],
    finished: [],
    revertPlanSha256: null,
    pausedAt: event.hash,
    revertPlannedAt: null,
    position: { status: 'RUNNING', leg: 'prepare', phase, startedAt: null },
    head: event,
  };
}

/** The state after one more event. Pure; throws EventLogFault `illegal`. */
export function apply(state: RunState, event: RunEvent): RunState {
  const at = new Date(event.at);
  const moved = { ...state, head: { seq: event.seq, hash: event.hash } };
  const { position } = state;
  switch (event.type) {
    case 'run_opened':
      throw illegal(state, event);
    case 'phase_started':
      if (position.status !== 'RUNNING' || position.phase !== event.phase) throw illegal(state, event);
      return { ...moved, position: { ...position, startedAt: at } };
    case 'phase_finished': {
      if (position.status !== 'RUNNING' || position.phase !== event.phase) throw illegal(state, event);
      const { phase, recovered, output } = event;
      const entry = {
        phase,
        recovered,
        output,
        startedAt: new Date(event.started_at),
        durationMs: event.duration_ms,
      };
      const finished = [...state.finished.filter((earlier) => earlier.phase !== phase), entry];
      const standing = positionAfter(state, { phase, at });
      const pausedAt = standing.status === 'RUNNING' ? state.pausedAt : event.hash;
      return { ...moved, finished, pausedAt, position: standing };
    }
    case 'stopped': {
      if (position.status !== 'RUNNING' || legOf(event.phase).name !== position.leg)
        throw illegal(state, event);
      const { phase, code, detail } = event;
      return {
        ...moved,
        pausedAt: event.hash,
        position: { status: 'HELD', leg: position.leg, phase, code, detail, since: at },
      };
    }
    case 'gate_opened': {
      if (!awaitedGates(state).includes(event.approval.gate)) throw illegal(state, event);
      return {
        ...moved,
        approvals: [...state.approvals, event.approval],
        position: positionThrough(state, event.approval.gate),
      };
    }
    case 'execution_renewed':
      if (isTerminal(position.status) || event.approval.gate !== 'GAP7_execution_enable')
        throw illegal(state, event);
      return { ...moved, approvals: [...state.approvals, event.approval] };
    case 'revert_planned':
      if (!canRevert(position.status)) throw illegal(state, event);
      return { ...moved, revertPlanSha256: event.revert_plan_sha256, revertPlannedAt: event.hash };
    case 'abandoned':
      if (position.status === 'RUNNING' || isTerminal(position.status)) throw illegal(state, event);
      return { ...moved, position: { status: 'ABANDONED', since: at } };
    default:
      return unreachable(event);
  }
}

function positionAfter(state: RunState, done: { phase: PhaseName; at: Date }): Position {
  const onward = after(done.phase);
  if ('next' in onward)
    return { status: 'RUNNING', leg: legOf(done.phase).name, phase: onward.next, startedAt: null };
  if ('end' in onward) return { status: onward.end, since: done.at };
  if (onward.pause === 'AWAITING_LIFECYCLE_AUTHORIZATION' && state.sg1Only)
    return { status: 'COMPLETED', since: done.at };
  return { status: onward.pause, since: done.at };
}

function positionThrough(state: RunState, gate: Gate): Position {
  const { position } = state;
  if (gate === 'SG_H_release_authz' && position.status === 'HELD') {
    return { status: 'RUNNING', leg: position.leg, phase: firstUnfinished(position), startedAt: null };
  }
  const leg = legOpenedBy(gate);
  const phase = leg?.phases[0];
  if (!leg || !phase) throw new EventLogFault('illegal', `no phases lie behind ${gate}`);
  return { status: 'RUNNING', leg: leg.name, phase, startedAt: null };
}

// The three phases of the write transaction stand or fall together, so a hold in any of them retries from the first.
function firstUnfinished(held: { phase: PhaseName }): PhaseName {
  return held.phase === 'structural_verify' || held.phase === 'leg_b_record' ? 'cut_leg_a' : held.phase;
}

/** The gates that would be admitted for this run now. A renewal of the enable is welcome until the run has ended. */
export function awaitedGates({ position, revertPlanSha256 }: RunState): readonly Gate[] {
  const revert: Gate[] = revertPlanSha256 && canRevert(position.status) ? ['SG_R_revert_authz'] : [];
  switch (position.status) {
    case 'RUNNING':
      return [];
    case 'AWAITING_CUT_AUTHORIZATION':
    case 'AWAITING_LIFECYCLE_AUTHORIZATION':
      return [GATE_OF_PAUSE[position.status], ...revert];
    case 'HELD':
      return ['SG_H_release_authz', ...revert];
    case 'COMPLETED':
      return revert;
    case 'REVERTED':
    case 'ABANDONED':
      return [];
    default:
      return unreachable(position);
  }
}

/** What an approval for this gate must be bound to, with the values that the bot prints. */
export function expectedBindings(state: RunState, gate: Gate): Partial<Record<BindingName, string>> {
  const run_id = state.runId;
  switch (gate) {
    case 'GAP7_execution_enable':
      return {
        ...{ run_id, document_id: state.documentId, source_sha256: state.source.sha256, mode: 'LIVE' },
        ...(state.deployment === null ? {} : { deployment: state.deployment }),
      };
    case 'SG_1_cut_authz':
      return { run_id, cutplan_sha256: cutplanDigest(state), event_log_sha256: state.pausedAt };
    case 'SG_2_lifecycle_authz':
      return { run_id, evidence_sha256: evidenceDigest(state), event_log_sha256: state.pausedAt };
    case 'SG_R_revert_authz':
      return {
        run_id,
        revert_plan_sha256: state.revertPlanSha256 ?? 'no revert plan has been recorded',
        event_log_sha256: state.revertPlannedAt ?? 'no revert plan has been recorded',
      };
    case 'SG_H_release_authz':
      return { run_id, event_log_sha256: state.pausedAt };
    default:
      return unreachable(gate);
  }
}

/** What SG_2 signs: the recorded and verified cut, by facts that the governed database recomputes before it enacts. */
export function evidenceDigest(state: RunState): Sha256 {
  const { runId: run_id, documentId: document_id, source } = state;
  return evidenceSha256({
    ...{ run_id, document_id, source_sha256: source.sha256 },
    ...decoded(state, 'cutplan', cutplanFacts),
    ...decoded(state, 'cut_leg_a', legAFacts),
    ...decoded(state, 'leg_b_record', legBFacts),
    write_verify: decoded(state, 'write_verify', verifyFacts),
  });
}

const whole = z.number().int();
const cutplanFacts = z.object({
  cutplan_sha256: sha256Schema,
  counts: z.object({ create: whole, revise: whole, keep: whole, retire: whole }),
});
const legAFacts = z.object({ unit_ids_sha256: sha256Schema });
const legBFacts = z.object({
  change_set_id: z.string(),
  manifest_envelope_id: z.string(),
  review_decision_id: z.string(),
  signature_ids: z.array(z.string()),
  affected_rows: whole,
});
const verifyFacts = z.object({ verify_result_id: z.string(), result_sha256: sha256Schema });

function decoded<Facts>(state: RunState, phase: PhaseName, schema: z.ZodType<Facts>): Facts {
  return schema.parse(outputOf(state, phase));
}

function cutplanDigest(state: RunState): string {
  return (outputOf(state, 'cutplan') as { cutplan_sha256: string }).cutplan_sha256;
}

export function outputOf(state: RunState, phase: PhaseName): unknown {
  const entry = state.finished.find((candidate) => candidate.phase === phase);
  if (!entry) throw new EventLogFault('illegal', `${phase} of ${state.runId} has not finished`);
  return entry.output;
}

export function isTerminal(status: RunStatus): boolean {
  return status === 'COMPLETED' || status === 'REVERTED' || status === 'ABANDONED';
}

function canRevert(status: RunStatus): boolean {
  return status === 'HELD' || status === 'AWAITING_LIFECYCLE_AUTHORIZATION' || status === 'COMPLETED';
}

function illegal(state: RunState, event: Happening): EventLogFault {
  return new EventLogFault(
    'illegal',
    `${event.type} is not legal while ${state.runId} is ${state.position.status}`,
  );
}

function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
