import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApprovalPath } from '../../src/approval/file-name.ts';
import { GATES } from '../../src/approval/gates.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { evidenceSha256 } from '../../src/record/evidence.ts';
import { expectedBindings, pathForNext } from '../../src/run/bindings.ts';
import { chain, type Happening } from '../../src/run/events.ts';
import { coveringApprovals } from '../../src/run/kill-switch.ts';
import { PHASE_NAMES, type PhaseName } from '../../src/run/road.ts';
import {
  apply,
  awaitedGates,
  fold,
  isResting,
  isTerminal,
  openedGates,
  type RunState,
} from '../../src/run/state.ts';
import {
  approvalReference,
  COMPLETE,
  CUT,
  finished,
  gateOpened,
  logOf,
  opened,
  PREPARED,
  RUN_ID,
  START,
  started,
} from '../support/run-events.ts';

const stopped: Happening = { type: 'stopped', phase: 'grant_probe', code: 'grant_delta', detail: 'excess' };
const stateOf = (happenings: readonly Happening[]) => fold(logOf(happenings));
const statusOf = (happenings: readonly Happening[]) => stateOf(happenings).position.status;

describe('the fold', () => {
  it('pauses for SG_1 when the last preparing phase has finished', () => {
    const state = stateOf(PREPARED);
    expect(state.position.status).toBe('AWAITING_CUT_AUTHORIZATION');
    expect(awaitedGates(state, START)).toEqual(['SG_1_cut_authz']);
    expect(expectedBindings(state, 'SG_1_cut_authz', { recorderKey: null })).toEqual({
      run_id: RUN_ID,
      cutplan_sha256: sha256('plan'),
      event_log_sha256: state.head.hash,
    });
  });

  it('pauses for SG_2 after the write was verified, bound to the evidence of both', () => {
    const state = stateOf(CUT);
    expect(state.position.status).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    const evidence = evidenceSha256({
      ...{ run_id: RUN_ID, document_id: 'charter', source_sha256: sha256('charter') },
      ...{
        cutplan_sha256: sha256('plan'),
        counts: { create: 3, revise: 0, move: 0, renumber: 0, keep: 0, retire: 0 },
      },
      ...{ unit_ids_sha256: sha256('ids'), affected_rows: 3, change_set_id: '1', manifest_envelope_id: '1' },
      ...{ review_decision_id: '1', signature_ids: ['1', '2'] },
      write_verify: { verify_result_id: '1', result_sha256: sha256('result') },
    });
    expect(expectedBindings(state, 'SG_2_lifecycle_authz', { recorderKey: null })).toEqual({
      run_id: RUN_ID,
      evidence_sha256: evidence,
      event_log_sha256: state.head.hash,
    });
  });

  it('is completed after the enactment was verified', () => {
    expect(statusOf(COMPLETE)).toBe('COMPLETED');
  });

  it('rests at the second pause when the policy says SG_1 only, and an SG_2 still enacts it', () => {
    const resting = [opened({ sg1Only: true }), ...CUT.slice(1)];
    expect(statusOf(resting)).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    expect(isResting(stateOf(resting))).toBe(true);
    expect(isResting(stateOf(CUT))).toBe(false);
    expect(awaitedGates(stateOf(resting), START)).toEqual(['SG_2_lifecycle_authz']);
  });

  it('is held by a STOP, and a release retries from the phase that stopped', () => {
    const held = [...PREPARED.slice(0, 5), stopped];
    expect(statusOf(held)).toBe('HELD');
    const state = stateOf([...held, gateOpened('SG_H_release_authz', 9)]);
    expect(state.position).toMatchObject({ status: 'RUNNING', stretch: 'prepare', phase: 'grant_probe' });
  });

  it('retries the whole write transaction when any of its phases stopped', () => {
    const happenings = [
      ...PREPARED,
      gateOpened('SG_1_cut_authz', 2),
      { type: 'stopped', phase: 'leg_b_record', code: 'incomplete_ids', detail: '' } as const,
      gateOpened('SG_H_release_authz', 3),
    ];
    expect(stateOf(happenings).position).toMatchObject({ status: 'RUNNING', phase: 'cut_leg_a' });
  });

  it('binds the release of a hold to the very log that it was held with', () => {
    const log = logOf([...PREPARED.slice(0, 5), stopped]);
    expect(expectedBindings(fold(log), 'SG_H_release_authz', { recorderKey: null }).event_log_sha256).toBe(
      log.at(-1)?.hash,
    );
  });

  it('refuses a gate that the run does not await', () => {
    expect(() => statusOf([...PREPARED, gateOpened('SG_2_lifecycle_authz', 2)])).toThrow(/not legal/);
    expect(() => statusOf([...CUT, gateOpened('SG_1_cut_authz', 7)])).toThrow(/not legal/);
    expect(() => statusOf([...PREPARED, gateOpened('SG_R_revert_authz', 2)])).toThrow(/not legal/);
  });

  it('admits a compensation only after its plan was recorded', () => {
    const planned: Happening = {
      type: 'revert_planned',
      revert_plan_sha256: sha256('undo'),
      hard: false,
      effects: {},
    };
    expect(awaitedGates(stateOf([...CUT, planned]), START)).toContain('SG_R_revert_authz');
    expect(statusOf([...CUT, planned, gateOpened('SG_R_revert_authz', 4), finished('revert_execute')])).toBe(
      'REVERTED',
    );
  });

  it('keeps its place through a renewal of the enable', () => {
    const renewed: Happening = {
      type: 'execution_renewed',
      approval: approvalReference('GAP7_execution_enable', 5),
    };
    const state = stateOf([...PREPARED, renewed]);
    expect(state.position.status).toBe('AWAITING_CUT_AUTHORIZATION');
    expect(state.approvals).toHaveLength(2);
  });

  it('refuses phases out of their order', () => {
    expect(() => statusOf([opened(), finished('mark')])).toThrow(/not legal/);
    expect(() => statusOf([opened(), started('cut_leg_a')])).toThrow(/not legal/);
  });
});

const HOUR_MS = 3600 * 1000;
const hoursOn = (hours: number) => new Date(START.getTime() + hours * HOUR_MS);

/** The state after one more happening, at a time of its own. */
function then(state: RunState, happening: Happening, at: Date): RunState {
  return apply(state, chain(state.head, { ...happening, run_id: RUN_ID, at }));
}

describe('a run that is held', () => {
  const transaction: Happening = {
    type: 'stopped',
    phase: 'structural_verify',
    code: 'kill_switch_off',
    detail: '',
  };
  const heldInCut = () => stateOf([...PREPARED, gateOpened('SG_1_cut_authz', 2), transaction]);
  const renewed: Happening = {
    type: 'execution_renewed',
    approval: approvalReference('GAP7_execution_enable', 5),
  };

  it('can be released, held and released again, each release bound to its own hold', () => {
    const once = stateOf([...PREPARED.slice(0, 5), stopped]);
    const twice = then(then(once, gateOpened('SG_H_release_authz', 9), START), stopped, START);
    expect(twice.position.status).toBe('HELD');
    expect(awaitedGates(twice, START)).toEqual(['SG_H_release_authz']);
    const [first, second] = [once, twice].map((state) =>
      expectedBindings(state, 'SG_H_release_authz', { recorderKey: null }),
    );
    expect(second?.event_log_sha256).not.toBe(first?.event_log_sha256);
    const released = then(twice, gateOpened('SG_H_release_authz', 10), START);
    expect(released.position).toMatchObject({ status: 'RUNNING', phase: 'grant_probe' });
  });

  it('is released by the signature that was asked for when it was held, whatever was renewed meanwhile', () => {
    const held = heldInCut();
    const asked = expectedBindings(held, 'SG_H_release_authz', { recorderKey: null });
    expect(asked.event_log_sha256).toBe(held.head.hash);
    expect(expectedBindings(then(held, renewed, START), 'SG_H_release_authz', { recorderKey: null })).toEqual(
      asked,
    );
  });

  it('asks for another signature once a compensation is planned: it belongs to what is signed', () => {
    const held = heldInCut();
    const planned: Happening = {
      type: 'revert_planned',
      revert_plan_sha256: sha256('undo'),
      hard: false,
      effects: {},
    };
    const both = then(held, planned, START);
    expect(expectedBindings(both, 'SG_H_release_authz', { recorderKey: null }).event_log_sha256).toBe(
      both.head.hash,
    );
    expect(awaitedGates(both, START)).toEqual(['SG_R_revert_authz', 'SG_H_release_authz']);
  });

  it('awaits the gate of its stretch again, from the very instant at which the approval has ended', () => {
    const held = heldInCut();
    expect(awaitedGates(held, new Date(hoursOn(24).getTime() - 1))).toEqual(['SG_H_release_authz']);
    expect(awaitedGates(held, hoursOn(24))).toEqual(['SG_1_cut_authz', 'SG_H_release_authz']);
    expect(() => then(held, gateOpened('SG_1_cut_authz', 7), hoursOn(23))).toThrow(/not legal/);
  });

  it('stays held when its gate is opened again, and then goes on under the fresh approval', () => {
    const fresh = gateOpened('SG_1_cut_authz', 7);
    if (fresh.type !== 'gate_opened') throw new Error('no gate');
    const approval = { ...fresh.approval, valid_until: hoursOn(48).toISOString() };
    const again = then(heldInCut(), { ...fresh, approval }, hoursOn(24));
    expect(again.position).toEqual(heldInCut().position);
    expect(awaitedGates(again, hoursOn(25))).toEqual(['SG_H_release_authz']);
    const released = then(again, gateOpened('SG_H_release_authz', 8), hoursOn(25));
    expect(released.position).toMatchObject({ status: 'RUNNING', stretch: 'cut', phase: 'cut_leg_a' });
    expect(coveringApprovals(released).map(({ pull }) => pull)).toEqual([1, 7]);
  });

  it('awaits no gate of another stretch, however late it is', () => {
    const inPreparation = stateOf([...PREPARED.slice(0, 5), stopped]);
    expect(awaitedGates(inPreparation, hoursOn(100))).toEqual(['SG_H_release_authz']);
    expect(awaitedGates(heldInCut(), hoursOn(100))).not.toContain('SG_2_lifecycle_authz');
  });

  it('was stopped by a phase of the step that it was in, and by no other', () => {
    const cutting = [...PREPARED, gateOpened('SG_1_cut_authz', 2)];
    const stop = (phase: PhaseName): Happening => ({
      type: 'stopped',
      phase,
      code: 'count_drift',
      detail: '',
    });
    for (const phase of ['cut_leg_a', 'structural_verify', 'leg_b_record'] as const)
      expect(statusOf([...cutting, finished('cut_leg_a'), stop(phase)])).toBe('HELD');
    for (const phase of ['write_verify', 'grant_probe', 'lifecycle_enact'] as const)
      expect(() => statusOf([...cutting, stop(phase)])).toThrow(/not legal/);
  });
});

describe('the gates that a run has opened', () => {
  it('are told apart from those that may come again at any time', () => {
    const released = [...PREPARED.slice(0, 5), stopped, gateOpened('SG_H_release_authz', 9)];
    expect(openedGates(stateOf(released))).toEqual([]);
    expect(openedGates(stateOf(COMPLETE))).toEqual(['SG_1_cut_authz', 'SG_2_lifecycle_authz']);
  });
});

describe('the path that is suggested for an approval', () => {
  const using = (...paths: string[]): RunState => {
    const state = stateOf(PREPARED);
    const used = paths.map((path) => ({ ...approvalReference('SG_H_release_authz'), path }));
    return { ...state, approvals: [...state.approvals, ...used] };
  };
  const release = `approvals/${RUN_ID}-SG_H_release_authz`;

  it('is counted on for every one that the run has used, and for every one that lies there', () => {
    expect(pathForNext(using(), 'SG_H_release_authz')).toBe(`${release}.md`);
    expect(pathForNext(using(`${release}.md`), 'SG_H_release_authz')).toBe(`${release}-2.md`);
    expect(pathForNext(using(`${release}.md`, `${release}-2.md`), 'SG_H_release_authz')).toBe(
      `${release}-3.md`,
    );
    expect(pathForNext(using(`${release}.md`), 'SG_1_cut_authz')).toBe(
      `approvals/${RUN_ID}-SG_1_cut_authz.md`,
    );
    expect(pathForNext(using(), 'SG_H_release_authz', { taken: [`${release.toUpperCase()}.MD`] })).toBe(
      `${release}-2.md`,
    );
  });

  it('is one that admission takes', () => {
    for (const gate of GATES)
      for (const taken of [[], [`approvals/${RUN_ID}-${gate}.md`]])
        expect(pathForNext(using(...taken), gate)).toSatisfy(isApprovalPath);
  });
});

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom(...PHASE_NAMES).map((phase) => started(phase)),
  fc.constantFrom(...PHASE_NAMES).map((phase) => finished(phase)),
  fc
    .constantFrom(...PHASE_NAMES)
    .map((phase) => ({ type: 'stopped', phase, code: 'unhandled_error', detail: '' }) as const),
  fc.constantFrom(...GATES).map((gate) => gateOpened(gate, 8)),
  fc.constant<Happening>({
    type: 'execution_renewed',
    approval: approvalReference('GAP7_execution_enable', 8),
  }),
  fc.constant<Happening>({ type: 'abandoned', by: 'operator', why: 'no longer wanted' }),
  fc.constant<Happening>({
    type: 'revert_planned',
    revert_plan_sha256: sha256('undo'),
    hard: false,
    effects: {},
  }),
  fc.constant(opened()),
);

function tryApply(state: RunState, happening: Happening): RunState | undefined {
  try {
    return apply(state, chain(state.head, { ...happening, run_id: RUN_ID, at: START }));
  } catch {
    return undefined;
  }
}

describe('any sequence of events', () => {
  it('never leaves REVERTED, and runs nothing but a compensation once the run was abandoned', () => {
    let compensated = 0;
    fc.assert(
      fc.property(fc.array(anyHappening, { maxLength: 60 }), (happenings) => {
        let state = stateOf(CUT);
        let abandoned = false;
        for (const happening of happenings) {
          const next = tryApply(state, happening);
          if (state.position.status === 'REVERTED') expect(next).toBeUndefined();
          state = next ?? state;
          abandoned ||= state.position.status === 'ABANDONED';
          if (!abandoned || state.position.status !== 'RUNNING') continue;
          expect(state.position.stretch).toBe('revert');
          compensated += 1;
        }
      }),
      { numRuns: 600 },
    );
    expect(compensated).toBeGreaterThan(0);
  });

  it('reaches a writing phase only through a gate of its own', () => {
    fc.assert(
      fc.property(fc.array(anyHappening, { maxLength: 60 }), (happenings) => {
        let state = fold(logOf([opened()]));
        let opensCut = false;
        for (const happening of happenings) {
          const next = tryApply(state, happening);
          if (!next) continue;
          opensCut ||= happening.type === 'gate_opened' && happening.approval.gate === 'SG_1_cut_authz';
          if (next.position.status === 'RUNNING' && next.position.stretch === 'cut')
            expect(opensCut).toBe(true);
          state = next;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves COMPLETED only for a compensation', () => {
    for (const gate of GATES) {
      const next = tryApply(stateOf(COMPLETE), gateOpened(gate, 9));
      expect(next).toBeUndefined();
    }
    expect(isTerminal(statusOf(COMPLETE))).toBe(true);
  });
});
