// The road of a run, as data: which gate opens which phases, and where the run pauses (design section 3).
import type { Gate } from '../approval/gates.ts';
import type { PhaseName } from '../phases/phase.ts';

export type PauseStatus = 'AWAITING_CUT_AUTHORIZATION' | 'AWAITING_LIFECYCLE_AUTHORIZATION';
export type LegName = 'prepare' | 'cut' | 'lifecycle' | 'revert';

export interface Leg {
  readonly name: LegName;
  readonly opensWith: Gate;
  readonly phases: readonly PhaseName[];
  /** Whether any phase of this leg writes to the governed database. */
  readonly writes: boolean;
  /** Where the run stands when the last phase has finished. */
  readonly leadsTo: { readonly pause: PauseStatus } | { readonly end: 'COMPLETED' | 'REVERTED' };
}

export const ROAD = [
  {
    name: 'prepare',
    opensWith: 'GAP7_execution_enable',
    phases: ['source_pin', 'mark', 'cutplan', 'pre_write_backup', 'grant_probe'],
    writes: false,
    leadsTo: { pause: 'AWAITING_CUT_AUTHORIZATION' },
  },
  {
    name: 'cut',
    opensWith: 'SG_1_cut_authz',
    phases: ['cut_leg_a', 'structural_verify', 'leg_b_record', 'write_verify'],
    writes: true,
    leadsTo: { pause: 'AWAITING_LIFECYCLE_AUTHORIZATION' },
  },
  {
    name: 'lifecycle',
    opensWith: 'SG_2_lifecycle_authz',
    phases: ['lifecycle_enact', 'lifecycle_verify'],
    writes: true,
    leadsTo: { end: 'COMPLETED' },
  },
  {
    name: 'revert',
    opensWith: 'SG_R_revert_authz',
    phases: ['revert_execute'],
    writes: true,
    leadsTo: { end: 'REVERTED' },
  },
] as const satisfies readonly Leg[];

/** The gate that ends each pause. */
export const GATE_OF_PAUSE = {
  AWAITING_CUT_AUTHORIZATION: 'SG_1_cut_authz',
  AWAITING_LIFECYCLE_AUTHORIZATION: 'SG_2_lifecycle_authz',
} as const satisfies Record<PauseStatus, Gate>;

export function legNamed(name: LegName): Leg {
  const leg = ROAD.find((candidate) => candidate.name === name);
  if (!leg) throw new Error(`the road has no leg ${name}`);
  return leg;
}

export function legOf(phase: PhaseName): Leg {
  const leg = ROAD.find((candidate: Leg) => candidate.phases.includes(phase));
  if (!leg) throw new Error(`the road has no phase ${phase}`);
  return leg;
}

export function legOpenedBy(gate: Gate): Leg | undefined {
  return ROAD.find((leg) => leg.opensWith === gate);
}

/** Where the run stands once `phase` has finished: at the next phase, or where its leg ends. */
export function after(phase: PhaseName): { readonly next: PhaseName } | Leg['leadsTo'] {
  const leg = legOf(phase);
  const next = leg.phases[leg.phases.indexOf(phase) + 1];
  return next === undefined ? leg.leadsTo : { next };
}
