// What the installation may do, hears and is called, by the stand-in: nothing to say of a sound one, and a word for each
// thing that is not.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createApp } from '../../src/github/client.ts';
import { EVENTS, lookAtInstallation, PERMISSIONS } from '../../src/github/preflight.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../standin/src/server.ts';

const now = () => new Date();
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
let directory: string;
let standIn: StandIn | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-preflight-'));
});
afterEach(() => standIn?.close());
afterAll(() => rm(directory, { recursive: true, force: true }));

async function look(
  app: Partial<StandInOptions['app']>,
  { repository = 'town/governance', reviewers = ['ada'], clock = now } = {},
) {
  standIn = await startStandIn({
    directory: await mkdtemp(join(directory, 'github-')),
    clock,
    app: {
      ...{ id: 7, slug: 'countersign', webhookUrl: null, webhookSecret: 'x'.repeat(32) },
      publicKeyPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ...app,
    },
    users: [{ login: 'ada', token: 'a-token-of-a-test', admin: true }],
  });
  await standIn.createRepository({
    owner: 'town',
    name: 'governance',
    files: { a: 'a\n' },
    message: 'Adopt',
  });
  const probot = createApp({
    github: {
      appId: 7,
      privateKey: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      ...{ webhookSecret: 'x'.repeat(32), apiUrl: standIn.apiUrl, host: '127.0.0.1', port: 0 },
    },
    log: pino({ level: 'silent' }),
  });
  await probot.ready();
  return lookAtInstallation(probot, { repository, reviewers, now });
}

describe('what is asked of the installation', () => {
  it('is what app.yml registers', () => {
    const { default_permissions: permissions, default_events: events } = parse(
      readFileSync(join(import.meta.dirname, '../../app.yml'), 'utf8'),
    );
    expect({ metadata: 'read', ...PERMISSIONS }).toEqual(permissions);
    expect([...EVENTS]).toEqual(events);
  });

  it('is nothing more where all is well', async () => {
    expect(await look({})).toEqual({ problems: [], notes: [] });
    await standIn?.close();
    expect(await look({ branchRules: ['deletion', 'non_fast_forward'] })).toEqual({
      problems: [],
      notes: [],
    });
  });

  it('names each permission that is not held, and writing where only reading is', async () => {
    const { problems } = await look({
      permissions: { pull_requests: 'read', contents: 'read', issues: 'write' },
    });
    expect(problems.map(({ what }) => what)).toEqual([
      'the App may not do what it needs: it lacks contents: write, checks: write',
    ]);
  });

  it('names each event that is not heard', async () => {
    const { problems } = await look({ events: ['push', 'check_run'] });
    expect(problems.map(({ what }) => what)).toEqual([
      'the App is not subscribed to pull_request, check_suite',
    ]);
  });

  it('notes an event without which it only hears later', async () => {
    const { problems, notes } = await look({ events: ['pull_request', 'check_run', 'check_suite'] });
    expect(problems).toEqual([]);
    expect(notes.map(({ what }) => what)).toEqual(['the App is not subscribed to push']);
  });

  it('notes the rules that a commit of the bot may meet, and who cannot be assigned', async () => {
    const { problems, notes } = await look(
      { branchRules: ['pull_request', 'deletion', 'required_signatures'] },
      { reviewers: ['ada', 'nobody-here'] },
    );
    expect(problems).toEqual([]);
    expect(notes.map(({ what }) => what)).toEqual([
      "rules of main may refuse the bot's own commits: pull_request, required_signatures",
      'no issue can be assigned to nobody-here',
    ]);
  });

  it('notes what GitHub calls the repository', async () => {
    const { notes } = await look({}, { repository: 'Town/Governance' });
    expect(notes.map(({ what }) => what)).toEqual([
      expect.stringMatching(
        /^GitHub calls the repository Town\/Governance town\/governance \(its id is \d+\)$/,
      ),
    ]);
  });

  it("holds GitHub's clock against this one within the stated tolerance", async () => {
    const ahead = (seconds: number) => () => new Date(Date.now() + seconds * 1000);
    expect((await look({}, { clock: ahead(110) })).problems).toEqual([]);
    await standIn?.close();
    expect((await look({}, { clock: ahead(130) })).problems.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^this machine's clock and GitHub's differ by 1[23]\d s$/),
    ]);
  });
});
