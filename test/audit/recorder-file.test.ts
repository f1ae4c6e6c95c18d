// The list of recorders beside a checkpoint, over a change of the key: real commits, two keys that approvals name.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/audit/evidence.ts';
import { judgeRecorderFile } from '../../src/audit/recorder-file.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { openCheckpoint, originOf, signCheckpoint } from '../../src/record/checkpoint.ts';
import { RECORDER_PATH, recorderFile } from '../../src/record/log-files.ts';
import { newRecorder } from '../support/recorder.ts';
import { initRepository } from './repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-recorders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [older, present] = [newRecorder(), newRecorder()];
const origin = originOf('town');
const keys = new Set([older.key, present.key]);
const by = { name: 'Countersign', at: new Date('2026-05-21T10:00:00Z') };
const fileOf = (...listed: readonly (typeof older)[]) =>
  recorderFile({ deployment: 'town', keys: listed.map(({ key }) => key) });

/** What is found after these versions of the file, beside a checkpoint that the present key signed. */
async function found(name: string, ...versions: readonly string[]): Promise<string[]> {
  const repository = initRepository(join(folder, name));
  for (const text of versions) repository.commit(new Map([[RECORDER_PATH, text]]), 'Record the log', by);
  const note = await signCheckpoint({ origin, size: 1, root: sha256('root') }, present);
  const newest = openCheckpoint(Buffer.from(note), { origin, keys });
  if (!newest.ok) throw new Error(newest.flaw.detail);
  const evidence = await openEvidence(repository.directory);
  try {
    const trusted = new Map([[origin, keys]]);
    return (await judgeRecorderFile(newest.value, { evidence, trusted })).map(({ detail }) => detail);
  } finally {
    await evidence.close();
  }
}

describe('the list of recorders', () => {
  it('holds before and after a change of the key, the present one last', async () => {
    expect(await found('changed', fileOf(older), fileOf(older, present))).toEqual([]);
  });

  it('is found when it says that another named key is the present one', async () => {
    const told = `its present key is ${older.key}, and ${present.key} signed the checkpoint`;
    expect(await found('left', fileOf(older))).toEqual([told]);
    expect(await found('turned', fileOf(older, present), fileOf(present, older))).toEqual([told]);
  });

  it('is found when it lists a key that no approval names, though that is not the present one', async () => {
    const stranger = newRecorder();
    expect(await found('strange', fileOf(stranger, present))).toEqual([
      expect.stringContaining(`lists ${stranger.key}, which no approval names`),
    ]);
  });
});
