// Genuine clones are clean, and every forgery is found and named. One town, built once; each forger has a copy of it.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Audit, auditClone } from '../../src/audit/audit.ts';
import { openEvidence } from '../../src/audit/evidence.ts';
import { auditRunIn } from '../../src/audit/run.ts';
import { CHECKPOINT_PATH } from '../../src/record/checkpoint.ts';
import type { NoteKey } from '../../src/record/note.ts';
import { openForger } from './forger.ts';
import { cosigned, FORGERIES, WITNESS, WITNESS_FILE } from './forgeries.ts';
import { openTownHistory, type TownHistory } from './town-history.ts';

const BUILD_MS = 300_000;

let town: TownHistory;
beforeAll(async () => {
  town = await openTownHistory();
}, BUILD_MS);
afterAll(async () => {
  await town?.close();
});

const trust = () => ({ keys: town.keys, policy: { thresholds: {} } });

async function audited(
  directory: string,
  { at, asked = [] }: { at?: string | Date; asked?: readonly NoteKey[] } = {},
): Promise<Audit> {
  const evidence = await openEvidence(directory, at === undefined ? {} : { at });
  try {
    return await auditClone(evidence, { trust: trust(), witnesses: { keys: asked, remembered: [] } });
  } finally {
    await evidence.close();
  }
}

describe('a genuine clone', () => {
  it('is clean, whatever became of its runs', async () => {
    const { findings, counts, runs } = await audited(town.directory);
    expect(findings.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'approval_unused approvals/for-nothing.md',
      'approval_rejected approvals/too-late.md',
    ]);
    expect(counts).toEqual({ error: 0, warning: 0, note: 2 });
    expect(runs.map(({ status }) => status).sort()).toEqual([
      ...['ABANDONED', 'AWAITING_CUT_AUTHORIZATION', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'],
      ...['HELD', 'REVERTED'],
    ]);
  });

  it('was clean at every commit of its default branch', async () => {
    const commits = town.repository.git(['rev-list', '--first-parent', 'HEAD']).split('\n');
    for (const commit of commits.filter((_, index) => index % 6 === 3)) {
      const { counts } = await audited(town.directory, { at: commit });
      expect(counts).toMatchObject({ error: 0, warning: 0 });
    }
  });

  it('says who merged each approval, and which run used it', async () => {
    const { approvals } = await audited(town.directory);
    const opening = approvals.find(
      ({ run, gate }) => run === town.runs.first && gate === 'GAP7_execution_enable',
    );
    expect(opening).toMatchObject({ fate: 'used', signers: [town.sovereign.fingerprint] });
    expect(opening?.committer.name).toBe('Mayor <mayor@town.invalid>');
  });

  it('can be asked for one run, with its state and its entries', async () => {
    const { state, events, findings } = await auditRunIn(town.directory, {
      runId: town.runs.open,
      trust: trust(),
    });
    expect(findings).toEqual([]);
    expect(state?.position.status).toBe('AWAITING_CUT_AUTHORIZATION');
    expect(events.at(-1)?.hash).toBe(state?.head.hash);
  });
});

describe('a witness', () => {
  it('has cosigned what the log continues, and the log grows on', async () => {
    const forger = openForger(town, join(town.directory, '..', 'witnessed'));
    const commits = forger.repository.git(['log', '--format=%H', '--', CHECKPOINT_PATH]).split('\n');
    const earlier = forger.repository.git(['show', `${commits[4]}:${CHECKPOINT_PATH}`]);
    forger.push({ [WITNESS_FILE]: await cosigned(`${earlier}\n`) });
    const { counts, cosigned: seen, checkpoint } = await audited(forger.directory, { asked: [WITNESS] });
    expect(counts).toMatchObject({ error: 0, warning: 0 });
    const size = Number(earlier.split('\n')[1]);
    expect(seen).toEqual([{ name: WITNESS.name, size, at: new Date('2026-06-01T00:00:00Z') }]);
    expect(checkpoint?.size).toBeGreaterThan(size);
  });

  it('that was asked for and has cosigned nothing is told', async () => {
    const { findings, cosigned: seen } = await audited(town.directory, { asked: [WITNESS] });
    expect(findings[0]).toMatchObject({
      code: 'cosignature_absent',
      detail: expect.stringContaining(WITNESS.name),
    });
    expect(seen).toEqual([]);
  });
});

describe('a forger', () => {
  for (const { name, forge, found } of FORGERIES)
    it(`${name} is found as ${[found].flat().join(', ')}`, async () => {
      const forger = openForger(town, join(town.directory, '..', 'forged'));
      await forge(forger);
      const { findings } = await audited(forger.directory, { asked: [WITNESS] });
      expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining([found].flat()));
    });
});
