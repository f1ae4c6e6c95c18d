// The publisher of the log over the real state, with the repository in memory: one of everything, whoever publishes when, and
// nothing over what does not fit.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { adoptLog } from '../../src/publish/adopt-log.ts';
import { type Commit, GitHubRefusal } from '../../src/publish/forge.ts';
import { commitWithLog, type LogPorts, publishLog, stated } from '../../src/publish/log.ts';
import { CHECKPOINT_PATH, openCheckpoint, originOf } from '../../src/record/checkpoint.ts';
import { decodeEnvelope, IN_TOTO, openEnvelope } from '../../src/record/dsse.ts';
import type { Standing } from '../../src/record/log-files.ts';
import { decodeLeaf, type LogLeaf } from '../../src/record/log-leaf.ts';
import type { Recorder } from '../../src/record/recorder-key.ts';
import { decodeStatement, statementPath } from '../../src/record/statement.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { fold } from '../../src/run/state.ts';
import { statementOf } from '../../src/run/statement.ts';
import { keepJudgement } from '../../src/store/judgements.ts';
import { logOrder } from '../../src/store/log-leaves.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { statePglite } from '../support/pglite.ts';
import { newRecorder, testRecorder } from '../support/recorder.ts';
import { CUT, logOf, opened, PREPARED, RUN_ID, START } from '../support/run-events.ts';

let store: Store;
let files: Map<string, string>;
let commits: string[];
let refused: string[];
let committing: () => Promise<void>;
beforeEach(async () => {
  await store?.close();
  store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
  [files, commits, refused] = [new Map(), [], []];
  committing = async () => undefined;
});
afterAll(() => store.close());

const standingOf = (there: ReadonlyMap<string, string>): Standing => ({
  read: async (path) => (there.has(path) ? Buffer.from(there.get(path) ?? '') : null),
  holds: async (path, text) => there.get(path) === text,
  exists: async (path) => [...there.keys()].some((name) => name.startsWith(path)),
});

const ports = (recorder: Recorder = { current: testRecorder(), older: [] }): LogPorts => ({
  ...{ store, recorder, deployment: 'town', now: () => START },
  onRefused: (refusal, subject) => refused.push(`${subject}: ${refusal.message}`),
  repository: {
    name: 'town/governance',
    upsertComment: () => Promise.reject(new Error('no comment is due')),
    hasComment: () => Promise.reject(new Error('no comment is due')),
    upsertIssue: () => Promise.reject(new Error('no issue is due')),
    closeIssue: () => Promise.reject(new Error('no issue is due')),
    publishCheck: () => Promise.reject(new Error('no check is due')),
    standing: async () => standingOf(files),
    async commitFiles({ message, files: given, contradicts }: Commit) {
      if ([...given].every(([path, text]) => files.get(path) === text)) return null;
      const found = await contradicts?.(standingOf(files));
      if (found) throw new GitHubRefusal('record_rewound', { doing: found });
      await committing();
      for (const [path, text] of given) files.set(path, text);
      commits.push(message);
      return 'c'.repeat(40);
    },
  },
});

const TOLD: Partial<Record<string, unknown>> = {
  source_pin: { commit: 'c'.repeat(40) },
  pre_write_backup: { path: `${RUN_ID}.sql.gpg`, sha256: sha256('a backup') },
};

function runWith(happenings: typeof CUT, runId: RunId = RUN_ID): RunEvent[] {
  const [, ...rest] = happenings.map((happening) => {
    const told = 'phase' in happening ? TOLD[happening.phase] : undefined;
    return told && happening.type === 'phase_finished' ? { ...happening, output: told } : happening;
  });
  const first = { ...opened(), deployment: 'town', recorder_key: testRecorder().key } as (typeof CUT)[number];
  return logOf([first, ...rest], runId);
}

/** As the publisher of records does it. */
async function publishHead(events: readonly RunEvent[], to = ports()): Promise<string | null> {
  const state = fold(events);
  const statement = statementOf(state, { events, kept: new Map() });
  if (!statement) throw new Error('this run has a recorder');
  const { file, head } = await stated(statement, { state, ports: to });
  const record = new Map([[statementPath(state.runId), file]]);
  return commitWithLog({ message: `Record ${state.head.seq}`, files: record }, { head, ports: to });
}

async function verdict(pull: number): Promise<void> {
  const facts = { repository: 'town/governance', pull, commit: 'a'.repeat(40), path: `approvals/${pull}.md` };
  await keepJudgement(
    store,
    { ...facts, documentSha256: sha256(String(pull)), runId: null, verdict: { verdict: 'accepted' } },
    { at: START },
  );
}

function leaves(): LogLeaf[] {
  const lines = (files.get('runs/log/000000.jsonl') ?? '').split('\n').slice(0, -1);
  return lines.map((line) => {
    const read = decodeLeaf(line);
    if (!read.ok) throw new Error(read.flaw.detail);
    return read.value;
  });
}

function sizeNow(recorder = testRecorder()): number | string {
  const file = Buffer.from(files.get(CHECKPOINT_PATH) ?? '');
  const read = openCheckpoint(file, { origin: originOf('town'), keys: [recorder.key] });
  return read.ok ? read.value.checkpoint.size : read.flaw.detail;
}

describe('a head', () => {
  it('comes with its statement, its leaf and the checkpoint in one commit', async () => {
    const events = runWith(PREPARED);
    expect(await publishHead(events)).toMatch(/^c+$/);
    expect(commits).toEqual(['Record 6']);
    const file = Buffer.from(files.get(statementPath(RUN_ID)) ?? '');
    const envelope = decodeEnvelope(file);
    const trust = { payloadType: IN_TOTO, keys: [testRecorder().key] };
    const payload = envelope.ok ? openEnvelope(envelope.value, trust) : envelope;
    const statement = payload.ok ? decodeStatement(payload.value.payload) : payload;
    expect(statement).toMatchObject({
      value: {
        predicate: {
          ...{ status: 'AWAITING_CUT_AUTHORIZATION', deployment: 'town', at: events.at(-1)?.at },
          log: { hash: events.at(-1)?.hash, seq: 6 },
          ...{ evidence_sha256: null, source_commit: 'c'.repeat(40) },
        },
        approvals: [{ path: expect.stringMatching(/^approvals\//) }],
        backup: { path: `backup/${RUN_ID}.sql.gpg`, sha256: sha256('a backup') },
        changeSet: null,
      },
    });
    expect(leaves()).toMatchObject([{ type: 'head', seq: 6, statement_sha256: sha256(file) }]);
    expect(sizeNow()).toBe(1);
  });

  it('names, once there is a cut, the change set with the head that the database recomputed, and the evidence', () => {
    const events = runWith(CUT);
    expect(statementOf(fold(events), { events, kept: new Map([['plan.jsonl', 'a line\n']]) })).toMatchObject({
      predicate: { evidence_sha256: expect.stringMatching(/^[0-9a-f]{64}$/), cutplan_sha256: sha256('plan') },
      planSha256: sha256('a line\n'),
      changeSet: { id: '1', treeHead: sha256('plan') },
    });
  });

  it('published twice stands once, though the command that signs never signs twice alike', async () => {
    const events = runWith(PREPARED);
    await publishHead(events);
    const before = files.get(statementPath(RUN_ID));
    let asked = 0;
    const fickle = {
      key: testRecorder().key,
      async sign() {
        asked += 1;
        return Buffer.alloc(64, asked);
      },
    };
    const again = ports({ current: fickle, older: [] });
    const state = fold(events);
    const statement = statementOf(state, { events, kept: new Map() });
    if (!statement) throw new Error('this run has a recorder');
    expect(await stated(statement, { state, ports: again })).toEqual({ file: before, head: null });
    expect(asked).toBe(0);
    expect(await publishHead(events)).toBeNull();
    expect([leaves().length, commits.length]).toEqual([1, 1]);
  });

  it('whose process dies before the commit is published by the next look, with the same bytes', async () => {
    const events = runWith(PREPARED);
    committing = () => Promise.reject(new Error('the process dies'));
    await expect(publishHead(events)).rejects.toThrow('dies');
    const kept = await logOrder(store);
    expect(kept.placed).toBe(1);
    committing = async () => undefined;
    await publishHead(events);
    expect(leaves()).toHaveLength(1);
    expect(await logOrder(store)).toEqual(kept);
  });

  it('whose process dies behind the commit is not published again', async () => {
    const events = runWith(PREPARED);
    const dying = ports();
    await expect(
      publishHead(events, {
        ...dying,
        repository: {
          ...dying.repository,
          async commitFiles(commit) {
            await dying.repository.commitFiles(commit);
            throw new Error('the process dies');
          },
        },
      }),
    ).rejects.toThrow('dies');
    expect(await publishHead(events)).toBeNull();
    expect([leaves().length, sizeNow()]).toEqual([1, 1]);
  });

  it('of a run that names no key at hand is not published, and says which key', async () => {
    const events = runWith(PREPARED);
    const other = { current: newRecorder(), older: [] };
    await expect(publishHead(events, ports(other))).rejects.toThrow(
      `${RUN_ID} names the recorder ${testRecorder().key}`,
    );
    expect(commits).toEqual([]);
  });

  it('of a run that names an older key is signed by that, and the checkpoint by the present one', async () => {
    const present = newRecorder();
    await publishHead(runWith(PREPARED), ports({ current: present, older: [testRecorder()] }));
    expect(files.get(statementPath(RUN_ID))).toContain(`"keyid":"${testRecorder().key}"`);
    expect(sizeNow(present)).toBe(1);
  });

  it('of a run from before there were recorders has no statement', () => {
    const events = logOf(PREPARED);
    expect(statementOf(fold(events), { events, kept: new Map() })).toBeNull();
  });
});

describe('a verdict', () => {
  it('is published by itself, once, and goes before the head that comes later', async () => {
    await verdict(7);
    await verdict(7);
    await publishLog(ports());
    await publishLog(ports());
    expect(commits).toEqual(['Record the log: 1 leaves']);
    await publishHead(runWith(PREPARED));
    await publishLog(ports());
    expect(leaves().map(({ type }) => type)).toEqual(['verdict', 'head']);
    expect(leaves()[0]).toMatchObject({ pull: 7, path: 'approvals/7.md', verdict: 'accepted', reason: null });
    expect(commits).toHaveLength(2);
  });

  it('comes with the next head where that is sooner', async () => {
    await verdict(7);
    await publishHead(runWith(PREPARED));
    expect(commits).toEqual(['Record 6']);
    expect(
      leaves()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['head', 'verdict']);
  });

  it('is not said at all where nothing was judged', async () => {
    await publishLog(ports());
    expect(files.size).toBe(0);
  });
});

describe('two publishers', () => {
  it('at one moment leave every leaf once, in one order', async () => {
    const other = 'run-20260521-00000000000000aa' as RunId;
    await Promise.all([
      publishHead(runWith(PREPARED)),
      publishHead(runWith(PREPARED, other)),
      verdict(1).then(() => publishLog(ports())),
    ]);
    await publishLog(ports());
    expect(leaves()).toHaveLength(3);
    expect(sizeNow()).toBe(3);
    expect(new Set([files.has(statementPath(RUN_ID)), files.has(statementPath(other))])).toEqual(
      new Set([true]),
    );
  });
});

describe('a log that was tampered with in git', () => {
  beforeEach(async () => {
    await verdict(1);
    await publishHead(runWith(PREPARED));
    await verdict(2);
  });

  it.each([
    ['deleted', () => files.clear(), /checkpoint \(it is gone, and 2 leaves were published/],
    [
      'rewritten',
      () =>
        files.set(
          'runs/log/000000.jsonl',
          (files.get('runs/log/000000.jsonl') ?? '').replace('"pull":1', '"pull":9'),
        ),
      /000000\.jsonl \(it is not what the checkpoint covers/,
    ],
    ['signed by nobody', () => files.set(CHECKPOINT_PATH, 'nothing\n'), /is not a signed note/],
  ])('and %s gets neither verdict nor head, and is told', async (_, tamper, said) => {
    tamper();
    const before = new Map(files);
    await publishLog(ports());
    expect(refused).toEqual([expect.stringMatching(said)]);
    expect(refused[0]).toMatch(/^log: .* is not published over a longer or another one/);
    await expect(publishHead(runWith(CUT))).rejects.toMatchObject({ code: 'record_rewound' });
    expect(files).toEqual(before);
    // Neither is a head said that was never published.
    expect((await logOrder(store)).lines).toHaveLength(3);
  });

  it('gives no leaf a place, since a place is for ever', async () => {
    files.clear();
    await publishLog(ports());
    expect(await logOrder(store)).toMatchObject({ placed: 2, lines: { length: 3 } });
  });

  it('is continued once it was put back', async () => {
    const kept = new Map(files);
    files.clear();
    await publishLog(ports());
    for (const [path, text] of kept) files.set(path, text);
    await publishHead(runWith(CUT));
    expect(leaves()).toHaveLength(4);
  });
});

describe('a state that was set back', () => {
  /** The state is a new one that knows nothing; git has two leaves. */
  const setBack = async () => {
    await verdict(1);
    await publishHead(runWith(PREPARED));
    await store.close();
    store = await openEmbeddedStore(await statePglite(), (error) => {
      throw error;
    });
    await verdict(1);
  };
  const adopted = (recorder: Recorder = { current: testRecorder(), older: [] }) =>
    adoptLog({ store, recorder, deployment: 'town', standing: standingOf(files) });

  it('publishes nothing until an operator has taken the log over, and goes on behind it then', async () => {
    await setBack();
    await publishLog(ports());
    expect(refused).toEqual([expect.stringMatching(/it covers 2 leaves, this log has 1/)]);
    const before = files.get('runs/log/000000.jsonl') ?? '';
    expect(await adopted()).toEqual({ ok: true, value: 2 });
    await publishLog(ports());
    expect(leaves()).toHaveLength(3);
    expect(files.get('runs/log/000000.jsonl')?.startsWith(before)).toBe(true);
    expect(await adopted()).toEqual({ ok: true, value: 0 });
  });

  it.each([
    ['a key that is not ours', () => adopted({ current: newRecorder(), older: [] }), /signed by no key/],
    [
      'leaves that the checkpoint does not cover',
      () => {
        files.set(
          'runs/log/000000.jsonl',
          `${files.get('runs/log/000000.jsonl')}${files.get('runs/log/000000.jsonl')}`,
        );
        return adopted();
      },
      /is over other leaves/,
    ],
    [
      'a file that is gone',
      () => {
        files.delete('runs/log/000000.jsonl');
        return adopted();
      },
      /000000\.jsonl is not there/,
    ],
  ])('takes nothing over from %s', async (_, adopt, said) => {
    await setBack();
    expect(await adopt()).toMatchObject({ flaw: { detail: expect.stringMatching(said) } });
    expect(await logOrder(store)).toMatchObject({ placed: 0 });
  });

  it('takes nothing over that contradicts what it has published itself', async () => {
    await setBack();
    const theirs = new Map(files);
    files.clear();
    await verdict(5);
    await publishLog(ports());
    files = theirs;
    expect(await adopted()).toMatchObject({
      flaw: { detail: expect.stringMatching(/leaf 1 is another one/) },
    });
  });
});

describe('what was said in the log', () => {
  it.each(['update log_leaf set line = line', 'delete from log_place', 'truncate log_leaf cascade'])(
    'cannot be unsaid by %s',
    async (statement) => {
      await verdict(1);
      await publishLog(ports());
      const { sql } = await import('kysely');
      await expect(sql.raw(statement).execute(store.database)).rejects.toThrow(/append-only/);
    },
  );
});
