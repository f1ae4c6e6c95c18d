// A run's state: the fold of its event log and nothing else (design section 3, invariant 3). Data exists only in the
// positions that permit it, and an event that is not legal where the run stands is refused before it is written.
import { GATES, type Gate } from '../approval/gates.ts';
import type { RunId } from '../approval/run-id.ts';
import type { Sha256 } from '../digest/digest.ts';
import type { Granularity } from '../document/unit.ts';
import type { PhaseOutput } from '../phases/phase.ts';
import type { RecorderKey } from '../record/recorder-key.ts';
import type { StopCode } from '../stop/stop.ts';
import { type ApprovalReference, EventLogFault, type Happening, type Head, type RunEvent } from './events.ts';
import { firstPhase, opensStretch, placeOf, stretchOpenedBy } from './place.ts';
import { type EndStatus, GATE_OF_PAUSE, type PauseStatus, type PhaseName, type StretchName } from './road.ts';

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
      readonly stretch: StretchName;
      readonly phase: PhaseName;
      readonly startedAt: Date | null;
    }
  | { readonly status: PauseStatus; readonly since: Date }
  | {
      readonly status: 'HELD';
      readonly stretch: StretchName;
      readonly phase: PhaseName;
      readonly code: StopCode;
      readonly detail: string;
      readonly since: Date;
    }
  | { readonly status: EndStatus | 'ABANDONED'; readonly since: Date };

export type RunStatus = Position['status'];

export interface RunState {
  readonly runId: RunId;
  readonly repository: string;
  readonly documentId: string;
  /** null in runs from before deployments had names. */
  readonly deployment: string | null;
  /** The keys that may sign the record of this run: those that its enables name, in order. */
  readonly recorderKeys: readonly RecorderKey[];
  readonly source: { readonly path: string; readonly sha256: Sha256 };
  readonly granularity: Granularity;
  /** Digest of the blocking diagnostics that were accepted when the run was opened. */
  readonly acceptsSha256: Sha256 | null;
  readonly profile: string | null;
  readonly sg1Only: boolean;
  /** Every approval that the run has consumed, in order; the first one opened it. */
  readonly approvals: readonly [ApprovalReference, ...ApprovalReference[]];
  /** Those of them that were taken back, with the instant at which the run heard of it. */
  readonly withdrawn: ReadonlyMap<Sha256, Date>;
  /** Every phase that has finished, in order. A phase that was repeated after a release stands here once, as it was last. */
  readonly finished: readonly FinishedPhase[];
  readonly revertPlanSha256: Sha256 | null;
  readonly position: Position;
  readonly head: Head;
  /**
   * The entry at which the run last came to rest: it paused, ended, was held, or had a compensation planned. A signature
   * that covers the log so far covers it up to here; what is appended while the run rests (a renewal) changes nothing.
   */
  readonly restsAt: Head;
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
  return {
    runId: event.run_id,
    repository: event.repository,
    documentId: event.document_id,
    deployment: event.deployment ?? null,
    recorderKeys: event.recorder_key === undefined ? [] : [event.recorder_key],
    source: event.source,
    granularity: event.granularity,
    acceptsSha256: event.accepts_sha256 ?? null,
    profile: event.profile,
    sg1Only: event.sg1_only,
    approvals: [event.approval],
    withdrawn: new Map(),
    finished: [],
    revertPlanSha256: null,
    position: runningFrom(firstPhase(stretchOpenedBy('GAP7_execution_enable'))),
    head: event,
    restsAt: event,
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
      const next = positionAfter({ phase, at });
      const restsAt = next.status === 'RUNNING' ? state.restsAt : moved.head;
      return { ...moved, finished, position: next, restsAt };
    }
    case 'stopped': {
      if (position.status !== 'RUNNING' || placeOf(event.phase).step !== placeOf(position.phase).step)
        throw illegal(state, event);
      const { phase, code, detail } = event;
      const { stretch } = position;
      const held: Position = { status: 'HELD', stretch, phase, code, detail, since: at };
      return { ...moved, position: held, restsAt: moved.head };
    }
    case 'gate_opened': {
      if (!awaitedGates(state, at).includes(event.approval.gate)) throw illegal(state, event);
      const { gate } = event.approval;
      const through = positionThrough(state, gate);
      // What was planned to be taken back is not what will be there once the run has gone on.
      const goesOn = through.status === 'RUNNING' && through.stretch !== 'revert';
      return {
        ...moved,
        approvals: [...state.approvals, event.approval],
        revertPlanSha256: goesOn ? null : state.revertPlanSha256,
        position: through,
      };
    }
    case 'execution_renewed':
      if (isTerminal(position.status) || event.approval.gate !== 'GAP7_execution_enable')
        throw illegal(state, event);
      return {
        ...moved,
        approvals: [...state.approvals, event.approval],
        recorderKeys: [...state.recorderKeys, ...(event.recorder_key ? [event.recorder_key] : [])],
      };
    case 'revert_planned':
      if (!canRevert(position.status)) throw illegal(state, event);
      return { ...moved, revertPlanSha256: event.revert_plan_sha256, restsAt: moved.head };
    case 'approval_withdrawn':
      if (!canWithdraw(state, event.approval_sha256)) throw illegal(state, event);
      return { ...moved, withdrawn: new Map([...state.withdrawn, [event.approval_sha256, at]]) };
    case 'abandoned':
      if (isTerminal(position.status)) throw illegal(state, event);
      return { ...moved, position: { status: 'ABANDONED', since: at } };
    default:
      return unreachable(event);
  }
}

function positionAfter(done: { phase: PhaseName; at: Date }): Position {
  const { leadsTo } = placeOf(done.phase);
  if ('next' in leadsTo) return runningFrom(leadsTo.next);
  if ('end' in leadsTo) return { status: leadsTo.end, since: done.at };
  return { status: leadsTo.pause, since: done.at };
}

function positionThrough(state: RunState, gate: Gate): Position {
  const { position } = state;
  // A gate that is opened again gives its stretch a fresh approval; only a release takes the hold away.
  if (isHeldBehind(position, gate) && gate !== 'SG_R_revert_authz') return position;
  if (opensStretch(gate)) return runningFrom(firstPhase(stretchOpenedBy(gate)));
  switch (gate) {
    case 'SG_H_release_authz':
      if (position.status !== 'HELD') throw new EventLogFault('illegal', 'there is no hold to release');
      return runningFrom(placeOf(position.phase).retryFrom);
    default:
      return unreachable(gate);
  }
}

function runningFrom(phase: PhaseName): Position {
  return { status: 'RUNNING', stretch: placeOf(phase).stretch.name, phase, startedAt: null };
}

/**
 * The gates that would move this run, or give its stretch a fresh approval, if they were opened at `now`. A renewal of
 * the enable moves nothing: it is welcome until the run has ended.
 */
export function awaitedGates(state: RunState, now: Date): readonly Gate[] {
  return GATES.filter((gate) => isAwaited(state, { gate, now }));
}

function isAwaited(state: RunState, { gate, now }: { gate: Gate; now: Date }): boolean {
  const { position, revertPlanSha256 } = state;
  switch (gate) {
    case 'GAP7_execution_enable':
      return false;
    case 'SG_1_cut_authz':
    case 'SG_2_lifecycle_authz':
      return pausesFor(position, gate) || (isHeldBehind(position, gate) && hasEnded(state, { gate, now }));
    case 'SG_R_revert_authz':
      return revertPlanSha256 !== null && canRevert(position.status);
    case 'SG_H_release_authz':
      return position.status === 'HELD';
    default:
      return unreachable(gate);
  }
}

function pausesFor({ status }: Position, gate: Gate): boolean {
  return status in GATE_OF_PAUSE && GATE_OF_PAUSE[status as PauseStatus] === gate;
}

/** Whether the run is held in the stretch that this gate opens. */
function isHeldBehind(position: Position, gate: Gate): boolean {
  return position.status === 'HELD' && placeOf(position.phase).stretch.opensWith === gate;
}

/** Whether the newest approval for this gate covers nothing any more. */
function hasEnded(state: RunState, { gate, now }: { gate: Gate; now: Date }): boolean {
  const newest = newestStanding(state, gate);
  return newest === undefined || now >= new Date(newest.valid_until);
}

/** The newest approval for a gate that was not taken back. */
export function newestStanding(
  { approvals, withdrawn }: RunState,
  gate: Gate,
): ApprovalReference | undefined {
  return approvals.findLast((approval) => approval.gate === gate && !withdrawn.has(approval.document_sha256));
}

/** Whether it matters to this run that the approval is taken back: the run has it, and has not ended. */
export function canWithdraw(state: RunState, documentSha256: Sha256): boolean {
  const { approvals, withdrawn, position } = state;
  if (isTerminal(position.status) || withdrawn.has(documentSha256)) return false;
  return approvals.some(({ document_sha256 }) => document_sha256 === documentSha256);
}

/** The gates that were opened once and are not opened again at will, as a renewal and a release are. */
export function openedGates({ approvals }: RunState): readonly Gate[] {
  const gates = approvals.map(({ gate }) => gate);
  return gates.filter((gate) => gate !== 'GAP7_execution_enable' && opensStretch(gate));
}

/** What a finished phase found, decoded. Throws EventLogFault `illegal` when it has not finished. */
export function outputOf<Output>(
  state: RunState,
  { name, output }: Pick<PhaseOutput<Output>, 'name' | 'output'>,
): Output {
  return output.parse(recordedOutput(state, name));
}

/** The same as it stands in the log, for digests. */
export function recordedOutput(state: RunState, phase: string): unknown {
  const entry = state.finished.find((candidate) => candidate.phase === phase);
  if (!entry) throw new EventLogFault('illegal', `${phase} of ${state.runId} has not finished`);
  return entry.output;
}

interface Standing {
  /** Nothing but a compensation moves the run any more. */
  readonly terminal: boolean;
  readonly revertible: boolean;
}

const STANDINGS: Readonly<Record<RunStatus, Standing>> = {
  RUNNING: { terminal: false, revertible: false },
  AWAITING_CUT_AUTHORIZATION: { terminal: false, revertible: false },
  AWAITING_LIFECYCLE_AUTHORIZATION: { terminal: false, revertible: true },
  HELD: { terminal: false, revertible: true },
  COMPLETED: { terminal: true, revertible: true },
  REVERTED: { terminal: true, revertible: false },
  // What it has written stays as it is, and must not stay for want of a way to take it back.
  ABANDONED: { terminal: true, revertible: true },
};

export function isTerminal(status: RunStatus): boolean {
  return STANDINGS[status].terminal;
}

/**
 * Whether the run rests with its units as drafts because nobody is to be asked (policy `sg1_only`): an SG_2 or an SG_R
 * still moves it, and it holds up its own document alone.
 */
export function isResting({ sg1Only, position }: RunState): boolean {
  return sg1Only && position.status === 'AWAITING_LIFECYCLE_AUTHORIZATION';
}

/** Whether the cut of this run is committed: its units are in the governed database, and stay there until it is reverted. */
export function hasCut({ finished }: RunState): boolean {
  return finished.some(({ phase }) => phase === 'leg_b_record');
}

/** Whether a run at this point can be compensated, if it has written anything. */
export function canRevert(status: RunStatus): boolean {
  return STANDINGS[status].revertible;
}

function illegal(state: RunState, event: Happening): EventLogFault {
  return new EventLogFault(
    'illegal',
    `${event.type} is not legal while ${state.runId} is ${state.position.status}`,
  );
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
