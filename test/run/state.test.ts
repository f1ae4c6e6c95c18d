import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATES } from '../../src/approval/gates.ts';
import { digestOf, sha256 } from '../../src/digest/digest.ts';
import { chain, type Happening } from '../../src/run/events.ts';
import { PHASE_NAMES } from '../../src/run/road.ts';
import {
  apply,
  awaitedGates,
  expectedBindings,
  fold,
  isTerminal,
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
    expect(awaitedGates(state)).toEqual(['SG_1_cut_authz']);
    expect(expectedBindings(state, 'SG_1_cut_authz')).toEqual({
      run_id: RUN_ID,
      cutplan_sha256: sha256('plan'),
    });
  });

  it('pauses for SG_2 after the write was verified, bound to the evidence of both', () => {
    const state = stateOf(CUT);
    expect(state.position.status).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    const evidence = digestOf({
      run_id: RUN_ID,
      structural_verify: { structural_verify: 'done' },
      leg_b_record: { leg_b_record: 'done' },
      write_verify: { write_verify: 'done' },
    });
    expect(expectedBindings(state, 'SG_2_lifecycle_authz')).toEqual({
      run_id: RUN_ID,
      evidence_sha256: evidence,
    });
  });

  it('is completed after the enactment was verified', () => {
    expect(statusOf(COMPLETE)).toBe('COMPLETED');
  });

  it('is completed at the second pause when the policy says SG_1 only', () => {
    expect(statusOf([opened({ sg1Only: true }), ...CUT.slice(1)])).toBe('COMPLETED');
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
    expect(expectedBindings(fold(log), 'SG_H_release_authz').event_log_sha256).toBe(log.at(-1)?.hash);
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
    expect(awaitedGates(stateOf([...CUT, planned]))).toContain('SG_R_revert_authz');
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
  it('never leaves REVERTED or ABANDONED', () => {
    fc.assert(
      fc.property(fc.array(anyHappening, { maxLength: 40 }), (happenings) => {
        let state = stateOf(CUT);
        for (const happening of happenings) {
          const next = tryApply(state, happening);
          if (state.position.status === 'REVERTED' || state.position.status === 'ABANDONED')
            expect(next).toBeUndefined();
          state = next ?? state;
        }
      }),
      { numRuns: 300 },
    );
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
