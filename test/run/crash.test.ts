import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { type GovernedDatabase, GovernedFault } from '../../src/governed/database.ts';
import type { RunLog } from '../../src/run/log.ts';
import { type Around, openWorkshop, smallLaw, type Workshop } from '../support/workshop.ts';

class Crash extends Error {}

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(async () => {
  await workshop.close();
});

const ARTICLES = 3;
const UNITS = ARTICLES + 1; // and the document with its title

/** Dies at the nth append, before or after the entry is durable. */
function dyingLog(log: RunLog, { at, durable }: { at: number; durable: boolean }): RunLog {
  let appended = 0;
  return {
    load: log.load,
    async append(event) {
      appended += 1;
      if (appended === at && !durable) throw new Crash();
      await log.append(event);
      if (appended === at) throw new Crash();
    },
  };
}

/** Loses the connection right after the nth COMMIT in the governed database, before anybody hears of it. */
function dyingAfterCommit(at: number): Around {
  let committed = 0;
  const dying = (governed: GovernedDatabase): GovernedDatabase => ({
    ...governed,
    async write(role, options, work) {
      const result = await governed.write(role, options, work);
      committed += 1;
      if (committed === at) throw new GovernedFault('commit_unknown', 'the connection was lost at COMMIT');
      return result;
    },
  });
  return { context: (context) => ({ ...context, governed: dying(context.governed) }) };
}

async function survive(runId: RunId, around: Around): Promise<boolean> {
  try {
    await workshop.advance(runId, around);
    return false;
  } catch (error) {
    if (!(error instanceof Crash || error instanceof GovernedFault)) throw error;
    await workshop.advance(runId);
    return true;
  }
}

async function countsOf(runId: RunId, documentId: string) {
  const { rows } = await workshop.pglite.query(
    `SELECT (SELECT count(*)::int FROM public.information_unit WHERE document_id = $2 AND status = 'enacted') AS units,
            (SELECT count(*)::int FROM public.unit_version AS version JOIN public.information_unit AS unit ON unit.id = version.unit_id
              WHERE unit.document_id = $2) AS versions,
            (SELECT count(*)::int FROM cutter_governance.cut_change_set WHERE run_id = $1) AS change_sets,
            (SELECT count(*)::int FROM cutter_governance.cut_change_set_affected_row AS affected
               JOIN cutter_governance.cut_change_set AS cut ON cut.id = affected.change_set_id WHERE cut.run_id = $1) AS affected,
            (SELECT count(*)::int FROM cutter_governance.verify_result WHERE run_id = $1) AS verify_results,
            (SELECT count(*)::int FROM public.iu_lifecycle_log WHERE run_id = $1) AS log_rows`,
    [runId, documentId],
  );
  return rows[0];
}

const EXACTLY_ONE = {
  units: UNITS,
  versions: UNITS,
  change_sets: 1,
  affected: UNITS,
  verify_results: 2,
  log_rows: UNITS,
};

describe('a run whose process dies', () => {
  /** Plays a whole run, dying once in each stretch as told, and returns how often it really died. */
  async function play(documentId: string, around: () => Around): Promise<number> {
    const runId = await workshop.openRun(documentId, smallLaw(ARTICLES, documentId));
    let died = Number(await survive(runId, around()));
    await workshop.sign(runId, 'SG_1_cut_authz');
    died += Number(await survive(runId, around()));
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    died += Number(await survive(runId, around()));
    const state = await workshop.state(runId);
    expect(state.position.status).toBe('COMPLETED');
    expect(state.finished.map(({ phase }) => phase)).toHaveLength(11);
    expect(await countsOf(runId, documentId)).toEqual(EXACTLY_ONE);
    return died;
  }

  for (const at of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    it(`finishes with exactly one of everything after dying before and after entry ${at} of each stretch`, async () => {
      const before = await play(`before-${at}`, () => ({
        log: (log) => dyingLog(log, { at, durable: false }),
      }));
      const after = await play(`after-${at}`, () => ({ log: (log) => dyingLog(log, { at, durable: true }) }));
      // Every stretch has at least four entries, so a test that never dies would be noticed.
      expect(before).toBeGreaterThan(0);
      expect(after).toBe(before);
    });
  }

  for (const at of [1, 2]) {
    it(`finishes with exactly one of everything after dying behind commit ${at} of each writing stretch`, async () => {
      const died = await play(`commit-${at}`, () => dyingAfterCommit(at));
      expect(died).toBe(2);
    });
  }

  it('says in the log which results were read back instead of returned', async () => {
    const runId = await workshop.openRun('readback', smallLaw(ARTICLES, 'readback'));
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_1_cut_authz');
    await survive(runId, dyingAfterCommit(1));
    const { finished } = await workshop.state(runId);
    expect(finished.filter(({ recovered }) => recovered).map(({ phase }) => phase)).toEqual([
      'cut_leg_a',
      'structural_verify',
      'leg_b_record',
    ]);
  });
});
