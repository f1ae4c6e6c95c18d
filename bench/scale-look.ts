// One look at a state: how long a start, a catch-up and a judgement take, and the most memory that the process has held.
import { readFileSync } from 'node:fs';
import { readKeys } from '../src/approval/key-ring.ts';
import { approvalTemplate } from '../src/approval/template.ts';
import { sha256 } from '../src/digest/digest.ts';
import { gitBlobId } from '../src/github/facts.ts';
import { catchUp } from '../src/intake/catch-up.ts';
import type { Forge } from '../src/intake/forge.ts';
import { type Judging, judge } from '../src/intake/judge.ts';
import { signedUtc } from '../src/local/sovereign.ts';
import { detachSign, makeKey } from '../src/local/throwaway-keys.ts';
import { committedTally } from '../src/store/committed-tally.ts';
import { runningRuns, runWithin } from '../src/store/standings.ts';
import { openPostgresStore, type Store } from '../src/store/store.ts';
import { RECORDER_KEY } from '../test/support/recorder.ts';

export interface Looked {
  readonly start: number;
  readonly catchUp: number;
  readonly judgement: number;
  readonly peakMiB: number;
}

const TIMES = 15;
const DOCUMENT = Buffer.from('# Charter\n');
const now = () => new Date();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function quickest(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < TIMES; turn += 1) times.push(await timed(work));
  return Math.min(...times);
}

/** A pull request that would open a run of a document that has none, as GitHub would tell of it. */
async function judgingOf(store: Store): Promise<Judging> {
  const at = now();
  const key = await makeKey('Sovereign', new Date(at.getTime() - 3_600_000));
  const bindings = {
    ...{ deployment: 'town', document_id: 'charter', mode: 'LIVE' },
    ...{ source_sha256: sha256(DOCUMENT), recorder_key: RECORDER_KEY },
  };
  const text = approvalTemplate({ gate: 'GAP7_execution_enable', bindings, signedUtc: signedUtc(at) });
  const files = new Map<string, Buffer>([
    ['approvals/open.md', Buffer.from(text)],
    ['approvals/open.md.asc', Buffer.from(await detachSign(text, { key, at }))],
  ]);
  const entries = [...files].map(([path, bytes]) => ({
    ...{ path, mode: '100644', type: 'blob', sha: gitBlobId(bytes), size: bytes.length },
  }));
  const blobs = new Map([...files.values()].map((bytes) => [gitBlobId(bytes), bytes]));
  const folder = { path: 'approvals', mode: '040000', type: 'tree', sha: 'f'.repeat(40) };
  const forge: Forge = {
    name: 'town/governance',
    defaultBranch: async () => 'main',
    placeOf: async () => 'on',
    mergeBase: async () => null,
    pull: async (number) => ({
      ...{ number, open: false, merged: true, mergeCommit: 'c'.repeat(40), headCommit: 'd'.repeat(40) },
      ...{ mergedAt: null, baseCommit: 'b'.repeat(40), changes: 2 },
      ...{ fork: false, base: 'main', author: 'sovereign' },
    }),
    changedFiles: async () => [...files.keys()].map((path) => ({ path, status: 'added' })),
    closedPulls: async () => [],
    folder: async () => entries,
    entry: async () => folder,
    blob: async (sha) => blobs.get(sha) ?? new Uint8Array(),
  };
  const file = { name: 'sovereign.asc', bytes: Buffer.from(key.publicArmored) };
  return {
    ...{ forge, store, now, policy: { thresholds: {} }, deployment: 'town', recorderKey: RECORDER_KEY },
    source: {
      now: async () => now(),
      read: async (path, commit) => ({ path, commit, blob: gitBlobId(DOCUMENT), bytes: DOCUMENT }),
    },
    keys: () => readKeys([file], { pinned: [key.fingerprint], now: now() }),
    targets: [{ document_id: 'charter', path: 'documents/charter.md', granularity: 'article' }],
    wasActedUpon: async () => false,
    usedElsewhere: async () => false,
    // Readiness as far as it is asked of the state; the dry run belongs to the document and to the governed database.
    async assessOpening({ target }) {
      await runningRuns(store, { documentId: target.document_id });
      await runWithin(store, { gate: 'SG_1_cut_authz', at: now() });
      await committedTally(store);
      return { path: target.path, conditions: [], rehearsal: undefined };
    },
  };
}

const url = process.env['DATABASE_URL'] ?? '';
let store: Store | undefined;
const start = await timed(async () => {
  store = await openPostgresStore(url, () => undefined);
});
if (!store) throw new Error('no state');
const opened = store;
const judging = await judgingOf(opened);
const caughtUp = await quickest(() =>
  catchUp({ store: opened, forge: judging.forge, reports: true, stamps: false, now }),
);
const judgement = await quickest(async () => {
  const judged = await judge(1, judging);
  if (judged?.verdict.verdict !== 'accepted') throw new Error(JSON.stringify(judged?.verdict));
});
const peakMiB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
await opened.close();
process.stdout.write(JSON.stringify({ start, catchUp: caughtUp, judgement, peakMiB } satisfies Looked));
