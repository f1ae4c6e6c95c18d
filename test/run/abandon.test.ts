// A run that is RUNNING is ended while somebody may be writing for it: closed in the governed database first, behind the write.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { readStanding } from '../../src/governed/standing.ts';
import { abandonRun } from '../../src/run/abandon.ts';
import type { Happening, RunEvent } from '../../src/run/events.ts';
import { LostRace, type RunLog } from '../../src/run/log.ts';
import { fold } from '../../src/run/state.ts';
import { rebuildStandings } from '../../src/store/standings.ts';
import { databasesOf, type Ready, ready, realBackend, write } from '../governed/fixture.ts';
import { CUT, logOf, PREPARED } from '../support/run-events.ts';
import { type EmbeddedWorkshop, openWorkshop, smallLaw } from '../support/workshop.ts';

const deciding = { by: 'ada', why: 'no longer wanted', now: () => new Date('2026-05-21T12:00:00.000Z') };

const standingOf = (governed: GovernedDatabase, runId: RunId) =>
  governed.read('cutter_exec', (reader) => readStanding(reader, runId));

describe('a run that is running', () => {
  let workshop: EmbeddedWorkshop;
  let serial = 0;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  const open = () => {
    serial += 1;
    return workshop.openRun(`law-${serial}`, smallLaw(2, `law-${serial}`));
  };
  const abandon = (runId: RunId, log: RunLog = workshop.log) =>
    abandonRun(runId, { ...deciding, log, governed: async () => workshop.governed });
  const atThePause = async () => {
    const runId = await open();
    await workshop.advance(runId);
    return runId;
  };

  it('is abandoned before its first pause, when the governed database may not know it yet', async () => {
    const runId = await open();
    expect((await workshop.state(runId)).position.status).toBe('RUNNING');
    expect(await abandon(runId)).toMatchObject({ is: 'abandoned' });
    expect((await workshop.advance(runId)).position.status).toBe('ABANDONED');
  });

  it('is closed in the governed database with the whole of its log, and writes nothing any more', async () => {
    const runId = await atThePause();
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect((await workshop.state(runId)).position.status).toBe('RUNNING');
    await abandon(runId);
    const { head, position } = await workshop.advance(runId);
    expect(position.status).toBe('ABANDONED');
    expect(await standingOf(workshop.governed, runId)).toMatchObject({
      ...{ closed: 'abandoned', committed: null, head: { entries: head.seq, hash: head.hash } },
    });
  });

  it('is not abandoned where its log does not have yet what is committed, and is not closed either', async () => {
    const runId = await atThePause();
    await workshop.sign(runId, 'SG_1_cut_authz');
    const { seq } = (await workshop.state(runId)).head;
    await workshop.advance(runId);
    const { database } = workshop.store;
    await sql`alter table event disable trigger event_is_append_only`.execute(database);
    await database.deleteFrom('event').where('run_id', '=', runId).where('seq', '>', seq).execute();
    await sql`alter table event enable trigger event_is_append_only`.execute(database);
    await database.transaction().execute(rebuildStandings);
    expect(await abandon(runId)).toEqual({ is: 'behind', what: 'its cut' });
    expect((await workshop.state(runId)).head.seq).toBe(seq);
    expect(await standingOf(workshop.governed, runId)).toMatchObject({ closed: null });
  });

  it('is not abandoned twice', async () => {
    const runId = await open();
    await abandon(runId);
    expect(await abandon(runId)).toMatchObject({ is: 'ended' });
  });

  it('loses the race to whoever continues its log meanwhile, and is not closed then', async () => {
    const runId = await atThePause();
    await workshop.sign(runId, 'SG_1_cut_authz');
    const log: RunLog = {
      load: workshop.log.load,
      append: () => Promise.reject(new LostRace(runId)),
    };
    await expect(abandon(runId, log)).rejects.toThrow(LostRace);
    expect(await standingOf(workshop.governed, runId)).toMatchObject({ closed: null });
  });

  it('makes the process that runs it lose the race at its next entry', async () => {
    const runId = await open();
    const advancing = workshop.advance(runId, {
      log: (log) => ({
        load: log.load,
        async append(event) {
          await log.append(event);
          if (event.type === 'phase_started') await abandon(runId);
        },
      }),
    });
    await expect(advancing).rejects.toThrow(LostRace);
    expect((await workshop.state(runId)).position.status).toBe('ABANDONED');
  });
});

describe('a run for which another process is writing', () => {
  const openDatabase = databasesOf(realBackend);

  /** A log in memory, RUNNING at the cut. */
  function logFor({ runId }: Ready, happenings: readonly Happening[]) {
    const events: RunEvent[] = logOf(happenings, runId as RunId);
    const log: RunLog = {
      load: async () => [...events],
      append: async (event) => {
        events.push(event);
      },
    };
    return { log, events };
  }

  it('is abandoned only once that write has ended, and by what has become of it', async () => {
    for (const commits of [true, false]) {
      const { db } = await openDatabase();
      const run = await ready(db);
      const { log, events } = logFor(run, CUT.slice(0, PREPARED.length + 1));
      let goOn = () => {};
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      let asked = 0;
      const writing = write(db, run, async () => {
        asked += 1;
        if (asked < 3) return;
        await held;
        if (!commits) throw new Error('switched off');
      }).catch((error: unknown) => error);
      while (asked < 3) await sleep(10);
      const abandoning = abandonRun(run.runId as RunId, { ...deciding, log, governed: async () => db });
      await sleep(300);
      const before = events.length;
      goOn();
      await writing;
      const done = await abandoning;
      const standing = await standingOf(db, run.runId as RunId);
      expect(before).toBe(PREPARED.length + 1);
      if (commits) {
        expect(done).toEqual({ is: 'behind', what: 'its cut' });
        expect(standing.closed).toBeNull();
        expect(events).toHaveLength(before);
      } else {
        expect(done).toMatchObject({ is: 'abandoned' });
        expect(standing).toMatchObject({ closed: 'abandoned', committed: null });
        expect(fold(events).position.status).toBe('ABANDONED');
      }
    }
  });
});
