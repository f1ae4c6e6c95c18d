import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeyFault } from '../../src/approval/key-ring.ts';
import { killSwitchOf } from '../../src/deployment/run-context.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { GovernedFault } from '../../src/governed/database.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import type { PhaseContext } from '../../src/phases/context.ts';
import { withdrawFrom } from '../../src/run/begin.ts';
import { executionEnabled } from '../../src/run/kill-switch.ts';
import { awaitedGates } from '../../src/run/state.ts';
import { STOPS, Stop } from '../../src/stop/stop.ts';
import { recordWithdrawal } from '../../src/store/ledger.ts';
import { masterOff, setMasterOff } from '../../src/store/master-switch.ts';
import { type EmbeddedWorkshop, openWorkshop, smallLaw, type Workshop } from '../support/workshop.ts';

let workshop: EmbeddedWorkshop;
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
  workshop.governed.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId }));

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
    await workshop.root.admin((writer) =>
      writer.script(`INSERT INTO public.information_unit (document_id, key, ordinal, unit_kind, section_type, title)
                     VALUES ('other', 'planted', 1, 'article', 'normative', 'Planted')`),
    );
    const before = await database('other');
    expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'count_drift' });
    expect(await database('other')).toEqual(before);
    await workshop.root.admin((writer) =>
      writer.script("DELETE FROM public.information_unit WHERE key = 'planted'"),
    );
  });

  it('holds no run because of what a recorded change set did to another document meanwhile', async () => {
    const { runId } = await runAtGate();
    const other = await runAtGate();
    await workshop.advance(other.runId);
    expect((await workshop.advance(runId)).position.status).toBe('AWAITING_LIFECYCLE_AUTHORIZATION');
    await workshop.sign(other.runId, 'SG_2_lifecycle_authz');
    expect((await workshop.advance(other.runId)).position.status).toBe('COMPLETED');
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    expect((await workshop.advance(runId)).position.status).toBe('COMPLETED');
  });

  it('holds a run when a privilege is missing or too many, and names the statement that mends it', async () => {
    const { runId } = await openedRun();
    await workshop.pglite.exec('GRANT DELETE ON public.unit_version TO cutter_exec');
    const held = await heldWith(runId);
    await workshop.pglite.exec('REVOKE DELETE ON public.unit_version FROM cutter_exec');
    expect(held).toMatchObject({ phase: 'grant_probe', code: 'grant_delta' });
    expect(held).toHaveProperty('detail', expect.stringMatching(/excess: cutter_exec DELETE.*REVOKE DELETE/));
  });

  it('holds a run when a privilege was taken away behind the probe, and says what the server meant and what mends it', async () => {
    const { runId } = await runAtGate();
    const opening = 'cutter_governance.fn_open_write(text, text)';
    await workshop.pglite.exec(`REVOKE EXECUTE ON FUNCTION ${opening} FROM cutter_exec`);
    const held = await heldWith(runId);
    await workshop.pglite.exec(`GRANT EXECUTE ON FUNCTION ${opening} TO cutter_exec`);
    expect(held).toMatchObject({ phase: 'cut_leg_a', code: 'database_refused' });
    expect(held).toHaveProperty(
      'detail',
      expect.stringMatching(
        /^SQLSTATE 42501: a privilege is missing; .*permission denied.*lack: cutter_exec EXECUTE.*GRANT EXECUTE/,
      ),
    );
  });

  it('holds the enactment when more was granted during the pause before it', async () => {
    const { runId } = await runAtGate();
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    await workshop.pglite.exec('GRANT DELETE ON public.unit_version TO cutter_exec');
    const held = await heldWith(runId);
    await workshop.pglite.exec('REVOKE DELETE ON public.unit_version FROM cutter_exec');
    expect(held).toMatchObject({ phase: 'lifecycle_enact', code: 'grant_delta' });
  });

  const full = () => new GovernedFault('refused', 'no connection to spare', '53300');
  const failing = (times: number, error: () => Error) => {
    let left = times;
    return (context: PhaseContext): PhaseContext => ({
      ...context,
      governed: {
        ...context.governed,
        async write(role, options, work) {
          left -= 1;
          if (left >= 0) throw error();
          return context.governed.write(role, options, work);
        },
      },
    });
  };

  it('holds no run for what passes by itself, and shows that it waits', async () => {
    const { runId } = await runAtGate();
    const busy = () => new Stop('database_busy', 'the write lock is taken');
    for (const [error, status] of [
      [full, 'AWAITING_LIFECYCLE_AUTHORIZATION'],
      [busy, 'COMPLETED'],
    ] as const) {
      const waited: string[] = [];
      const around = { context: failing(2, error), onWaiting: (why: Error) => waited.push(why.message) };
      expect((await workshop.advance(runId, around)).position.status).toBe(status);
      expect(waited).toEqual([error().message, error().message]);
      if (status !== 'COMPLETED') await workshop.sign(runId, 'SG_2_lifecycle_authz');
    }
  });

  it('holds a run for what should pass and does not, with how often it was tried', async () => {
    const { runId } = await runAtGate();
    expect(await heldWith(runId, { context: failing(3, full) })).toMatchObject({
      code: 'database_refused',
      detail: 'SQLSTATE 53300, 3 times: the server takes no more connections; no connection to spare',
    });
  });

  it('tries nothing twice that does not pass', async () => {
    const { runId } = await runAtGate();
    const waited: Error[] = [];
    const disk = () => new GovernedFault('refused', 'no room', '53100');
    const around = { context: failing(1, disk), onWaiting: (why: Error) => void waited.push(why) };
    expect(await heldWith(runId, around)).toMatchObject({ code: 'database_refused' });
    expect(waited).toEqual([]);
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
            keys: () => workshop.readKeys(),
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
    const rewriting = (how: 'disable' | 'enable') =>
      sql`alter table approval ${sql.raw(how)} trigger approval_is_append_only`.execute(
        workshop.store.database,
      );
    await rewriting('disable');
    await workshop.store.database
      .updateTable('approval')
      .set((row) => ({ document: row.fn('convert_to', [row.val('forged'), row.val('UTF8')]) as never }))
      .where('run_id', '=', runId)
      .where('gate', '=', 'SG_1_cut_authz')
      .execute();
    await rewriting('enable');
    expect(await enabled(runId)).toMatchObject({
      enabled: false,
      why: expect.stringContaining('not the document that was admitted'),
    });
  });

  describe('once an approval was taken back', () => {
    const takeBack = async (runId: Parameters<Workshop['state']>[0], gate: string) => {
      const state = await workshop.state(runId);
      const {
        gate: _gate,
        valid_until: _end,
        ...taken
      } = state.approvals.find((one) => one.gate === gate) ?? {
        ...state.approvals[0],
      };
      const withdrawal = { ...taken, document_sha256: sha256(`back with ${taken.document_sha256}`) };
      const at = workshop.clock.at;
      return { state, approval_sha256: taken.document_sha256, withdrawal, at };
    };

    it('is off although the log does not know of it yet', async () => {
      const { runId } = await runAtGate();
      const { approval_sha256, withdrawal, at } = await takeBack(runId, 'SG_1_cut_authz');
      await recordWithdrawal(workshop.store, {
        ...{ approvalSha256: approval_sha256, reference: withdrawal, event: null, at },
        signed: { document: Buffer.from('back'), signatures: [] },
        judgement: {
          ...{ repository: 'test/governance', pull: 10_000 + serial, commit: 'c'.repeat(40), runId: null },
          ...{ path: 'approvals/a.md', documentSha256: sha256('a') },
          verdict: { verdict: 'accepted' },
        },
      });
      expect(await enabled(runId)).toMatchObject({
        enabled: false,
        why: expect.stringContaining('approval_withdrawn'),
      });
      expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
    });

    it.each(['SG_1_cut_authz', 'GAP7_execution_enable'])(
      'is off without the %s, and only the gate that the run is held behind is awaited again',
      async (gate) => {
        const { runId } = await runAtGate();
        const { state, ...taken } = await takeBack(runId, gate);
        await workshop.log.append(withdrawFrom(state, taken));
        expect(await enabled(runId)).toMatchObject({ enabled: false, why: 'no approval covers this call' });
        expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
        const held = await workshop.state(runId);
        const awaited = awaitedGates(held, workshop.clock.at).includes('SG_1_cut_authz');
        expect(awaited).toBe(gate === 'SG_1_cut_authz');
        expect(() => withdrawFrom(held, taken)).toThrow(/approval_withdrawn is not legal/);
      },
    );

    it('belongs to a run that has the approval and has not ended', async () => {
      const { runId } = await openedRun();
      const { state, ...taken } = await takeBack(runId, 'GAP7_execution_enable');
      const foreign = { ...taken, approval_sha256: sha256('another approval') };
      expect(() => withdrawFrom(state, foreign)).toThrow(/is not legal/);
      const ended = { ...state, position: { status: 'COMPLETED', since: taken.at } } as const;
      expect(() => withdrawFrom(ended, taken)).toThrow(/is not legal/);
      expect(withdrawFrom(state, taken).type).toBe('approval_withdrawn');
    });
  });

  describe('while the keys change', () => {
    let readKeys: Workshop['readKeys'];
    beforeEach(() => {
      readKeys = workshop.readKeys;
    });
    afterEach(() => {
      workshop.readKeys = readKeys;
    });

    it('is off from the moment on at which the key that signed is revoked, and the write stops', async () => {
      const { runId } = await runAtGate();
      expect(await enabled(runId)).toMatchObject({ enabled: true });
      const { pinned, keys } = await readKeys();
      const revoked = [...keys].map(([name, key]) => [name, { ...key, unusable: 'key_revoked' }] as const);
      workshop.readKeys = async () => ({ pinned, keys: new Map(revoked) });
      expect(await enabled(runId)).toMatchObject({
        enabled: false,
        stop: 'kill_switch_off',
        why: expect.stringContaining('no longer holds: key_revoked'),
      });
      expect(await heldWith(runId)).toMatchObject({ phase: 'cut_leg_a', code: 'kill_switch_off' });
    });

    it('is off while the pinned key is not there, and says which', async () => {
      const { runId } = await runAtGate();
      workshop.readKeys = async () => {
        throw new KeyFault('pinned_not_found', 'no file of the key directory holds ABC');
      };
      expect(await enabled(runId)).toEqual({
        enabled: false,
        stop: 'kill_switch_off',
        why: 'the pinned keys cannot be used: no file of the key directory holds ABC',
      });
    });

    it('judges nothing while the keys cannot be read', async () => {
      const { runId } = await runAtGate();
      workshop.readKeys = async () => {
        throw new Error('the disk is gone');
      };
      await expect(enabled(runId)).rejects.toThrow('the disk is gone');
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
