// The road of a run (design section 3), and the only place that says what it consists of: which gate opens which
// stretch, the steps of each stretch, and where it leads. Every list of phases or gates of a run derives from it.
import type { Gate } from '../approval/gates.ts';
import { cutLegA } from '../phases/cut-leg-a.ts';
import { cutplan } from '../phases/cutplan.ts';
import { grantProbe } from '../phases/grant-probe.ts';
import { legBRecord } from '../phases/leg-b-record.ts';
import { lifecycleEnact } from '../phases/lifecycle-enact.ts';
import { lifecycleVerify } from '../phases/lifecycle-verify.ts';
import { mark } from '../phases/mark.ts';
import type { Phase, WritePhase } from '../phases/phase.ts';
import { preWriteBackup } from '../phases/pre-write-backup.ts';
import { revertExecute } from '../phases/revert-execute.ts';
import { sourcePin } from '../phases/source-pin.ts';
import { structuralVerify } from '../phases/structural-verify.ts';
import { writeVerify } from '../phases/write-verify.ts';
import type { GatesOn, NamesOn, Never, Repeated, Vague } from './proof.ts';

/** What is done at once and retried as a whole: a phase, or the phases of one transaction. `dry`: part of a dry run. */
type Step<Name extends string> =
  | { readonly phase: Phase<unknown, Name>; readonly dry?: true }
  | { readonly transaction: readonly [WritePhase<unknown, Name>, ...WritePhase<unknown, Name>[]] };

interface Part<Name extends string> {
  readonly name: string;
  readonly opensWith: Gate;
  /** Whether the enable must be fresh beside the gate's own approval. */
  readonly underEnable: boolean;
  readonly steps: readonly [Step<Name>, ...Step<Name>[]];
  /** Where the run stands when the last step is done: at a pause that a gate ends, or at an end. */
  readonly leadsTo: { readonly pause: string; readonly until: Gate } | { readonly end: string };
}

export const ROAD = [
  {
    name: 'prepare',
    opensWith: 'GAP7_execution_enable',
    underEnable: true,
    steps: [
      { phase: sourcePin, dry: true },
      { phase: mark, dry: true },
      { phase: cutplan, dry: true },
      { phase: preWriteBackup },
      { phase: grantProbe, dry: true },
    ],
    leadsTo: { pause: 'AWAITING_CUT_AUTHORIZATION', until: 'SG_1_cut_authz' },
  },
  {
    name: 'cut',
    opensWith: 'SG_1_cut_authz',
    underEnable: true,
    steps: [{ transaction: [cutLegA, structuralVerify, legBRecord] }, { phase: writeVerify }],
    leadsTo: { pause: 'AWAITING_LIFECYCLE_AUTHORIZATION', until: 'SG_2_lifecycle_authz' },
  },
  {
    name: 'lifecycle',
    opensWith: 'SG_2_lifecycle_authz',
    underEnable: true,
    steps: [{ phase: lifecycleEnact }, { phase: lifecycleVerify }],
    leadsTo: { end: 'COMPLETED' },
  },
  {
    // A compensation must stay possible long after the enable has ended.
    name: 'revert',
    opensWith: 'SG_R_revert_authz',
    underEnable: false,
    steps: [{ phase: revertExecute }],
    leadsTo: { end: 'REVERTED' },
  },
] as const satisfies readonly Part<string>[];

type Road = typeof ROAD;
type Pause = Extract<Destination, { pause: string }>;
/** Where a stretch leads to. */
export type Destination = Road[number]['leadsTo'];

export type StretchName = Road[number]['name'];
export type PhaseName = NamesOn<Road>[number];
/** The gates that open a stretch; the others act on a run where it stands. */
export type StretchGate = Road[number]['opensWith'];
export type PauseStatus = Pause['pause'];
export type EndStatus = Extract<Destination, { end: string }>['end'];

/** The compiler's proof that every phase stands on the road once, under a name of its own … */
export type EachPhaseOnce = Never<Repeated<NamesOn<Road>> | Vague<PhaseName>>;
/** … that no gate opens two stretches, and that each pause ends with a gate that opens one. */
export type EachGateOnce = Never<Repeated<GatesOn<Road>> | Exclude<Pause['until'], StretchGate>>;

type OnRoad<Step> = Step extends { phase: infer One }
  ? One
  : Step extends { transaction: readonly (infer One)[] }
    ? One
    : never;
type RoadPhase = OnRoad<Road[number]['steps'][number]>;

/** A step of the road, as the code walks it. */
export type RoadStep = Step<PhaseName>;

/** A stretch of the road: everything between two gates. */
export interface Stretch extends Part<PhaseName> {
  readonly name: StretchName;
  readonly opensWith: StretchGate;
  readonly leadsTo: Destination;
}

export const STRETCHES: readonly Stretch[] = ROAD;

type AnyPhase = Phase<unknown, PhaseName> | WritePhase<unknown, PhaseName>;

/** The phases of a step, in order. */
export function phasesOf(step: RoadStep): readonly [AnyPhase, ...AnyPhase[]] {
  return 'transaction' in step ? step.transaction : [step.phase];
}

const ALL = STRETCHES.flatMap(({ steps }) => steps.flatMap(phasesOf));

/** Every phase, in the order of the road. */
export const PHASE_NAMES: readonly PhaseName[] = ALL.map(({ name }) => name);

/** Every phase by its name. */
export const PHASES = Object.fromEntries(ALL.map((phase) => [phase.name, phase])) as {
  readonly [Name in PhaseName]: Extract<RoadPhase, { name: Name }>;
};

/** The phases of a dry run, in order. */
export const DRY_RUN: readonly Phase<unknown, PhaseName>[] = STRETCHES.flatMap(({ steps }) =>
  steps.flatMap((step) => ('phase' in step && step.dry ? [step.phase] : [])),
);

/** The gate that ends each pause. */
export const GATE_OF_PAUSE = Object.fromEntries(
  STRETCHES.flatMap(({ leadsTo }) => ('pause' in leadsTo ? [[leadsTo.pause, leadsTo.until]] : [])),
) as { readonly [At in PauseStatus]: Extract<Pause, { pause: At }>['until'] };
