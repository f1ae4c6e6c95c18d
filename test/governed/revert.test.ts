import { describe, expect, test } from 'vitest';
import { isReverted, planRevert, type RevertPlan } from '../../src/governed/compensation.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { readUnits } from '../../src/governed/units.ts';
import {
  BACKENDS,
  begin,
  CHARTER,
  countRows,
  cut,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  enact,
  executeSigned,
  revert,
  signEnactment,
  signRevert,
} from './fixture.ts';

const REVISED = CHARTER.replace('feeds its members', 'feeds everybody').replace(
  /## Article 3[\s\S]*/,
  '## Article 4 Tools\n\nShared.\n',
);

describe.each(BACKENDS)('the compensation of a run on %s', (_name, start) => {
  const open = databasesOf(start);
  const plan = (db: GovernedDatabase, runId: string, hard = false) =>
    db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard }));
  const planned = async (db: GovernedDatabase, runId: string, hard = false): Promise<RevertPlan> => {
    const result = await plan(db, runId, hard);
    if (result.verdict === 'refused') throw new Error(`refused: ${result.detail}`);
    return result;
  };
  const unitsOf = (db: GovernedDatabase) => db.read('cutter_exec', (reader) => readUnits(reader, 'charter'));

  test('a soft revert retires what the run created, and returns the counts it promised', async () => {
    const { db, root } = await open();
    const { change, runId } = await cutAndVerify(db);
    const before = await countRows(root);
    const signed = await planned(db, runId);
    expect(await countRows(root)).toEqual(before);
    expect(signed.plan.units).toHaveLength(change.counts.create);
    expect(signed.plan.after).toEqual({ draft: 0, enacted: 0, retired: change.counts.create });

    const done = await revert(db, signed);
    expect(done).toMatchObject({
      units: change.counts.create,
      log_rows: change.counts.create,
      plan_sha256: signed.sha256,
    });
    expect(await unitsOf(db)).toEqual([]);
  });

  test('the document can be cut again after its revert, as new units', async () => {
    const { db } = await open();
    const { runId } = await cutAndEnact(db);
    await revert(db, await planned(db, runId));
    const { change } = await cutAndEnact(db);
    expect(change.counts).toMatchObject({ create: change.rows.length, revise: 0, keep: 0 });
  });

  test('a soft revert of an enacted revision puts back exactly what was in force', async () => {
    const { db } = await open();
    await cutAndEnact(db);
    const before = await unitsOf(db);
    const { document } = await db.read('cutter_exec', (reader) =>
      takeSnapshot(reader, { documentId: 'charter' }),
    );
    const { change, runId } = await cutAndEnact(db, { markdown: REVISED });
    expect(change.counts).toMatchObject({ revise: 1, retire: 1, create: 1 });
    expect(await unitsOf(db)).not.toEqual(before);

    await revert(db, await planned(db, runId));
    expect(await unitsOf(db)).toEqual(before);
    const after = await db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    expect(after.document).toMatchObject({
      ...{ draft_units: 0, enacted_units: document.enacted_units },
      ...{ retired_units: change.counts.create, draft_versions: 0 },
    });
  });

  test('a hard revert leaves no row of the cut, but its account', async () => {
    const { db, root } = await open();
    await cutAndEnact(db);
    const before = await countRows(root);
    const was = await unitsOf(db);
    const { runId } = await cut(db, { markdown: REVISED });
    const signed = await planned(db, runId, true);
    expect(signed.plan.units.every(({ to }) => to === 'deleted')).toBe(true);
    await revert(db, signed);
    expect(await unitsOf(db)).toEqual(was);
    expect(await countRows(root)).toMatchObject({
      'public.information_unit': before['public.information_unit'],
      'public.unit_version': before['public.unit_version'],
      'public.iu_lifecycle_log': before['public.iu_lifecycle_log'],
      'cutter_governance.cut_change_set': 2,
    });
  });

  test('a hard revert of enacted units, and a revert under a later cut, are refused', async () => {
    const { db } = await open();
    const run = await begin(db);
    const first = run.runId;
    expect(await plan(db, first)).toMatchObject({ verdict: 'refused', reason: 'nothing_written' });
    await cutAndEnact(db, { run });
    expect(await plan(db, first, true)).toMatchObject({ verdict: 'refused', reason: 'enacted' });
    const { runId: second } = await cutAndEnact(db, { markdown: REVISED });
    expect(await plan(db, first)).toMatchObject({ verdict: 'refused', reason: 'cut_again' });
    await revert(db, await planned(db, second));
    expect(await plan(db, second)).toMatchObject({ verdict: 'refused', reason: 'reverted_already' });
    await revert(db, await planned(db, first));
  });

  test('a plan is executed once, and a process that died behind the COMMIT finds it done', async () => {
    const { db, root } = await open();
    const { runId } = await cutAndVerify(db);
    const signed = await planned(db, runId);
    const done = () => db.read('cutter_exec', (reader) => isReverted(reader, signed));
    expect(await done()).toBe(false);
    await revert(db, signed);
    expect(await done()).toBe(true);
    const rows = await countRows(root);
    await expect(executeSigned(db, signed)).rejects.toMatchObject({
      code: 'guard_refused',
      detail: expect.stringMatching(/^reverted_already: /),
    });
    expect(await countRows(root)).toEqual(rows);
  });

  test('a plan that the database has outgrown is not executed', async () => {
    const { db, root } = await open();
    const { runId } = await cutAndVerify(db);
    const signed = await planned(db, runId);
    await signRevert(db, signed);
    const rows = await countRows(root);
    const forged = { ...signed, sha256: signed.sha256.replaceAll(/./g, '0') as typeof signed.sha256 };
    await expect(executeSigned(db, forged)).rejects.toMatchObject({ code: 'guard_refused' });
    await signEnactment(db, runId);
    await enact(db, runId);
    await expect(executeSigned(db, signed)).rejects.toMatchObject({
      code: 'guard_refused',
      detail: expect.stringMatching(/^plan_differs: /),
    });
    expect(await countRows(root)).toMatchObject({
      'public.information_unit': rows['public.information_unit'],
    });
  });
});
