// The orchestrator: walks a run along the road until it pauses, ends or stops. It keeps nothing in memory between
// steps: each step folds the log again, so it may die anywhere and be started again anywhere.
import type { RunId } from '../approval/run-id.ts';
import { GovernedFault } from '../governed/database.ts';
import { type PhaseContext, SourceUnavailable } from '../phases/context.ts';
import { DeadlinePassed, NotYet } from '../stop/deadline.ts';
import { Stop } from '../stop/stop.ts';
import { chain, type Happening } from './events.ts';
import { LostRace, type RunLog } from './log.ts';
import { PATIENCE_MS, patiently, refusedBy } from './patience.ts';
import { placeOf } from './place.ts';
import type { Depth } from './rewind.ts';
import type { PhaseName } from './road.ts';
import { fold, type RunState } from './state.ts';
import { type Outcome, perform } from './steps.ts';

export interface OrchestratorPorts {
  readonly log: RunLog;
  now(): Date;
  /**
   * Holds the log against its witnesses, and notes in the governed database how far it has come. Throws Stop
   * `state_rewound`, `governed_rewound` or `master_off`.
   */
  witness(state: RunState, depth: Depth): Promise<void>;
  /** Notes how far a log has come that rests now. */
  note(state: RunState): Promise<void>;
  /** The context of one step, for the state as it was just folded. */
  context(state: RunState): PhaseContext;
  /** Told once a STOP is recorded: the place to plan the compensation of what is committed. */
  onHeld(state: RunState): Promise<void>;
  /** Waits before the next try of what passes by itself; told first to whoever watches. */
  patience?: {
    readonly delaysMs: readonly number[];
    onWaiting?(error: Error, at: { runId: RunId; phase: PhaseName; ms: number }): void;
  };
  /** For the operator's log: an error that became STOP `unhandled_error`. */
  onUnhandled(error: unknown, at: { runId: RunId; phase: PhaseName }): void;
}

/**
 * Runs every phase that lies before the next pause or end. Returns the state it left.
 * Throws SourceUnavailable, GovernedFault for a lost connection, and faults of the log itself: the run then stays where
 * it is, and the look is repeated.
 */
export async function advance(runId: RunId, ports: OrchestratorPorts): Promise<RunState> {
  let state = fold(await ports.log.load(runId));
  let depth: Depth = 'stretch';
  while (state.position.status === 'RUNNING') {
    const { phase } = state.position;
    if (state.position.startedAt === null)
      state = await append({ type: 'phase_started', phase }, { state, ports });
    const result = await attempt(phase, { state, ports, depth });
    depth = 'step';
    if ('stop' in result) {
      const { code, detail } = result.stop;
      state = await append({ type: 'stopped', phase: result.phase, code, detail }, { state, ports });
      await ports.onHeld(state);
      continue;
    }
    // A process that died between two entries of one step left the first of them in the log already.
    const from = result.outcomes.findIndex((outcome) => outcome.phase === phase);
    for (const outcome of result.outcomes.slice(from))
      state = await append(finished(outcome), { state, ports });
  }
  await ports.note(state);
  return state;
}

type Attempt = { readonly outcomes: readonly Outcome[] } | { readonly stop: Stop; readonly phase: PhaseName };

async function attempt(
  begin: PhaseName,
  { state, ports, depth }: { state: RunState; ports: OrchestratorPorts; depth: Depth },
): Promise<Attempt> {
  let phase = begin;
  const context = ports.context(state);
  const { delaysMs, onWaiting } = ports.patience ?? { delaysMs: PATIENCE_MS };
  const entering = (name: PhaseName): void => {
    phase = name;
  };
  try {
    const attempted = async () => {
      await ports.witness(state, depth);
      return perform(placeOf(begin).step, { context, entering });
    };
    const outcomes = await patiently(attempted, {
      delaysMs,
      onWaiting: (error, ms) => onWaiting?.(error, { runId: state.runId, phase, ms }),
    });
    return { outcomes };
  } catch (error) {
    if (isAway(error)) throw error;
    if (error instanceof Stop) return { stop: error, phase };
    if (error instanceof GovernedFault)
      return {
        stop: await refusedBy(error, { governed: context.governed, tries: delaysMs.length + 1 }),
        phase,
      };
    ports.onUnhandled(error, { runId: state.runId, phase });
    // The message of an unforeseen error may hold anything, a row or a password among it: only its kind is recorded.
    const kind = error instanceof Error ? error.name : typeof error;
    return { stop: new Stop('unhandled_error', `${kind} in ${phase}`), phase };
  }
}

// GitHub or a folder out of reach, or the connection to the database lost: nobody knows more now than before, so nothing
// is recorded. The look is repeated, and the write transaction asks first whether an earlier attempt was committed.
function isAway(error: unknown): boolean {
  if (error instanceof GovernedFault)
    return error.code === 'connection_lost' || error.code === 'commit_unknown';
  return error instanceof SourceUnavailable || error instanceof DeadlinePassed || error instanceof NotYet;
}

function finished({ phase, startedAt, durationMs, recovered, output }: Outcome): Happening {
  return {
    type: 'phase_finished',
    phase,
    started_at: startedAt.toISOString(),
    duration_ms: Math.round(durationMs),
    recovered,
    output,
  };
}

async function append(
  what: Happening,
  { state, ports }: { state: RunState; ports: OrchestratorPorts },
): Promise<RunState> {
  const event = chain(state.head, { ...what, run_id: state.runId, at: ports.now() });
  const events = await ports.log.load(state.runId);
  if (events.at(-1)?.hash !== state.head.hash) throw new LostRace(state.runId);
  const next = fold([...events, event]);
  await ports.log.append(event);
  return next;
}
