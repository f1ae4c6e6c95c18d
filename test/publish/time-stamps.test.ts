// Time stamps as the publisher asks for them, of a real authority over HTTP that is away at times and goes wrong in every way
// it can: the record stands without, and later looks add what is missing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { type Commit, GitHubRefusal } from '../../src/publish/forge.ts';
import { commitWithLog, type LogPorts, stated } from '../../src/publish/log.ts';
import { publishTimeStamps, type StampingPorts } from '../../src/publish/time-stamps.ts';
import { statementPath } from '../../src/record/statement.ts';
import { decodeTimeStampFile, readTimeStamp, timeStampPath } from '../../src/record/time-stamp.ts';
import { verifyTimeStamp } from '../../src/record/time-stamp-verify.ts';
import { fold } from '../../src/run/state.ts';
import { statementOf } from '../../src/run/statement.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { statePglite } from '../support/pglite.ts';
import { testRecorder } from '../support/recorder.ts';
import { CUT, logOf, opened, PREPARED, RUN_ID, START } from '../support/run-events.ts';
import { onlyWhere } from '../support/skip.ts';
import {
  HAS_OPENSSL,
  openAuthority,
  serveAuthority,
  type TimeStampAuthorityHere,
  type TimeStampServer,
} from '../support/time-stamp-authority.ts';

let store: Store;
let authority: TimeStampAuthorityHere;
let server: TimeStampServer;
let files: Map<string, string>;
let silences: string[];
let silent: Map<string, string>;
beforeAll(async () => {
  if (!HAS_OPENSSL) return;
  authority = openAuthority();
  server = await serveAuthority(authority);
});
beforeEach(async () => {
  await store?.close();
  store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
  [files, silences, silent] = [new Map(), [], new Map()];
  if (server) Object.assign(server, { asked: 0, reaction: 'answers' });
});
afterAll(async () => {
  await server?.close();
  authority?.close();
  await store.close();
});

const ports = (): LogPorts => ({
  ...{ store, recorder: { current: testRecorder(), older: [] }, deployment: 'town', now: () => START },
  onRefused: (refusal) => Promise.reject(refusal),
  repository: {
    name: 'town/governance',
    upsertComment: () => Promise.reject(new Error('no comment is due')),
    hasComment: () => Promise.reject(new Error('no comment is asked for')),
    upsertIssue: () => Promise.reject(new Error('no issue is due')),
    closeIssue: () => Promise.reject(new Error('no issue is due')),
    standing: () => Promise.reject(new Error('nothing is to be held against what stands')),
    publishCheck: () => Promise.reject(new Error('no check is due')),
    async commitFiles({ files: given, contradicts }: Commit) {
      const found = await contradicts?.({
        read: async (path) => (files.has(path) ? Buffer.from(files.get(path) ?? '') : null),
        holds: async (path, text) => files.get(path) === text,
        exists: async (path) => files.has(path),
      });
      if (found) throw new GitHubRefusal('record_rewound', { doing: found });
      for (const [path, text] of given) files.set(path, text);
      return 'c'.repeat(40);
    },
  },
});

async function publishHead(happenings: typeof CUT): Promise<number> {
  const [, ...rest] = happenings;
  const first = { ...opened(), deployment: 'town', recorder_key: testRecorder().key } as (typeof CUT)[number];
  const events = logOf([first, ...rest.map(told)], RUN_ID);
  const state = fold(events);
  const statement = statementOf(state, { events, kept: new Map() });
  if (!statement) throw new Error('this run has a recorder');
  const { file, head } = await stated(statement, { state, ports: ports() });
  const record = new Map([[statementPath(RUN_ID), file]]);
  await commitWithLog({ message: 'Record it', files: record }, { head, ports: ports() });
  return state.head.seq;
}

const TOLD: Partial<Record<string, unknown>> = {
  source_pin: { commit: 'c'.repeat(40) },
  pre_write_backup: { path: `${RUN_ID}.sql.gpg`, sha256: sha256('a backup') },
};

function told(happening: (typeof CUT)[number]): (typeof CUT)[number] {
  const output = 'phase' in happening ? TOLD[happening.phase] : undefined;
  return output && happening.type === 'phase_finished' ? { ...happening, output } : happening;
}

const stamping = (
  authorities = [{ name: 'clock', url: server.url, pinned: authority.root }],
): StampingPorts => ({
  ...ports(),
  ...{ authorities, silent },
  onSilent: (name, why) => silences.push(`${name}: ${why}`),
});
const stampAt = (seq: number) => files.get(timeStampPath({ runId: RUN_ID, seq }));

function isStamped(seq: number, statement: string): boolean {
  const file = decodeTimeStampFile(Buffer.from(stampAt(seq) ?? ''));
  const read = file.ok ? readTimeStamp(file.value) : file;
  return (
    read.ok && verifyTimeStamp(read.value, { digest: sha256(statement), authorities: [authority.root] }).ok
  );
}

describe('time stamps', onlyWhere(HAS_OPENSSL, 'openssl absent'), () => {
  it('come beside each statement that was published, once', async () => {
    const first = await publishHead(PREPARED);
    const before = files.get(statementPath(RUN_ID)) ?? '';
    await publishTimeStamps(stamping());
    expect(isStamped(first, before)).toBe(true);
    const second = await publishHead(CUT);
    await publishTimeStamps(stamping());
    expect(isStamped(second, files.get(statementPath(RUN_ID)) ?? '')).toBe(true);
    await publishTimeStamps(stamping());
    expect([server.asked, silences]).toEqual([2, []]);
  });

  it('are asked for with a digest alone, and of nobody before something was published', async () => {
    await publishTimeStamps(stamping());
    expect(server.asked).toBe(0);
  });

  for (const [reaction, why] of [
    ['refuses', 'it answered 503'],
    ['is silent', 'it cannot be reached'],
    ['redirects', 'it cannot be reached'],
    ['talks', 'its answer is longer than any time stamp'],
    ['is unfit', 'what it answered is signed by CN=Clock, whose certificate is not for time stamps alone'],
  ] as const)
    it(`are left out by an authority that ${reaction}, which is said once, and added by a later look`, async () => {
      const seq = await publishHead(PREPARED);
      server.reaction = reaction;
      await publishTimeStamps(stamping());
      await publishTimeStamps(stamping());
      expect([stampAt(seq), silences]).toEqual([undefined, [`clock: ${why}`]]);
      server.reaction = 'answers';
      await publishTimeStamps(stamping());
      expect(isStamped(seq, files.get(statementPath(RUN_ID)) ?? '')).toBe(true);
      server.reaction = reaction;
      await publishHead(CUT);
      await publishTimeStamps(stamping());
      expect(silences).toEqual([`clock: ${why}`, `clock: ${why}`]);
    });

  it('are taken from nobody who answers a request of before', async () => {
    const seq = await publishHead(PREPARED);
    await publishTimeStamps(stamping());
    files.clear();
    await store.database.deleteFrom('publication').where('subject', 'like', 'time stamp of %').execute();
    server.reaction = 'replays';
    await publishTimeStamps(stamping());
    expect([stampAt(seq), silences]).toEqual([undefined, ['clock: it answered another request']]);
  });

  it('come from the next authority where the first is away', async () => {
    const seq = await publishHead(PREPARED);
    const away = { name: 'away', url: 'http://127.0.0.1:1/', pinned: authority.root };
    await publishTimeStamps(stamping([away, { name: 'clock', url: server.url, pinned: authority.clock }]));
    expect(isStamped(seq, files.get(statementPath(RUN_ID)) ?? '')).toBe(true);
    expect(silences).toEqual(['away: it cannot be reached']);
  });

  it('are not taken from an authority that is not the pinned one', async () => {
    const seq = await publishHead(PREPARED);
    const other = openAuthority();
    await publishTimeStamps(stamping([{ name: 'clock', url: server.url, pinned: other.root }]));
    other.close();
    expect([stampAt(seq), silences]).toEqual([
      ...[undefined, ['clock: what it answered is signed by none of the authorities that are pinned']],
    ]);
  });

  it('that stand there already are left as they are, though this state has forgotten them', async () => {
    const seq = await publishHead(PREPARED);
    await publishTimeStamps(stamping());
    const before = stampAt(seq);
    await store.database.deleteFrom('publication').where('subject', 'like', 'time stamp of %').execute();
    await publishTimeStamps(stamping());
    await publishTimeStamps(stamping());
    expect([stampAt(seq), server.asked]).toEqual([before, 2]);
  });
});
