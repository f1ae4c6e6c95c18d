import { readdirSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { GATES } from '../../src/approval/gates.ts';
import { firstPhase, opensStretch, placeOf, stretchNamed, stretchOpenedBy } from '../../src/run/place.ts';
import type { GatesOn, NamesOn, Repeated, Vague } from '../../src/run/proof.ts';
import {
  DRY_RUN,
  GATE_OF_PAUSE,
  PHASE_NAMES,
  PHASES,
  type PhaseName,
  phasesOf,
  type ROAD,
  STRETCHES,
} from '../../src/run/road.ts';

const FOLDER = new URL('../../src/phases/', import.meta.url);

/** The names of whatever the files of the folder export that can be run and has an output. */
async function phasesInFiles(): Promise<string[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(new URL(name, FOLDER).href)));
  const isPhase = (value: unknown): value is { name: string } =>
    typeof value === 'object' && value !== null && 'run' in value && 'output' in value && 'name' in value;
  return modules.flatMap((module) => Object.values(module).filter(isPhase)).map(({ name }) => name);
}

describe('the road', () => {
  it('has every phase that there is a file for, each exactly once', async () => {
    const inFiles = await phasesInFiles();
    expect(inFiles.length).toBeGreaterThanOrEqual(12);
    expect([...PHASE_NAMES].sort()).toEqual(inFiles.sort());
    expect(new Set(PHASE_NAMES).size).toBe(PHASE_NAMES.length);
  });

  it('finds each phase under its own name', () => {
    for (const name of PHASE_NAMES) expect(PHASES[name].name).toBe(name);
    expect(Object.keys(PHASES)).toEqual([...PHASE_NAMES]);
  });

  it('is walked from the first phase of a stretch to where the stretch leads, missing none', () => {
    for (const stretch of STRETCHES) {
      const walked = [firstPhase(stretch)];
      let { leadsTo } = placeOf(firstPhase(stretch));
      while ('next' in leadsTo) {
        walked.push(leadsTo.next);
        ({ leadsTo } = placeOf(leadsTo.next));
      }
      expect(leadsTo).toEqual(stretch.leadsTo);
      expect(walked).toEqual(stretch.steps.flatMap(phasesOf).map(({ name }) => name));
      for (const [index, name] of walked.entries()) {
        expect(placeOf(name).stretch).toBe(stretch);
        expect(placeOf(name).ahead).toEqual(walked.slice(index));
      }
    }
  });

  it('rehearses exactly the steps that are marked, and none that writes or dumps', () => {
    const marked = STRETCHES.flatMap(({ steps }) => steps).filter((step) => 'dry' in step && step.dry);
    expect(DRY_RUN).toEqual(marked.flatMap(phasesOf));
    expect(DRY_RUN.map(({ name }) => name)).toEqual(['source_pin', 'mark', 'cutplan', 'grant_probe']);
  });

  it('retries a phase that stopped from itself, and the phases of a transaction from its first', () => {
    const elsewhere = PHASE_NAMES.filter((name) => placeOf(name).retryFrom !== name);
    expect(elsewhere).toEqual(['structural_verify', 'leg_b_record']);
    for (const name of elsewhere) expect(placeOf(name).retryFrom).toBe('cut_leg_a');
    for (const name of PHASE_NAMES) expect(placeOf(placeOf(name).retryFrom).step).toBe(placeOf(name).step);
  });

  it('ends each pause with the gate that opens the next stretch', () => {
    expect(GATE_OF_PAUSE).toEqual({
      AWAITING_CUT_AUTHORIZATION: 'SG_1_cut_authz',
      AWAITING_LIFECYCLE_AUTHORIZATION: 'SG_2_lifecycle_authz',
    });
    for (const [index, { leadsTo }] of STRETCHES.entries())
      if ('pause' in leadsTo) expect(STRETCHES[index + 1]?.opensWith).toBe(leadsTo.until);
  });

  it('finds a stretch by its name and by its gate, and knows the one gate that opens none', () => {
    for (const stretch of STRETCHES) {
      expect(stretchNamed(stretch.name)).toBe(stretch);
      expect(stretchOpenedBy(stretch.opensWith)).toBe(stretch);
    }
    expect(GATES.filter((gate) => !opensStretch(gate))).toEqual(['SG_H_release_authz']);
  });
});

type Twice = [{ steps: [{ phase: { name: 'mark' } }, { transaction: [{ name: 'cut' }, { name: 'mark' }] }] }];
type Apart = [{ steps: [{ phase: { name: 'mark' } }] }, { steps: [{ phase: { name: 'cut' } }] }];

// These are the compiler's: `npm run check` fails where one of them does not hold.
describe('the proofs about the road', () => {
  it('name what stands on it twice, and nothing else', () => {
    expectTypeOf<Repeated<NamesOn<Twice>>>().toEqualTypeOf<'mark'>();
    expectTypeOf<Repeated<NamesOn<Apart>>>().toBeNever();
    expectTypeOf<
      Repeated<GatesOn<[{ opensWith: 'A' }, { opensWith: 'B' }, { opensWith: 'A' }]>>
    >().toEqualTypeOf<'A'>();
  });

  it('find a phase that has lost its own name', () => {
    expectTypeOf<
      Vague<NamesOn<[{ steps: [{ phase: { name: string } }] }]>[number]>
    >().toEqualTypeOf<string>();
    expectTypeOf<Vague<PhaseName>>().toBeNever();
  });

  it('see every phase', () => {
    expectTypeOf<NamesOn<typeof ROAD>['length']>().toEqualTypeOf<12>();
    expect(PHASE_NAMES).toHaveLength(12);
  });
});
