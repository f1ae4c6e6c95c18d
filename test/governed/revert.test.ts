import { describe, expect, test } from 'vitest';
import { executeRevert, planRevert, type RevertPlan, verifyRevert } from '../../src/governed/compensation.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { readUnits } from '../../src/governed/units.ts';
import {
  BACKENDS,
  CHARTER,
  countRows,
  cut,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  enabled,
  runId,
} from './fixture.ts';

const REVISED = CHARTER.replace('feeds its members', 'feeds everybody').replace(
  /## Article 3[\s\S]*/,
  '## Article 4 Tools\n\nShared.\n',
);

describe.each(BACKENDS)('the compensation of a run on %s', (_name, start) => {
  const open = databasesOf(start);
  const plan = (db: GovernedDatabase, options: { run: string; hard?: boolean }) =>
    db.read('cutter_exec', (reader) =>
      planRevert(reader, { runId: options.run, hard: options.hard === true }),
    );
  const planned = async (
    db: GovernedDatabase,
    options: { run: string; hard?: boolean },
  ): Promise<RevertPlan> => {
    const result = await plan(db, options);
    if (result.verdict === 'refused') throw new Error(`refused: ${result.detail}`);
    return result;
  };
  const execute = async (db: GovernedDatabase, revert: RevertPlan) => {
    const done = await db.write('cutter_exec', { assertEnabled: enabled }, (writer) =>
      executeRevert(writer, revert),
    );
    return { ...done, ...(await verifyRevert(db, { plan: revert, assertEnabled: enabled })) };
  };
  const unitsOf = (db: GovernedDatabase) => db.read('cutter_exec', (reader) => readUnits(reader, 'charter'));

  test('a soft revert retires what the run created, and returns the counts it promised', async () => {
    const { db, root } = await open();
    const { change } = await cutAndVerify(db, { runId: runId(1) });
    const before = await countRows(root);
    const revert = await planned(db, { run: runId(1) });
    expect(await countRows(root)).toEqual(before);
    expect(revert.effects.units).toHaveLength(change.counts.create);
    expect(revert.effects.after).toEqual({ draft: 0, enacted: 0, retired: change.counts.create });

    const done = await execute(db, revert);
    expect(done).toMatchObject({
      units: change.counts.create,
      log_rows: change.counts.create,
      plan_sha256: revert.sha256,
    });
    expect(await unitsOf(db)).toEqual([]);
  });

  test('the document can be cut again after its revert, as new units', async () => {
    const { db } = await open();
    await cutAndEnact(db, { runId: runId(1) });
    await execute(db, await planned(db, { run: runId(1) }));
    const { change } = await cutAndEnact(db, { runId: runId(2) });
    expect(change.counts).toMatchObject({ create: change.rows.length, revise: 0, keep: 0 });
  });

  test('a soft revert of an enacted revision puts back exactly what was in force', async () => {
    const { db } = await open();
    await cutAndEnact(db, { runId: runId(1) });
    const before = await unitsOf(db);
    const { document } = await db.read('cutter_exec', (reader) => takeSnapshot(reader, 'charter'));
    const { change } = await cutAndEnact(db, { runId: runId(2), markdown: REVISED });
    expect(change.counts).toMatchObject({ revise: 1, retire: 1, create: 1 });
    expect(await unitsOf(db)).not.toEqual(before);

    await execute(db, await planned(db, { run: runId(2) }));
    expect(await unitsOf(db)).toEqual(before);
    const after = await db.read('cutter_exec', (reader) => takeSnapshot(reader, 'charter'));
    expect(after.document.units).toEqual({ ...document.units, retired: change.counts.create });
    expect(after.document.versions.enacted).toBe(document.versions.enacted);
  });

  test('a hard revert leaves no row of the cut, but its account', async () => {
    const { db, root } = await open();
    await cutAndEnact(db, { runId: runId(1) });
    const before = await countRows(root);
    const was = await unitsOf(db);
    await cut(db, { runId: runId(2), markdown: REVISED });
    const revert = await planned(db, { run: runId(2), hard: true });
    expect(revert.effects.units.every(({ to }) => to === 'deleted')).toBe(true);
    await execute(db, revert);
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
    expect(await plan(db, { run: runId(1) })).toMatchObject({
      verdict: 'refused',
      reason: 'nothing_written',
    });
    await cutAndEnact(db, { runId: runId(1) });
    expect(await plan(db, { run: runId(1), hard: true })).toMatchObject({
      verdict: 'refused',
      reason: 'enacted',
    });
    await cutAndEnact(db, { runId: runId(2), markdown: REVISED });
    expect(await plan(db, { run: runId(1) })).toMatchObject({ verdict: 'refused', reason: 'cut_again' });
    await execute(db, await planned(db, { run: runId(2) }));
    expect(await plan(db, { run: runId(2) })).toMatchObject({
      verdict: 'refused',
      reason: 'reverted_already',
    });
    await execute(db, await planned(db, { run: runId(1) }));
  });

  test('executing a plan twice, as after a crash, does it once', async () => {
    const { db, root } = await open();
    await cutAndVerify(db, { runId: runId(1) });
    const revert = await planned(db, { run: runId(1) });
    const first = await execute(db, revert);
    const rows = await countRows(root);
    expect(await execute(db, revert)).toEqual(first);
    expect(await countRows(root)).toEqual(rows);
  });

  test('a plan that the database has outgrown is not executed', async () => {
    const { db, root } = await open();
    await cutAndVerify(db, { runId: runId(1) });
    const revert = await planned(db, { run: runId(1) });
    const rows = await countRows(root);
    const forged = { ...revert, sha256: revert.sha256.replaceAll(/./g, '0') as typeof revert.sha256 };
    await expect(execute(db, forged)).rejects.toMatchObject({ code: 'count_drift' });
    await db.write('cutter_exec', { assertEnabled: enabled }, (writer) =>
      writer.script(`SELECT FROM public.fn_iu_enact('${runId(1)}')`),
    );
    await expect(execute(db, revert)).rejects.toMatchObject({ code: 'count_drift' });
    expect(await countRows(root)).toMatchObject({
      'public.information_unit': rows['public.information_unit'],
    });
  });
});
