import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { assertTable, compareSnapshots } from '../../src/governed/drift.ts';
import { probeGrants } from '../../src/governed/grants.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { findWrittenRun } from '../../src/governed/readback.ts';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { verifyStructure } from '../../src/governed/structure.ts';
import { planChange } from '../../src/plan/change.ts';
import { openRun, signGate } from '../support/signing.ts';
import { onlyWhere } from '../support/skip.ts';
import {
  BACKENDS,
  begin,
  CHARTER,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  enabled,
  enactAndVerify,
  planFor,
  sovereign,
} from './fixture.ts';

const REVISED = CHARTER.replace('feeds its members', 'feeds its members and their guests')
  .replace('## Article 3 Dissolution', '## Article 4 Tools\n\nTools are shared.')
  .replace('The garden ends when nobody waters it.', 'They are cleaned.');

describe.each(BACKENDS)('the road of a cut on %s', (_name, start) => {
  const open = databasesOf(start);

  test('the installed grants are exactly the expected matrix', async () => {
    const { db } = await open();
    for (const role of ['cutter_exec', 'cutter_verify'] as const) {
      const { deviations, matrix } = await db.read(role, probeGrants);
      expect(deviations).toEqual([]);
      expect(matrix.length).toBeGreaterThan(50);
    }
  });

  test('a document is cut, verified and enacted, and every count is as expected', async () => {
    const { db } = await open();
    await cutAndEnact(db, { documentId: 'another' });
    const snapshot = () =>
      db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    const before = await snapshot();
    const { change, outputs, sourceSha256 } = await cutAndVerify(db);
    const cutTable = compareSnapshots(before, await snapshot(), { changes: change.counts, stage: 'cut' });
    assertTable(cutTable);
    expect(cutTable.find(({ name }) => name === 'draft units')).toMatchObject({
      before: 0,
      after: change.counts.create,
    });
    expect(outputs.structural_verify.source_sha256).toBe(sourceSha256);
  });

  test('everything a crash could lose is read back as the writers returned it', async () => {
    const { db } = await open();
    const run = await begin(db);
    expect(await db.read('cutter_exec', (reader) => findWrittenRun(reader, run.runId))).toBeNull();
    const done = await cutAndEnact(db, { run });
    const found = await db.read('cutter_verify', (reader) => findWrittenRun(reader, run.runId));
    expect(found).toMatchObject({
      ...done.outputs,
      lifecycle_enact: done.lifecycle_enact,
      write_verify: { verify_result_id: done.write_verify.verify_result_id },
      lifecycle_verify: { verify_result_id: done.lifecycle_verify.verify_result_id },
    });
  });

  test('a changed document is revised, extended and shortened only with the enactment', async () => {
    const { db } = await open();
    await cutAndEnact(db);
    const served = (status: string) =>
      db.read('cutter_verify', async (reader) => {
        const rows = await reader.query<{ body: string }>(
          `SELECT body FROM public.information_unit AS unit JOIN public.unit_version AS held ON held.unit_id = unit.id
            WHERE held.status = $1 AND unit.lifecycle_status = $1 ORDER BY unit.ordinal`,
          [status],
        );
        return rows.map(({ body }) => body).join('');
      });
    expect(await served('enacted')).toBe(CHARTER);

    const snapshot = () =>
      db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    const before = await snapshot();
    const { counts } = await planFor(db, { documentId: 'charter', markdown: REVISED });
    expect(counts).toMatchObject({ create: 1, retire: 1 });
    expect(counts.revise).toBeGreaterThanOrEqual(1);
    await cutAndVerify(db, { markdown: REVISED });
    assertTable(compareSnapshots(before, await snapshot(), { changes: counts, stage: 'cut' }));
    expect(await served('enacted')).toBe(CHARTER);

    await cutAndEnact(db, { markdown: `${REVISED}\nOne more line.\n` });
    expect(await served('enacted')).toBe(`${REVISED}\nOne more line.\n`);
    const table = compareSnapshots(before, await snapshot(), {
      changes: { ...counts, log_rows: 0 },
      stage: 'enacted',
    });
    expect(table.find(({ name }) => name === 'draft units')).toMatchObject({ expected: 0, after: 0 });
    expect(() => assertTable(table)).toThrow(/count_drift/);
  });

  test('an unchanged document has nothing to cut', async () => {
    const { db } = await open();
    await cutAndEnact(db);
    const again = await planFor(db, { documentId: 'charter', markdown: CHARTER });
    expect(again.counts).toEqual({
      create: 0,
      revise: 0,
      move: 0,
      renumber: 0,
      keep: again.rows.length,
      retire: 0,
    });
  });

  test('a unit that only moves is kept, and takes its new place with the enactment', async () => {
    const { db } = await open();
    await cutAndEnact(db);
    const [head = '', one = '', two = '', three = ''] = CHARTER.split(/(?=^## )/m);
    const moved = [head, three, `${one}`, two].join('');
    const order = (column: string) =>
      db.read('cutter_verify', async (reader) => {
        const rows = await reader.query<{ key: string }>(
          `SELECT key FROM public.information_unit ORDER BY ${column}`,
        );
        return rows.map(({ key }) => key.replace(/.*\//, ''));
      });
    const before = await order('ordinal');
    const done = await cutAndVerify(db, { markdown: moved });
    const { change } = done;
    expect(change.counts).toMatchObject({ create: 0, revise: 0, retire: 0 });
    expect(await order('ordinal')).toEqual(before);
    await enactAndVerify(db, done);
    expect(await order('ordinal')).toEqual(change.rows.map(({ key }) => key.replace(/.*\//, '')));
    expect(await order('ordinal')).not.toEqual(before);
  });

  const LAW = '../shared/documents';
  test('real documents come back byte for byte', {
    timeout: 120_000,
    ...onlyWhere(existsSync(LAW), 'shared documents absent'),
  }, async () => {
    const { db } = await open();
    const files = globSync(`${LAW}/**/*.md`)
      .filter((file) => !file.endsWith('INDEX.md'))
      .sort();
    expect(files.length).toBeGreaterThan(0);
    for (const [number, file] of files.entries()) {
      const bytes = readFileSync(file);
      const documentId = `document-${number}`;
      const change = planChange(planDocument(bytes), [], { documentId });
      const sourceSha256 = sha256(bytes);
      const by = [await sovereign()];
      const { runId } = await openRun(db, { documentId, sourceSha256, by });
      await signGate(db, { gate: 'SG_1_cut_authz', runId, digest: change.cutplan_sha256, by });
      const pinned = { runId, documentId, change, sourceSha256 };
      const rollback = new Error('seen enough');
      const options = { assertEnabled: enabled, behind: { runId, gate: 'SG_1_cut_authz' } } as const;
      const structure = db.write('cutter_exec', options, async (writer) => {
        await writeLegA(writer, pinned);
        const { source_sha256, units } = await verifyStructure(writer, pinned);
        expect({ source_sha256, units }).toEqual({
          source_sha256: sourceSha256,
          units: change.rows.length,
        });
        throw rollback;
      });
      await expect(structure, file).rejects.toBe(rollback);
    }
  });
});
