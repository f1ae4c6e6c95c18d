// GitHub's limits are state: two processes over one state keep to what one of them was told.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp, signIn } from '../../src/github/client.ts';
import { type Limits, pauseTold, RateLimited } from '../../src/github/limits.ts';
import type { Repository } from '../../src/github/repository.ts';
import { commentBody } from '../../src/report/limits.ts';
import { notePause, pauseLeft } from '../../src/store/forge-pause.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { emptyPglite } from '../support/pglite.ts';

const NEW_COMMENT = { method: 'POST', path: /\/issues\/\d+\/comments$/ };
const FORGE = 'https://forge.example';

let directory: string;
let standIn: StandIn;
let store: Store;
let replicas: readonly [Repository, Repository];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-limits-'));
  store = await openEmbeddedStore(await emptyPglite(), (error) => {
    throw error;
  });
  const app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  standIn = await startStandIn({
    directory,
    clock: () => new Date(),
    // Not the usual address of this machine, so that the bot keeps GitHub's pace as in production.
    host: '127.0.0.2',
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
  await fetch(`${standIn.apiUrl}/repos/test/governance/issues`, {
    method: 'POST',
    headers: { authorization: 'token of-the-sovereign', 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'A place for comments' }),
  });
  const github = {
    ...{ appId: 3, webhookSecret: 'of nobody', host: '127.0.0.1', port: 0, apiUrl: standIn.apiUrl },
    privateKey: app.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
  const limits: Limits = {
    left: () => pauseLeft(store, FORGE),
    note: (seconds) => notePause(store, { forge: FORGE, seconds }),
  };
  const open = async () => {
    const probot = createApp({ github, log: pino({ level: 'silent' }), limits });
    await probot.ready();
    return signIn(probot, 'test/governance');
  };
  replicas = [await open(), await open()];
});
afterEach(() => store.database.deleteFrom('setting').execute());
afterAll(async () => {
  await standIn.close();
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const say = (repository: Repository, text: string) =>
  repository
    .upsertComment({ issue: 1, marker: text, body: commentBody([text]) })
    .catch((error: unknown) => error);
const sent = () => standIn.requests().length;

describe('a pause that GitHub asks for', () => {
  it.each([
    [
      'by its secondary limit',
      { status: 403, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '30' } },
      30,
    ],
    ['without a word how long', { status: 403, message: 'You have exceeded a secondary rate limit' }, 60],
    ['by too many requests', { status: 429, headers: { 'retry-after': '7' } }, 7],
    [
      'by its primary limit',
      {
        status: 403,
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 900),
        },
      },
      900,
    ],
  ])('%s holds for every replica, and nothing is sent until it is over', async (_, fault, seconds) => {
    const [first, second] = replicas;
    standIn.failNext({ ...NEW_COMMENT, ...fault });
    const told = await say(first, `first, after ${seconds}`);
    expect(told).toBeInstanceOf(RateLimited);
    const left = await pauseLeft(store, FORGE);
    expect(left).toBeGreaterThan(seconds - 25 > 0 ? seconds - 25 : 0);
    expect(left).toBeLessThanOrEqual(seconds + 2);
    const before = sent();
    for (const repository of [first, second]) {
      const refused = await say(repository, `again, after ${seconds}`);
      expect(refused).toBeInstanceOf(RateLimited);
      expect(await repository.head().catch((error: unknown) => error)).toBeInstanceOf(RateLimited);
    }
    expect(sent()).toBe(before);
    await store.database.deleteFrom('setting').execute();
    expect(await say(second, `at last, after ${seconds}`)).toEqual(expect.any(Number));
  });

  it('is not ended sooner by a shorter one', async () => {
    await notePause(store, { forge: FORGE, seconds: 100 });
    await notePause(store, { forge: FORGE, seconds: 5 });
    expect(await pauseLeft(store, FORGE)).toBeGreaterThan(90);
    expect(await pauseLeft(store, 'https://another.example')).toBe(0);
  });

  it('is none where a permission is missing', async () => {
    standIn.failNext({ ...NEW_COMMENT, status: 403, message: 'Resource not accessible by integration' });
    expect(await say(replicas[0], 'not allowed')).toMatchObject({ code: 'forbidden' });
    expect(await pauseLeft(store, FORGE)).toBe(0);
  });
});

describe('the headers of an answer', () => {
  const reset = (at: string, date: string) =>
    new Headers({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': at, date });

  it('tell the time until the limit is lifted by the clock that wrote them', () => {
    expect(pauseTold(reset('1000000030', new Date(1_000_000_000_000).toUTCString()))).toBe(31);
    expect(pauseTold(reset('1000000000', new Date(1_000_000_030_000).toUTCString()))).toBe(1);
    expect(pauseTold(reset('soon', new Date(0).toUTCString()))).toBe(60);
    expect(pauseTold(new Headers({ 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '5' }))).toBe(0);
  });
});
