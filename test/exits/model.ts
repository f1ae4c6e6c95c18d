// A model of every state that a run can come to: the real fold and the real gates over happenings that need no database,
// together with what the governed database holds. Small enough to visit all of it; each state is then made for real.
import { GATES, type Gate } from '../../src/approval/gates.ts';
import { chain, type Happening } from '../../src/run/events.ts';
import { coveringApprovals } from '../../src/run/kill-switch.ts';
import { placeOf, stretchNamed } from '../../src/run/place.ts';
import { PHASE_NAMES, type PhaseName, phasesOf, type RoadStep } from '../../src/run/road.ts';
import { apply, awaitedGates, fold, isTerminal, type RunState } from '../../src/run/state.ts';
import { CUT, finished, logOf, opened, RUN_ID, START } from '../support/run-events.ts';

export type Rows = 'none' | 'draft' | 'enacted' | 'reverted';

export interface Situation {
  readonly state: RunState;
  readonly rows: Rows;
  readonly now: Date;
}

/** What may happen. `stop` and `die` name the first phase of the step in which they happen. */
export type Action =
  | { readonly does: 'walk' }
  | { readonly does: 'stop'; readonly at: PhaseName }
  | { readonly does: 'die'; readonly at: PhaseName }
  | { readonly does: 'wait' }
  | { readonly does: 'abandon' }
  | { readonly does: 'plan revert' }
  | { readonly does: 'sign'; readonly gate: Gate };

export const DAY_AND_MORE_MS = 25 * 3600 * 1000;

const outputOf = new Map(
  CUT.flatMap((one) => (one.type === 'phase_finished' ? [[one.phase, one.output]] : [])),
);
const PLANNED: Happening = {
  ...{ type: 'revert_planned', revert_plan_sha256: 'a'.repeat(64) as never, hard: false, effects: {} },
};

export function opening(first: Happening): Situation {
  return { state: fold(logOf([first])), rows: 'none', now: START };
}

function happen(situation: Situation, happening: Happening): Situation {
  const { state, now } = situation;
  const event = chain(state.head, { ...happening, run_id: RUN_ID, at: now });
  return { ...situation, state: apply(state, event) };
}

/** One name for all situations that no signature and no crash can tell apart. */
export function nameOf({ state, rows, now }: Situation): string {
  const { position, sg1Only } = state;
  const at =
    position.status === 'RUNNING' || position.status === 'HELD'
      ? ` in ${phasesOf(placeOf(position.phase).step)[0].name}`
      : '';
  const rests = sg1Only && position.status === 'AWAITING_LIFECYCLE_AUTHORIZATION' ? ' (resting)' : '';
  const planned =
    state.revertPlanSha256 !== null && position.status !== 'REVERTED' ? ', compensation planned' : '';
  return `${position.status}${at}${rests}, rows ${rows}, ${signed({ state, now })}${planned}`;
}

// Whether what covers the stretch, or would cover the next one, is still within its window.
function signed({ state, now }: Pick<Situation, 'state' | 'now'>): string {
  const { position, approvals } = state;
  if (isTerminal(position.status)) return 'no window';
  const stretch =
    position.status === 'RUNNING' || position.status === 'HELD' ? stretchNamed(position.stretch) : undefined;
  const running = { ...state, position: { ...position, status: 'RUNNING' } } as RunState;
  const covering = stretch
    ? coveringApprovals(running)
    : approvals.filter(({ gate }) => gate === 'GAP7_execution_enable').slice(-1);
  return covering.every(({ valid_until }) => now < new Date(valid_until)) ? 'signed' : 'ended';
}

export function isFresh({ state, now }: Situation): boolean {
  const covering = coveringApprovals(state);
  return covering.length > 0 && covering.every(({ valid_until }) => now < new Date(valid_until));
}

/** What a step does to the rows, and whether it writes at all. */
const WRITES: Partial<Record<PhaseName, { readonly from: readonly Rows[]; readonly to: Rows }>> = {
  cut_leg_a: { from: ['none'], to: 'draft' },
  lifecycle_enact: { from: ['draft'], to: 'enacted' },
  revert_execute: { from: ['draft', 'enacted'], to: 'reverted' },
};
const VERIFIES: readonly PhaseName[] = ['write_verify', 'lifecycle_verify', 'revert_execute'];

const firstOf = (step: RoadStep): PhaseName => phasesOf(step)[0].name;

function done(situation: Situation, step: RoadStep): Situation {
  return phasesOf(step).reduce(
    (at, { name }) => happen(at, finished(name, outputOf.get(name) ?? { [name]: 'done' })),
    situation,
  );
}

/** Walks on; stops, or dies after the commit, in the step that begins with the named phase. */
function walk(from: Situation, end: { stop?: PhaseName; die?: PhaseName } = {}): Situation | undefined {
  let at = from;
  while (at.state.position.status === 'RUNNING') {
    const { step } = placeOf(at.state.position.phase);
    const name = firstOf(step);
    const held = (code: 'clock_skew' | 'kill_switch_off') =>
      happen(at, { type: 'stopped', phase: name, code, detail: '' });
    if (end.stop === name) return held('clock_skew');
    const write = WRITES[name];
    const writing = write?.from.includes(at.rows) ?? false;
    if ((writing || VERIFIES.includes(name)) && !isFresh(at)) return held('kill_switch_off');
    if (write && writing) at = { ...at, rows: write.to };
    if (end.die === name) return at;
    at = done(at, step);
  }
  return end.stop || end.die ? undefined : at;
}

/** The situation after an action; undefined when it cannot happen here. */
export function after(situation: Situation, action: Action): Situation | undefined {
  const { state, rows, now } = situation;
  try {
    switch (action.does) {
      case 'walk':
        return state.position.status === 'RUNNING' ? walk(situation) : undefined;
      case 'stop':
        return walk(situation, { stop: action.at });
      case 'die':
        return walk(situation, { die: action.at });
      case 'wait':
        return { ...situation, now: new Date(now.getTime() + DAY_AND_MORE_MS) };
      case 'abandon':
        return happen(situation, { type: 'abandoned', by: 'ada', why: '' });
      case 'plan revert':
        return rows === 'draft' || rows === 'enacted' ? happen(situation, PLANNED) : undefined;
      case 'sign':
        return signedFor(situation, action.gate);
      default:
        return action satisfies never;
    }
  } catch {
    return undefined;
  }
}

function signedFor(situation: Situation, gate: Gate): Situation | undefined {
  const { state, now } = situation;
  const renewal = gate === 'GAP7_execution_enable';
  const awaited = renewal ? !isTerminal(state.position.status) : awaitedGates(state, now).includes(gate);
  if (!awaited) return undefined;
  const underEnable = gate === 'SG_1_cut_authz' || gate === 'SG_2_lifecycle_authz';
  const enable = state.approvals.findLast((one) => one.gate === 'GAP7_execution_enable');
  if (underEnable && (!enable || now >= new Date(enable.valid_until))) return undefined;
  const approval = {
    ...state.approvals[0],
    gate,
    signed_at: now.toISOString(),
    valid_until: new Date(now.getTime() + 24 * 3600 * 1000).toISOString(),
    document_sha256: `${state.head.seq}`.padStart(64, '0') as never,
  };
  return happen(situation, { type: renewal ? 'execution_renewed' : 'gate_opened', approval });
}

const STEPS = [...new Set(PHASE_NAMES.map((name) => firstOf(placeOf(name).step)))];

/** What the world may do to a run. */
const WORLD: readonly Action[] = [
  { does: 'walk' },
  ...STEPS.map((at): Action => ({ does: 'stop', at })),
  ...STEPS.map((at): Action => ({ does: 'die', at })),
  { does: 'wait' },
  { does: 'abandon' },
  { does: 'plan revert' },
];
/** What a signature may do. */
const SIGNATURES: readonly Action[] = GATES.map((gate) => ({ does: 'sign', gate }));
/** What an exit consists of: signatures, the bot's own walking, and asking for the plan that SG_R signs. */
const EXIT: readonly Action[] = [{ does: 'walk' }, { does: 'plan revert' }, ...SIGNATURES];

export interface Reached {
  readonly name: string;
  readonly situation: Situation;
  readonly sg1Only: boolean;
  readonly path: readonly Action[];
}

/** Every situation that can be reached, each by a shortest path. */
export function reachable(): Reached[] {
  const found = new Map<string, Reached>();
  const queue: Reached[] = [false, true].map((sg1Only) => {
    const situation = opening(opened({ sg1Only }));
    return { name: nameOf(situation), situation, sg1Only, path: [] };
  });
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { situation, sg1Only, path } = next;
    for (const action of [...WORLD, ...SIGNATURES]) {
      const then = after(situation, action);
      if (!then) continue;
      const name = nameOf(then);
      if (found.has(name)) continue;
      const reached = { name, situation: then, sg1Only, path: [...path, action] };
      found.set(name, reached);
      queue.push(reached);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const ENDS = {
  enacted: ({ state, rows }: Situation) => state.position.status === 'COMPLETED' && rows === 'enacted',
  reverted: ({ state, rows }: Situation) => isTerminal(state.position.status) && rows === 'reverted',
};
export type End = keyof typeof ENDS;

/** Of which gates the newest approval still covers something, and of which it has ended. */
function windowsOf({ state, now }: Situation): string {
  return GATES.map((gate) => {
    const newest = state.approvals.findLast((approval) => approval.gate === gate);
    return newest === undefined ? '-' : String(now < new Date(newest.valid_until));
  }).join();
}

/** The shortest way out by signatures alone; undefined where there is none. */
export function exitOf(from: Situation, end: End): readonly Action[] | undefined {
  const seen = new Set<string>();
  const queue: { situation: Situation; path: readonly Action[] }[] = [{ situation: from, path: [] }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { situation, path } = next;
    if (ENDS[end](situation)) return path;
    for (const action of EXIT) {
      const then = after(situation, action);
      if (!then) continue;
      const key = `${nameOf(then)}, ${windowsOf(then)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ situation: then, path: [...path, action] });
    }
  }
  return undefined;
}
