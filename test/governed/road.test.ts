import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeGrants } from '../../src/governed/grants.ts';
import { findWrittenRun } from '../../src/governed/readback.ts';
import { assertTable, takeSnapshot, verificationTable } from '../../src/governed/snapshot.ts';
import {
  type Backend,
  cutAndEnact,
  cutAndVerify,
  embeddedBackend,
  enact,
  realBackend,
  runId,
} from './fixture.ts';

const backends: [name: string, start: () => Promise<Backend | null>][] = [
  ['embedded', embeddedBackend],
  ['PostgreSQL', realBackend],
];

describe.each(backends)('the road of a cut on %s', (_name, start) => {
  let backend: Backend | null;

  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend?.stop());

  const open = async (skip: (note: string) => never) => (await backend?.open()) ?? skip('no PostgreSQL here');

  test('the installed grants are exactly the expected matrix', async ({ skip }) => {
    const { db, close } = await open(skip);
    for (const role of ['cutter_exec', 'cutter_verify'] as const) {
      const { deviations, matrix } = await db.read(role, probeGrants);
      expect(deviations).toEqual([]);
      expect(matrix.length).toBeGreaterThan(50);
    }
    await close();
  });

  test('a document is cut, verified, enacted, and every count is as expected', async ({ skip }) => {
    const { db, close } = await open(skip);
    const snapshot = () => db.read('cutter_exec', (reader) => takeSnapshot(reader, 'charter'));
    const before = await snapshot();
    const done = await cutAndVerify(db, { runId: runId(1) });
    const changes = done.change.counts;
    assertTable(verificationTable(before, await snapshot(), { changes, stage: 'cut' }));
    expect(done.outputs.structural_verify.source_sha256).toBe(done.sourceSha256);

    const { log_rows, enacted } = await enact(db, runId(1));
    expect({ log_rows, enacted }).toEqual({ log_rows: changes.create, enacted: changes.create });
    await close();
  });

  test('everything a crash could lose is read back as the writers returned it', async ({ skip }) => {
    const { db, close } = await open(skip);
    const done = await cutAndEnact(db, { runId: runId(1) });
    const found = await db.read('cutter_verify', (reader) => findWrittenRun(reader, runId(1)));
    expect(found).toMatchObject({
      ...done.outputs,
      lifecycle_enact: done.lifecycle_enact,
      write_verify: { verify_result_id: done.write_verify.verify_result_id },
      lifecycle_verify: { verify_result_id: done.lifecycle_verify.verify_result_id },
    });
    await close();
  });
});
