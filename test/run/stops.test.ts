import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { killSwitchOf } from '../../src/deployment/run-context.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { executionEnabled } from '../../src/run/kill-switch.ts';
import { STOPS } from '../../src/stop/stop.ts';
import { masterOff, setMasterOff } from '../../src/store/master-switch.ts';
import { openWorkshop, smallLaw, type Workshop } from '../support/workshop.ts';

let workshop: Workshop;
let start: Date;
let serial = 0;
beforeAll(async () => {
  workshop = await openWorkshop();
  start = workshop.clock.at;
});
afterAll(async () => {
  await workshop.close();
});
beforeEach(async () => {
  workshop.clock.at = start;
  workshop.clock.github = 0;
  await setMasterOff(workshop.store, false);
});

const HOUR_MS = 3600 * 1000;
const later = (ms: number) => new Date(start.getTime() + ms);

async function openedRun() {
  serial += 1;
  const documentId = `law-${serial}`;
  const runId = await workshop.openRun(documentId, smallLaw(2, documentId));
  return { runId, documentId };
}

async function runAtGate() {
  const run = await openedRun();
  await workshop.advance(run.runId);
  await workshop.sign(run.runId, 'SG_1_cut_authz');
  return run;
}

async function heldWith(
  runId: Parameters<Workshop['advance']>[0],
  around?: Parameters<Workshop['advance']>[1],
) {
  const { position } = await workshop.advance(runId, around);
  return position.status === 'HELD'
    ? { phase: position.phase, code: position.code, detail: position.detail }
    : position;
}

const database = (documentId: string) =>
  workshop.governed.read('cutter_exec', (reader) => takeSnapshot(reader, documentId));

describe('a STOP', () => {
  it('holds a run whose document is not the one that was signed', async () => {
    const { runId, documentId } = await openedRun();
    workshop.sources.set(`documents/${documentId}.md`, '# Another law\n');
    expect(await heldWith(runId)).toMatchObject({ phase: 'source_pin', code: 'source_changed' });
  });

  it('holds a run whose document changed between the pause and the writes, and writes nothing', async () => {
    const { runId, documentId } = await runAtGate();
    const before = await database(documentId);
    workshop.sources.set(`documents/${documentId}.md`, smallLaw(3, documentId));
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'source_changed' });
    expect(await database(documentId)).toEqual(before);
  });

  it('holds a run whose units were written by somebody else since the snapshot, and writes nothing', async () => {
    const { runId } = await runAtGate();
    const other = await runAtGate();
    await workshop.advance(other.runId);
    const before = await database('other');
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'count_drift' });
    expect(await database('other')).toEqual(before);
  });

  it('holds a run when a privilege is missing or too many, and names the statement that mends it', async () => {
    const { runId } = await openedRun();
    await workshop.pglite.exec('GRANT DELETE ON public.unit_version TO cutter_exec');
    const held = await heldWith(runId);
    await workshop.pglite.exec('REVOKE DELETE ON public.unit_version FROM cutter_exec');
    expect(held).toMatchObject({ phase: 'grant_probe', code: 'grant_delta' });
    expect(held).toHaveProperty('detail', expect.stringMatching(/excess: cutter_exec DELETE.*REVOKE DELETE/));
  });

  it("holds a run when GitHub's clock is more than two minutes off, but not for less", async () => {
    const { runId } = await openedRun();
    workshop.clock.github = 121_000;
    expect(await heldWith(runId)).toMatchObject({ phase: 'source_pin', code: 'clock_skew' });
    const fine = await openedRun();
    workshop.clock.github = -119_000;
    expect(await heldWith(fine.runId)).toMatchObject({ status: 'AWAITING_CUT_AUTHORIZATION' });
  });

  it('holds a run at the first write after its signatures have expired', async () => {
    const { runId, documentId } = await runAtGate();
    const before = await database(documentId);
    workshop.clock.at = later(24 * HOUR_MS);
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
    expect(await database(documentId)).toEqual(before);
  });

  it('holds a run in the middle of its writes when the operator switches the master off, and rolls everything back', async () => {
    const { runId, documentId } = await runAtGate();
    const before = await database(documentId);
    let writes = 0;
    const held = await heldWith(runId, {
      context: (context) => ({
        ...context,
        async assertEnabled() {
          writes += 1;
          if (writes === 3) await setMasterOff(workshop.store, true);
          await context.assertEnabled();
        },
      }),
    });
    expect(held).toMatchObject({
      code: 'master_off',
      detail: 'the operator has switched the master off',
    });
    expect(STOPS.master_off.next).toContain('countersign enable-master');
    expect(writes).toBe(3);
    expect(await database(documentId)).toEqual(before);
  });

  it('holds a run on an error that nobody foresaw, without repeating what the error says', async () => {
    const { runId } = await openedRun();
    const seen: unknown[] = [];
    const held = await heldWith(runId, {
      context: (context) => ({
        ...context,
        backup: async () => {
          throw new RangeError('password=hunter2');
        },
      }),
      onUnhandled: (error) => seen.push(error),
    });
    expect(held).toEqual({
      phase: 'pre_write_backup',
      code: 'unhandled_error',
      detail: 'RangeError in pre_write_backup',
    });
    expect(seen).toHaveLength(1);
  });

  it('holds a run whose backup came back with an incomplete envelope', async () => {
    const { runId } = await openedRun();
    const held = await heldWith(runId, {
      context: (context) => ({
        ...context,
        backup: async (id) => ({ ...(await context.backup(id)), bytes: 0 }),
      }),
    });
    expect(held).toMatchObject({ phase: 'pre_write_backup', code: 'incomplete_backup' });
  });

  it('holds a run with nothing to cut', async () => {
    const { runId, documentId } = await runAtGate();
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    expect((await workshop.advance(runId)).position.status).toBe('COMPLETED');
    workshop.clock.at = later(1000);
    const again = await workshop.openRun(documentId, smallLaw(2, documentId));
    expect(await heldWith(again)).toMatchObject({ phase: 'cutplan', code: 'nothing_to_cut' });
  });

  it('lets a released run go on from the phase that stopped', async () => {
    const { runId } = await openedRun();
    await workshop.pglite.exec('GRANT DELETE ON public.unit_version TO cutter_exec');
    await workshop.advance(runId);
    await workshop.pglite.exec('REVOKE DELETE ON public.unit_version FROM cutter_exec');
    await workshop.sign(runId, 'SG_H_release_authz');
    const { position, finished } = await workshop.advance(runId);
    expect(position.status).toBe('AWAITING_CUT_AUTHORIZATION');
    expect(finished.map(({ phase }) => phase)).toEqual([
      'source_pin',
      'mark',
      'cutplan',
      'pre_write_backup',
      'grant_probe',
    ]);
  });
});

describe('a run that is held more than once', () => {
  const excess = 'DELETE ON public.unit_version';

  it('is released as often as it is held', async () => {
    const { runId } = await openedRun();
    await workshop.pglite.exec(`GRANT ${excess} TO cutter_exec`);
    for (const minutes of [0, 1, 2]) {
      workshop.clock.at = later(minutes * 60_000);
      expect(await heldWith(runId)).toMatchObject({ code: 'grant_delta' });
      if (minutes === 2) await workshop.pglite.exec(`REVOKE ${excess} FROM cutter_exec`);
      await workshop.sign(runId, 'SG_H_release_authz');
    }
    const { position, approvals } = await workshop.advance(runId);
    expect(position.status).toBe('AWAITING_CUT_AUTHORIZATION');
    expect(approvals.filter(({ gate }) => gate === 'SG_H_release_authz')).toHaveLength(3);
  });

  it('goes on days later, once its enable and its gate are signed again and the hold is released', async () => {
    const { runId, documentId } = await runAtGate();
    const before = await database(documentId);
    workshop.clock.at = later(30 * HOUR_MS);
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });

    await workshop.sign(runId, 'GAP7_execution_enable');
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
    expect(await database(documentId)).toEqual(before);

    workshop.clock.at = later(31 * HOUR_MS);
    await workshop.sign(runId, 'GAP7_execution_enable');
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
    await workshop.sign(runId, 'SG_H_release_authz');
    expect((await workshop.advance(runId)).position.status).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
  });
});

describe('the kill switch', () => {
  const enabled = (runId: Parameters<Workshop['state']>[0]) =>
    executionEnabled(
      killSwitchOf(
        { runId },
        {
          policy: { thresholds: {} },
          parts: {
            store: workshop.store,
            keys: workshop.keys,
            now: () => workshop.clock.at,
            masterOff: () => masterOff(workshop.store),
          },
        },
      ),
    );

  it('is off while a run is paused', async () => {
    const { runId } = await openedRun();
    await workshop.advance(runId);
    expect(await enabled(runId)).toEqual({
      enabled: false,
      stop: 'kill_switch_off',
      why: 'the run is AWAITING_CUT_AUTHORIZATION',
    });
  });

  it('is on once the gate is signed, until the earlier of the two windows ends', async () => {
    const { runId } = await openedRun();
    await workshop.advance(runId);
    workshop.clock.at = later(HOUR_MS);
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect(await enabled(runId)).toEqual({ enabled: true, until: later(24 * HOUR_MS) });
    workshop.clock.at = later(24 * HOUR_MS - 1);
    expect(await enabled(runId)).toMatchObject({ enabled: true });
    workshop.clock.at = later(24 * HOUR_MS);
    expect(await enabled(runId)).toMatchObject({
      enabled: false,
      why: expect.stringContaining('window_expired'),
    });
  });

  it('covers the writes of a later day by a renewal of the enable', async () => {
    const { runId } = await openedRun();
    await workshop.advance(runId);
    workshop.clock.at = later(30 * HOUR_MS);
    await workshop.sign(runId, 'GAP7_execution_enable');
    await workshop.sign(runId, 'SG_1_cut_authz');
    expect(await enabled(runId)).toEqual({ enabled: true, until: later(54 * HOUR_MS) });
    expect((await workshop.advance(runId)).position.status).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
  });

  it('is off when the stored bytes of the approval are not those that were admitted', async () => {
    const { runId } = await runAtGate();
    await workshop.store.database
      .updateTable('approval')
      .set((row) => ({ document: row.fn('convert_to', [row.val('forged'), row.val('UTF8')]) as never }))
      .where('run_id', '=', runId)
      .where('gate', '=', 'SG_1_cut_authz')
      .execute();
    expect(await enabled(runId)).toMatchObject({
      enabled: false,
      why: expect.stringContaining('not the document that was admitted'),
    });
  });

  it('is off while the operator has the master off, whatever was signed', async () => {
    const { runId } = await runAtGate();
    await setMasterOff(workshop.store, true);
    expect(await enabled(runId)).toEqual({
      enabled: false,
      stop: 'master_off',
      why: 'the operator has switched the master off',
    });
  });
});
