// Publishing to a GitHub that says no, or nothing at all: what can be published is, whatever happens to the rest.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { takenNames } from '../../src/deployment/signing.ts';
import { createApp, signIn } from '../../src/github/client.ts';
import { pageOf, type Repository } from '../../src/github/repository.ts';
import { type Sovereign, sovereign } from '../../src/local/sovereign.ts';
import { makeKey } from '../../src/local/throwaway-keys.ts';
import { GitHubRefusal } from '../../src/publish/forge.ts';
import { openOutbox } from '../../src/publish/outbox.ts';
import { type PublisherPorts, publishRun } from '../../src/publish/publisher.ts';
import { chain } from '../../src/run/events.ts';
import { refusedPublication } from '../../src/store/refused-publications.ts';
import { markPublished, runsToPublish } from '../../src/store/standings.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { planRevert } from '../support/plan-revert.ts';
import { RECORDER_KEY, testRecorder } from '../support/recorder.ts';
import { openWorkshop, smallLaw, type Workshop } from '../support/workshop.ts';

const NEW_COMMENT = { method: 'POST', path: /\/issues\/\d+\/comments$/ };
const NEW_ISSUE = { method: 'POST', path: /\/issues$/ };
const BRANCH = { method: 'PATCH', path: /\/git\/refs\// };
const MINUTE_MS = 60_000;

let directory: string;
let standIn: StandIn;
let workshop: Workshop;
let person: Sovereign;
let repository: Repository;
let refused: string[];
let laterMs = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-outbox-'));
  workshop = await openWorkshop();
  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  standIn = await startStandIn({
    directory,
    clock: () => new Date(),
    app: {
      ...{ id: 3, slug: 'countersign', webhookUrl: null, webhookSecret: 'of nobody' },
      publicKeyPem: app.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    users: [{ login: 'sovereign', token: 'of-the-sovereign', admin: true }],
  });
  await standIn.createRepository({
    ...{ owner: 'test', name: 'governance', message: 'Adopt' },
    files: { 'documents/README.md': 'Laws.\n' },
  });
  const github = {
    ...{ appId: 3, webhookSecret: 'of nobody', host: '127.0.0.1', port: 0, apiUrl: standIn.apiUrl },
    privateKey: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
  const probot = createApp({ github, log: pino({ level: 'silent' }) });
  await probot.ready();
  repository = await signIn(probot, 'test/governance');
  person = sovereign({
    ...{ apiUrl: standIn.apiUrl, token: 'of-the-sovereign', owner: 'test', repo: 'governance' },
    key: await makeKey('Sovereign', new Date()),
    now: () => new Date(),
  });
  // The workshop's approvals all come from pull request #1.
  expect(await person.propose('An approval', new Map([['approvals/a.md', 'A\n']]))).toBe(1);
});
afterAll(async () => {
  await standIn.close();
  await workshop.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  refused = [];
  laterMs = 0;
});

const ports = (): PublisherPorts => ({
  repository,
  store: workshop.store,
  reviewers: ['sovereign'],
  ...{ recorder: { current: testRecorder(), older: [] }, deployment: 'test' },
  signing: async () => ({
    ...{ signers: [], thresholds: {}, recorderKey: RECORDER_KEY },
    taken: await takenNames(repository),
  }),
  pageUrl: pageOf(repository.name, standIn.apiUrl),
  now: () => new Date(workshop.clock.at.getTime() + laterMs),
  onRefused: (refusal: GitHubRefusal, subject) => refused.push(`${subject}: ${refusal.code}`),
});
const publish = (runId: RunId) => publishRun(runId, ports());

let serial = 0;
async function pausedRun(): Promise<RunId> {
  serial += 1;
  const runId = await workshop.openRun(`law-${serial}`, smallLaw(2, `outbox ${serial}`));
  expect((await workshop.advance(runId)).position.status).toBe('AWAITING_CUT_AUTHORIZATION');
  return runId;
}
async function heldRun(): Promise<RunId> {
  serial += 1;
  const runId = await workshop.openRun(`law-${serial}`, smallLaw(2, `outbox ${serial}`));
  const around = {
    context: (context: Parameters<NonNullable<Parameters<Workshop['advance']>[1]>['context'] & {}>[0]) => ({
      ...context,
      backup: async () => {
        throw new RangeError('nobody foresaw this');
      },
    }),
  };
  expect((await workshop.advance(runId, around)).position.status).toBe('HELD');
  return runId;
}

/** What GitHub shows of a run. */
async function shown(runId: RunId) {
  const comments = (await person.comments(1)).filter((body) => body.includes(runId));
  const issues = (await person.issues()).filter(({ body }) => body.includes(runId));
  const record = await repository.folder(await repository.head(), `runs/${runId}`);
  return {
    progress: comments.filter((body) => body.includes(`progress of ${runId}`)).length,
    requests: comments.filter((body) => body.includes('Waiting for your signature')).length,
    holds: comments.filter((body) => body.includes(`hold of ${runId}`)).length,
    issues: issues.length,
    record: record !== null,
    comments,
  };
}

interface IssueSeen {
  readonly id: number;
  readonly state: string;
  readonly body: string | null;
  readonly pull_request?: object;
}

async function asPerson(path: string): Promise<{ data: readonly IssueSeen[] }> {
  const answer = await fetch(`${standIn.apiUrl}/repos/test/governance${path}`, {
    headers: { authorization: 'token of-the-sovereign' },
  });
  return { data: (await answer.json()) as IssueSeen[] };
}

const forbiddenToRead = () => new GitHubRefusal('forbidden', { doing: 'reading tree x', status: 403 });

const writes = () => standIn.requests().filter(({ method }) => method !== 'GET').length;

describe('a comment that GitHub refuses', () => {
  it.each([403, 404, 410, 422])('with %i holds up no other, and is told once', async (status) => {
    const runId = await heldRun();
    standIn.failNext({ ...NEW_COMMENT, status });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 1, holds: 0, issues: 1, record: true });
    expect(refused).toEqual([expect.stringMatching(`^hold of ${runId} at \\d+: `)]);
    const before = writes();
    await publish(runId);
    expect(refused).toHaveLength(1);
    expect(writes()).toBe(before);
  });

  it('is asked for again ever more rarely, and is there once it is let in', async () => {
    const runId = await heldRun();
    standIn.failNext({ ...NEW_COMMENT, status: 403 });
    await publish(runId);
    laterMs = 16 * MINUTE_MS;
    standIn.failNext({ ...NEW_COMMENT, status: 403 });
    await publish(runId);
    laterMs = 40 * MINUTE_MS;
    const before = writes();
    await publish(runId);
    expect(writes()).toBe(before);
    laterMs = 47 * MINUTE_MS;
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 1, holds: 1, issues: 1 });
    expect(refused).toEqual([expect.stringMatching(`^hold of ${runId} at \\d+: forbidden$`)]);
  });
});

describe('an issue that GitHub refuses', () => {
  it('for a reviewer who cannot be assigned is opened without assignees', async () => {
    const runId = await heldRun();
    standIn.failNext({ ...NEW_ISSUE, status: 422 });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ issues: 1 });
    expect(refused).toEqual([]);
  });

  it('leaves the comment of the hold standing', async () => {
    const runId = await heldRun();
    standIn.failNext({ ...NEW_ISSUE, status: 410 });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 1, holds: 1, issues: 0, record: true });
    expect(refused).toEqual([expect.stringMatching(/^issue of hold of .*: gone$/)]);
  });
});

describe('a comment that gets no answer', () => {
  it('holds up no other, and the look is repeated until it stands there once', async () => {
    const runId = await heldRun();
    standIn.failNext({ ...NEW_COMMENT, status: 502 });
    await expect(publish(runId)).rejects.toThrow(/GitHub did not answer while a comment on #1/);
    expect(await shown(runId)).toMatchObject({ progress: 1, holds: 0, issues: 1, record: true });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 1, holds: 1, issues: 1 });
    expect(refused).toEqual([]);
  });
});

describe('a comment that somebody has deleted', () => {
  it('comes back where somebody waits for it, and is left alone where it stands', async () => {
    const runId = await pausedRun();
    await publish(runId);
    const requests = async () => {
      const { data } = await asPerson('/issues/1/comments?per_page=100');
      return data.filter(({ body }) => body?.includes(`request of ${runId}`));
    };
    laterMs = 5 * MINUTE_MS;
    const before = writes();
    await publish(runId);
    expect(writes()).toBe(before);
    const [asked] = await requests();
    await fetch(`${standIn.apiUrl}/repos/test/governance/issues/comments/${asked?.id}`, {
      method: 'DELETE',
      headers: { authorization: 'token of-the-sovereign' },
    });
    expect(await requests()).toEqual([]);
    laterMs = 10 * MINUTE_MS;
    await publish(runId);
    expect(await requests()).toHaveLength(1);
    expect(refused).toEqual([]);
  });

  it('is written anew when there is something new to say', async () => {
    const runId = await pausedRun();
    await publish(runId);
    standIn.failNext({ method: 'PATCH', path: /\/issues\/comments\/\d+$/, status: 404 });
    standIn.failNext({ method: 'PATCH', path: /\/issues\/comments\/\d+$/, status: 404 });
    await workshop.sign(runId, 'SG_1_cut_authz');
    await publish(runId);
    expect((await shown(runId)).comments.some((body) => body.includes('✅ Signed: `SG_1_cut_authz`'))).toBe(
      true,
    );
    expect(refused).toEqual([]);
  });
});

describe('a hold', () => {
  const heldAfterTheCut = async (): Promise<RunId> => {
    const runId = await pausedRun();
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    workshop.clock.github = 3 * MINUTE_MS;
    expect((await workshop.advance(runId)).position.status).toBe('HELD');
    workshop.clock.github = 0;
    return runId;
  };
  const issuesOf = async (runId: RunId) => {
    const { data } = await asPerson('/issues?state=all&per_page=100');
    return data.filter((one) => one.pull_request === undefined && one.body?.includes(runId));
  };

  it('has one comment and one issue, both up to date, also when its plan is recorded later', async () => {
    const runId = await heldAfterTheCut();
    await publish(runId);
    await planRevert(runId, workshop);
    await publish(runId);
    const { hash } = (await workshop.state(runId)).head;
    const { holds, comments } = await shown(runId);
    expect(holds).toBe(1);
    expect(comments.join()).toContain(`event_log_sha256: ${hash}`);
    const [issue, ...more] = await issuesOf(runId);
    expect(more).toEqual([]);
    expect(issue).toMatchObject({
      state: 'open',
      body: expect.stringContaining(`event_log_sha256: ${hash}`),
    });
    expect(issue?.body).toContain('revert_plan_sha256: ');
  });

  it('closes its issue and offers nothing any more when it ends', async () => {
    const runId = await heldAfterTheCut();
    await publish(runId);
    await workshop.sign(runId, 'SG_H_release_authz');
    await publish(runId);
    const [issue] = await issuesOf(runId);
    expect(issue).toMatchObject({ state: 'closed', body: expect.stringContaining('This hold has ended') });
    expect(issue?.body).toContain('`SG_H_release_authz` was signed and merged in #1.');
    expect(issue?.body).not.toContain('event_log_sha256');
    const toIssues = () =>
      standIn.requests().filter(({ method, path }) => method !== 'GET' && /\/issues(\/\d+)?$/.test(path))
        .length;
    const before = toIssues();
    await publish(runId);
    expect(toIssues()).toBe(before);
    expect(refused).toEqual([]);
  });

  it('is told of as ended in both places when the run is abandoned', async () => {
    const runId = await heldAfterTheCut();
    await publish(runId);
    const { head } = await workshop.state(runId);
    const why = 'the town changed its mind';
    const ending = { type: 'abandoned' as const, by: 'ada', why, run_id: runId, at: workshop.clock.at };
    await workshop.log.append(chain(head, ending));
    await publish(runId);
    const [issue] = await issuesOf(runId);
    expect(issue).toMatchObject({ state: 'closed', body: expect.stringContaining('The run was abandoned.') });
    expect((await shown(runId)).comments.join()).not.toContain('event_log_sha256');
  });

  it('whose issue GitHub never opened is published for good once it has ended', async () => {
    const runId = await heldAfterTheCut();
    const toPublish = async () => {
      await publish(runId);
      const { seq } = (await workshop.state(runId)).head;
      await markPublished(workshop.store, { runId, seq }, workshop.clock.at);
      return (await runsToPublish(workshop.store, { besides: 0 })).includes(runId);
    };
    standIn.failNext({ ...NEW_ISSUE, status: 410 });
    expect(await toPublish()).toBe(true);
    await workshop.sign(runId, 'SG_H_release_authz');
    expect(await toPublish()).toBe(false);
  });

  it('whose issue somebody has deleted ends all the same', async () => {
    const runId = await heldAfterTheCut();
    await publish(runId);
    await workshop.sign(runId, 'SG_H_release_authz');
    standIn.failNext({ method: 'PATCH', path: /\/issues\/\d+$/, status: 410 });
    await publish(runId);
    expect(refused).toEqual([]);
    expect((await shown(runId)).comments.join()).toContain('✅ Signed: `SG_H_release_authz`');
  });
});

describe('what is offered', () => {
  it('is told of once where GitHub does not let it be read, and holds up nothing else', async () => {
    const runId = await pausedRun();
    const unread = { ...ports(), signing: () => Promise.reject(forbiddenToRead()) };
    await publishRun(runId, unread);
    await publishRun(runId, unread);
    expect(refused).toHaveLength(1);
    expect(await shown(runId)).toMatchObject({ progress: 1, requests: 0, record: true });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ requests: 1 });
  });
});

describe('a compensation that was planned', () => {
  const offers = async (runId: RunId) =>
    (await shown(runId)).comments.filter((body) => body.includes(`compensation of ${runId}`));

  it('is offered ready to sign, until the run goes on', async () => {
    const runId = await pausedRun();
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.advance(runId);
    await publish(runId);
    expect(await offers(runId)).toEqual([]);
    const { sha256 } = await planRevert(runId, workshop);
    await publish(runId);
    expect(await offers(runId)).toEqual([expect.stringContaining(`revert_plan_sha256: ${sha256}`)]);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    await publish(runId);
    expect(await offers(runId)).toEqual([expect.stringContaining('The run has gone on since.')]);
    await workshop.advance(runId);
    await planRevert(runId, workshop);
    await workshop.sign(runId, 'SG_R_revert_authz');
    await publish(runId);
    expect(await offers(runId)).toEqual([expect.stringContaining('✅ Signed: `SG_R_revert_authz`')]);
  });

  it('stands in the hold alone while the run is held', async () => {
    const runId = await pausedRun();
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.advance(runId);
    await workshop.sign(runId, 'SG_2_lifecycle_authz');
    workshop.clock.github = 3 * MINUTE_MS;
    expect((await workshop.advance(runId)).position.status).toBe('HELD');
    workshop.clock.github = 0;
    await planRevert(runId, workshop);
    await publish(runId);
    expect(await offers(runId)).toEqual([]);
    expect((await shown(runId)).comments.join()).toContain('revert_plan_sha256: ');
  });
});

describe('a run record', () => {
  it('is asked about first, and put with all its files in one tree', async () => {
    const runId = await pausedRun();
    const before = standIn.requests().length;
    await publish(runId);
    const made = standIn
      .requests()
      .slice(before)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replace('/repos/test/governance', '')}`);
    expect(made).toEqual([
      'POST /issues/1/comments',
      'POST /git/trees',
      'POST /git/commits',
      'PATCH /git/refs/heads%2Fmain',
      'POST /issues/1/comments',
    ]);
    const [asked] = (await shown(runId)).comments;
    expect(asked).toContain('Waiting for your signature');
    expect(asked).toContain(`/blob/HEAD/runs/${runId}/plan.jsonl`);
  });

  it('is uploaded by itself where it would be too much for one tree', async () => {
    const big = 'x'.repeat(2 * 1024 * 1024);
    const files = new Map([
      ['runs/big/a.txt', 'small\n'],
      ['runs/big/b.txt', big],
    ]);
    const before = standIn.requests().length;
    const commit = await repository.commitFiles({ message: 'A big one', files });
    const made = standIn.requests().slice(before);
    expect(made.filter(({ path }) => path.endsWith('/git/blobs'))).toHaveLength(1);
    for (const [path, text] of files) {
      const entry = await repository.entry(commit ?? '', path);
      expect(Buffer.from(await repository.blob(entry?.sha ?? '')).toString()).toBe(text);
    }
  });

  it('is seen to be another one than that of this state before anything is asked', async () => {
    const runId = await pausedRun();
    await repository.commitFiles({
      message: 'Somebody else',
      files: new Map([[`runs/${runId}/events.jsonl`, 'another log\n']]),
    });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 0, requests: 0 });
    expect(refused).toEqual([`record of ${runId}: record_rewound`]);
  });
});

describe('a run under way', () => {
  const patient = async (runId: RunId, at: { sinceMs: number }) => {
    const { now } = ports();
    const [began] = await workshop.log.load(runId);
    if (!began) throw new Error('no run');
    laterMs = new Date(began.at).getTime() + at.sinceMs - now().getTime();
    await publish(runId);
    laterMs = 0;
  };

  it('is told of once it has been under way for two seconds', async () => {
    serial += 1;
    const runId = await workshop.openRun(`law-${serial}`, smallLaw(2, `outbox ${serial}`));
    await patient(runId, { sinceMs: 1_900 });
    expect(await shown(runId)).toMatchObject({ progress: 0 });
    await patient(runId, { sinceMs: 2_000 });
    expect(await shown(runId)).toMatchObject({ progress: 1 });
  });
});

describe('a run record that cannot be committed', () => {
  it('for now delays neither the request nor the progress', async () => {
    const runId = await pausedRun();
    standIn.failNext({ ...BRANCH, status: 502 });
    await expect(publish(runId)).rejects.toThrow(/GitHub did not answer while the run record/);
    expect(await shown(runId)).toMatchObject({ progress: 1, requests: 1, record: false });
    await publish(runId);
    expect(await shown(runId)).toMatchObject({ progress: 1, requests: 1, record: true });
  });

  it.each([409, 422])('by a rule that answers %i is asked for once and told once', async (status) => {
    const runId = await pausedRun();
    standIn.failNext({ ...BRANCH, status });
    const before = standIn.requests().length;
    await publish(runId);
    await publish(runId);
    const tried = standIn.requests().slice(before);
    expect(tried.filter(({ path }) => path.includes('/git/refs/'))).toHaveLength(1);
    expect(refused).toEqual([`record of ${runId}: branch_protected`]);
    const { requests, progress, comments } = await shown(runId);
    expect({ requests, progress }).toEqual({ requests: 1, progress: 1 });
    expect(comments.join()).toContain('⚠️ GitHub refuses the run record (`branch_protected`)');
  });

  it('for good is said in the request, until it can be', async () => {
    const runId = await pausedRun();
    standIn.failNext({ ...BRANCH, status: 403 });
    await publish(runId);
    const warned = await shown(runId);
    expect(warned).toMatchObject({ requests: 1, record: false });
    expect(warned.comments.join()).toContain('⚠️ GitHub refuses the run record (`forbidden`)');
    laterMs = 16 * MINUTE_MS;
    await publish(runId);
    const mended = await shown(runId);
    expect(mended).toMatchObject({ requests: 1, record: true });
    expect(mended.comments.join()).not.toContain('⚠️');
  });
});

describe('what cannot be read for a letter', () => {
  it('is told once, holds nothing up once it can be read, and is told again when it happens again', async () => {
    const outbox = openOutbox(ports());
    const attempt = (work: () => Promise<void>) => outbox.attempt('a letter', work);
    const unreadable = async () => {
      throw new GitHubRefusal('forbidden', { doing: 'reading' });
    };
    const noted = () =>
      refusedPublication(workshop.store, { repository: repository.name, subject: 'what a letter says' });
    await attempt(unreadable);
    await attempt(unreadable);
    expect(refused).toEqual(['a letter: forbidden']);
    expect(await noted()).toMatchObject({ code: 'forbidden' });
    await attempt(async () => undefined);
    expect(await noted()).toBeUndefined();
    await attempt(unreadable);
    expect(refused).toEqual(['a letter: forbidden', 'a letter: forbidden']);
    await attempt(async () => undefined);
    outbox.close();
  });
});
