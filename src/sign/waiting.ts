// What waits for a signature, from the runs' states alone: each gate that is awaited, and the renewal that must come first
// where the enable covers nothing any more.
import type { Gate } from '../approval/gates.ts';
import { opensStretch, stretchOpenedBy } from '../run/place.ts';
import { awaitedGates, isTerminal, newestStanding, type RunState } from '../run/state.ts';

export interface Task {
  readonly gate: Gate;
  readonly state: RunState;
  /** What it would cause, in a few words, for a list. */
  readonly says: string;
}

/** In the order in which they would be signed. */
export function tasksOf(state: RunState, now: Date): readonly Task[] {
  const awaited = awaitedGates(state, now);
  const renewal = awaited.some((gate) => needsEnable(gate)) && !isEnabled(state, now);
  const gates: Gate[] = renewal ? ['GAP7_execution_enable', ...awaited] : [...awaited];
  return gates.map((gate) => ({ gate, state, says: saysOf(gate) }));
}

/** The task for one gate, whether it is due or not; null where the run would not take it. */
export function taskFor(gate: Gate, { state, now }: { state: RunState; now: Date }): Task | null {
  const renewable = gate === 'GAP7_execution_enable' && !isTerminal(state.position.status);
  if (!renewable && !awaitedGates(state, now).includes(gate)) return null;
  return { gate, state, says: saysOf(gate) };
}

function needsEnable(gate: Gate): boolean {
  return opensStretch(gate) && stretchOpenedBy(gate).underEnable;
}

/** Whether the newest enable still covers a write at `now`. */
export function isEnabled(state: RunState, now: Date): boolean {
  const enable = newestStanding(state, 'GAP7_execution_enable');
  return enable !== undefined && now < new Date(enable.valid_until);
}

function saysOf(gate: Gate): string {
  switch (gate) {
    case 'GAP7_execution_enable':
      return 'renew the enable, which has ended';
    case 'SG_1_cut_authz':
      return 'let the plan be written, as drafts';
    case 'SG_2_lifecycle_authz':
      return 'enact the drafts';
    case 'SG_R_revert_authz':
      return 'take back what the run has written';
    case 'SG_H_release_authz':
      return 'release the hold, to try again';
    default:
      return gate satisfies never;
  }
}
