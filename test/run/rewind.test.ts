// A state or a governed database that was set back to an earlier point: noticed before anything is done, whoever set it back.
import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { readStanding, runsGone } from '../../src/governed/standing.ts';
import { closeAbandoned } from '../../src/run/close.ts';
import { appendRevertPlan } from '../../src/run/compensate.ts';
import { chain, encodeEvent } from '../../src/run/events.ts';
import { contradiction, usedIn } from '../../src/run/published-log.ts';
import { keepArtifact } from '../../src/store/artifacts.ts';
import { committedTally } from '../../src/store/committed-tally.ts';
import { committedRuns } from '../../src/store/run-log.ts';
import { rebuildStandings } from '../../src/store/standings.ts';
import { approvalReference, COMPLETE, CUT, logOf } from '../support/run-events.ts';
import { type EmbeddedWorkshop, openWorkshop, smallLaw } from '../support/workshop.ts';

let workshop: EmbeddedWorkshop;
let serial = 0;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

async function opened(): Promise<RunId> {
  serial += 1;
  return workshop.openRun(`law-${serial}`, smallLaw(2, `law-${serial}`));
}

async function atFirstPause(): Promise<RunId> {
  const runId = await opened();
  await workshop.advance(runId);
  return runId;
}

async function cut(): Promise<RunId> {
  const runId = await atFirstPause();
  await workshop.sign(runId, 'SG_1_cut_authz');
  await workshop.advance(runId);
  return runId;
}

/** The record as git would hold it now. */
async function publish(runId: RunId): Promise<string> {
  const text = (await workshop.log.load(runId)).map(encodeEvent).join('');
  workshop.published.set(runId, text);
  return text;
}

/** What restoring an older copy of the state database comes to for one run. */
async function setBack(runId: RunId, entries: number): Promise<void> {
  const { database } = workshop.store;
  await sql`alter table event disable trigger event_is_append_only`.execute(database);
  await database.deleteFrom('event').where('run_id', '=', runId).where('seq', '>', entries).execute();
  await sql`alter table event enable trigger event_is_append_only`.execute(database);
}

async function abandon(runId: RunId): Promise<void> {
  const state = await workshop.state(runId);
  const event = chain(state.head, {
    ...{ type: 'abandoned', by: 'ada', why: 'a change of mind', run_id: runId, at: workshop.clock.at },
  } as never);
  await workshop.log.append(event);
  await closeAbandoned(await workshop.state(runId), workshop.governed);
}

async function goesOn(runId: RunId) {
  const { position } = await workshop.advance(runId);
  return position.status === 'HELD' ? { code: position.code, detail: position.detail } : position;
}

async function unitsOf(runId: RunId): Promise<number> {
  const { rows } = await workshop.pglite.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM public.information_unit WHERE run_id = $1',
    [runId],
  );
  return rows[0]?.n ?? -1;
}

const standing = (runId: RunId) =>
  workshop.governed.read('cutter_exec', (reader) => readStanding(reader, runId));

async function asRoot(pglite: PGlite, statements: string): Promise<void> {
  await pglite.exec(
    `SET session_replication_role = replica; ${statements}; SET session_replication_role = origin`,
  );
}

/** What restoring an older copy of the governed database comes to for one run. */
async function forgetCut(runId: RunId): Promise<void> {
  const tables = ['verify_result', 'cut_change_set_affected_row', 'cut_change_set', 'run_head'];
  await asRoot(
    workshop.pglite,
    `${tables.map((table) => `DELETE FROM cutter_governance.${table} WHERE run_id = '${runId}'`).join('; ')};
     DELETE FROM public.unit_version WHERE run_id = '${runId}';
     DELETE FROM public.information_unit WHERE run_id = '${runId}'`,
  );
}

describe('a state that was set back', () => {
  it('does not write what was abandoned since, though the sovereign signs it, by the published log', async () => {
    const runId = await atFirstPause();
    const { seq } = (await workshop.state(runId)).head;
    const state = await workshop.state(runId);
    await workshop.log.append(
      chain(state.head, {
        ...{ type: 'abandoned', by: 'ada', why: 'no', run_id: runId, at: workshop.clock.at },
      } as never),
    );
    await publish(runId);
    await setBack(runId, seq);
    await workshop.sign(runId, 'SG_1_cut_authz');
    const held = await goesOn(runId);
    expect(held).toMatchObject({ code: 'state_rewound' });
    expect(held).toHaveProperty(
      'detail',
      expect.stringMatching(
        new RegExp(
          `^git has ${seq + 1} entries of it, the last one abandoned of .*; entry ${seq + 1} is another`,
        ),
      ),
    );
    expect(await unitsOf(runId)).toBe(0);
  });

  it('does not write it either where only the governed database was told', async () => {
    const runId = await atFirstPause();
    const { seq } = (await workshop.state(runId)).head;
    await abandon(runId);
    expect(await standing(runId)).toMatchObject({ closed: 'abandoned', head: { entries: seq + 1 } });
    await setBack(runId, seq);
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect(await goesOn(runId)).toEqual({
      code: 'state_rewound',
      detail: 'the governed database has this run closed: it was abandoned',
    });
    expect(await unitsOf(runId)).toBe(0);
  });

  it.each(['git', 'the governed database'])(
    'does not release a hold by one row that is gone: %s remembers',
    async (witness) => {
      const runId = await opened();
      workshop.clock.github = 121_000;
      expect(await goesOn(runId)).toMatchObject({ code: 'clock_skew' });
      workshop.clock.github = 0;
      const { head } = await workshop.state(runId);
      // Nothing of the run had been admitted yet, so nothing could be noted; its release admits it.
      await workshop.sign(runId, 'SG_H_release_authz');
      workshop.clock.at = new Date(workshop.clock.at.getTime() + 1000);
      await workshop.advance(runId, {
        context: (context) => ({
          ...context,
          backup: async () => {
            throw new RangeError('a full disk');
          },
        }),
      });
      const stopped = await workshop.state(runId);
      expect(stopped.position).toMatchObject({ status: 'HELD', code: 'unhandled_error' });
      expect(stopped.head.seq).toBeGreaterThan(head.seq);
      expect((await standing(runId)).head).toEqual({ entries: stopped.head.seq, hash: stopped.head.hash });
      if (witness === 'git') {
        await publish(runId);
        await workshop.pglite.exec(`DELETE FROM cutter_governance.run_head WHERE run_id = '${runId}'`);
      }
      await setBack(runId, stopped.head.seq - 1);
      expect((await workshop.state(runId)).position.status).toBe('RUNNING');
      const held = await goesOn(runId);
      expect(held).toEqual({
        code: 'state_rewound',
        detail: expect.stringContaining(witness === 'git' ? 'git has' : 'the governed database has noted'),
      });
    },
  );

  it('goes on when nobody has set anything back, published at each rest', async () => {
    const runId = await atFirstPause();
    await publish(runId);
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.advance(runId);
    await publish(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    expect(await goesOn(runId)).toMatchObject({ status: 'COMPLETED' });
    const { head } = await workshop.state(runId);
    expect((await standing(runId)).head).toEqual({ entries: head.seq, hash: head.hash });
  });

  it('can still be taken back by signature where the newer log is lost for good', async () => {
    const runId = await cut();
    await publish(runId);
    const { seq } = (await workshop.state(runId)).head;
    await setBack(runId, seq - 1);
    expect(await goesOn(runId)).toMatchObject({ code: 'state_rewound' });
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await goesOn(runId)).toMatchObject({ code: 'state_rewound' });
    const planned = await appendRevertPlan(runId, {
      hard: false,
      ports: {
        ...{ log: workshop.log, governed: workshop.governed, now: () => workshop.clock.at },
        keep: (artifact) => keepArtifact(workshop.store, artifact),
      },
    });
    expect(planned).toMatchObject({ verdict: 'planned' });
    await workshop.sign(runId, 'SG_R_revert_authz');
    expect(await goesOn(runId)).toMatchObject({ status: 'REVERTED' });
    expect(await standing(runId)).toMatchObject({ closed: 'reverted', committed: { reverted: true } });
  });
});

describe('a governed database that was set back', () => {
  it('is held against the sums of what was committed, and no log is asked while they agree', async () => {
    const fresh = await openWorkshop();
    try {
      const runId = await fresh.openRun('sums', smallLaw(2, 'sums'));
      await fresh.advance(runId);
      const asked: string[] = [];
      const gone = async () =>
        fresh.governed.read('cutter_exec', async (reader) =>
          runsGone(reader, {
            tally: await committedTally(fresh.store),
            async logs() {
              asked.push('logs');
              return committedRuns(fresh.store);
            },
          }),
        );
      const sums = async () =>
        Object.values(await committedTally(fresh.store)).map((sum) => sum.split(':')[0]);
      expect(await sums()).toEqual(['0', '0', '0']);
      await fresh.sign(runId, 'SG_1_cut_authz');
      await fresh.advance(runId);
      expect(await sums()).toEqual(['1', '0', '0']);
      expect(await gone()).toEqual([]);
      await fresh.sign(runId, 'SG_2_lifecycle_authz');
      await fresh.advance(runId);
      expect(await sums()).toEqual(['1', '1', '0']);
      expect(await gone()).toEqual([]);
      expect(asked).toEqual([]);
      const kept = await committedTally(fresh.store);
      await sql`update committed_tally set runs = 7, total = 7`.execute(fresh.store.database);
      expect(await gone()).toEqual([]);
      expect(asked).toEqual(['logs']);
      await fresh.store.database.transaction().execute(rebuildStandings);
      expect(await committedTally(fresh.store)).toEqual(kept);
    } finally {
      await fresh.close();
    }
  });

  it('is noticed by the run whose cut is gone, before it asks for anything else', async () => {
    const runId = await cut();
    await forgetCut(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    expect(await goesOn(runId)).toEqual({
      code: 'governed_rewound',
      detail: expect.stringMatching(
        new RegExp(
          `^the log of ${runId} has committed change set \\d+, recorded verify result \\d+, the database has not$`,
        ),
      ),
    });
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await goesOn(runId)).toMatchObject({ code: 'governed_rewound' });
    await abandon(runId);
    expect((await workshop.state(runId)).position.status).toBe('ABANDONED');
  });

  it('is noticed by the next run of any document, which names the runs that are gone and goes on when that is signed', async () => {
    const gone = [...(await committedRuns(workshop.store)).keys()];
    const lost = gone.at(-1);
    const runId = await opened();
    const held = await goesOn(runId);
    expect(held).toEqual({
      code: 'governed_rewound',
      detail: expect.stringContaining('it lacks what these runs have committed: run-'),
    });
    expect(held).toHaveProperty('detail', expect.not.stringContaining(runId));
    expect(lost).toBeDefined();
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await goesOn(runId)).toMatchObject({ status: 'AWAITING_CUT_AUTHORIZATION' });
  });
});

describe('a published log', () => {
  const cutLog = logOf(CUT);
  const text = (events: readonly Parameters<typeof encodeEvent>[0][]) => events.map(encodeEvent).join('');

  it('is no contradiction while the log begins with all of it', () => {
    for (const entries of [0, 1, 5, cutLog.length])
      expect(contradiction(cutLog, text(cutLog.slice(0, entries)))).toBeNull();
  });

  it('contradicts a shorter log, another one, and a changed byte', () => {
    const longer = logOf(COMPLETE);
    expect(contradiction(longer.slice(0, 4), text(longer))).toMatch(/; this log has 4$/);
    expect(contradiction(cutLog, text(logOf(CUT.toSpliced(2, 1))))).toContain('entry 3 is another one here');
    expect(contradiction(cutLog, text(cutLog).slice(0, -1))).toContain(`entry ${cutLog.length} is another`);
    expect(contradiction(cutLog, text(cutLog).replace('"mark"', '"Mark"'))).toContain('entry 3');
    expect(contradiction(cutLog, 'no log at all\n')).toContain('entry 1 is another one here');
  });

  it('says which approvals were used', () => {
    const sg1 = approvalReference('SG_1_cut_authz', 2).document_sha256;
    expect(usedIn(text(cutLog), sg1)).toBe(true);
    expect(usedIn(text(cutLog), approvalReference('SG_2_lifecycle_authz', 3).document_sha256)).toBe(false);
    expect(usedIn('{"type":"gate_opened"}\nno log at all\n', sg1)).toBe(false);
  });
});
