// Where things stand on the road: the stretch, the step and the way on of every phase, found by its name.
import type { Gate } from '../approval/gates.ts';
import {
  type Destination,
  type PhaseName,
  phasesOf,
  type RoadStep,
  STRETCHES,
  type Stretch,
  type StretchGate,
  type StretchName,
} from './road.ts';

export interface Place {
  readonly stretch: Stretch;
  /** The step that the phase belongs to: whatever stops in it holds the run in that step. */
  readonly step: RoadStep;
  /** Where a run goes on that was held in this phase: a transaction is retried from its first phase. */
  readonly retryFrom: PhaseName;
  /** This phase and those behind it, up to the end of the stretch. */
  readonly ahead: readonly PhaseName[];
  /** Where the run stands once the phase has finished. */
  readonly leadsTo: { readonly next: PhaseName } | Destination;
}

const PLACES = Object.fromEntries(STRETCHES.flatMap(placesOn)) as Readonly<Record<PhaseName, Place>>;

function placesOn(stretch: Stretch): [PhaseName, Place][] {
  const names = stretch.steps.flatMap(phasesOf).map(({ name }) => name);
  return stretch.steps.flatMap((step) => {
    const [{ name: retryFrom }] = phasesOf(step);
    return phasesOf(step).map(({ name }): [PhaseName, Place] => {
      const ahead = names.slice(names.indexOf(name));
      const [, next] = ahead;
      const leadsTo = next === undefined ? stretch.leadsTo : { next };
      return [name, { stretch, step, retryFrom, ahead, leadsTo }];
    });
  });
}

/** Where a phase stands. */
export function placeOf(phase: PhaseName): Place {
  return PLACES[phase];
}

export function firstPhase({ steps }: Stretch): PhaseName {
  const [{ name }] = phasesOf(steps[0]);
  return name;
}

export function opensStretch(gate: Gate): gate is StretchGate {
  return STRETCHES.some(({ opensWith }) => opensWith === gate);
}

export function stretchOpenedBy(gate: StretchGate): Stretch {
  return found(STRETCHES.find(({ opensWith }) => opensWith === gate));
}

export function stretchNamed(name: StretchName): Stretch {
  return found(STRETCHES.find((stretch) => stretch.name === name));
}

function found(stretch: Stretch | undefined): Stretch {
  if (stretch === undefined) throw new Error('the road lacks a stretch that its own types name');
  return stretch;
}
