// What judging a pull request asks GitHub for: nothing of it is downloaded before its facts allow that. Anybody can open
// one, so what is refused by its facts costs the bot a few small answers, whatever lies in it.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { ProbotOctokit } from 'probot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKeys } from '../../src/approval/key-ring.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { readFacts } from '../../src/github/facts.ts';
import { MERGED } from '../../src/intake/forge.ts';
import { type Judging, judge } from '../../src/intake/judge.ts';
import { lookAtPull } from '../../src/intake/pulls.ts';
import { signedUtc } from '../../src/local/sovereign.ts';
import { detachSign, makeKey, type ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { SourceUnavailable } from '../../src/phases/context.ts';
import { receive } from '../../src/store/inbox.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import { type StandIn, startStandIn } from '../../standin/src/server.ts';
import { statePglite } from '../support/pglite.ts';
import { RECORDER_KEY } from '../support/recorder.ts';

const HOUR_MS = 3600 * 1000;
const now = () => new Date();
const GOVERNANCE = { owner: 'town', repo: 'governance' };

let directory: string;
let standIn: StandIn;
let store: Store;
let key: ThrowawayKey;
let judging: Judging;
let rest: Octokit['rest'];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-judge-'));
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  standIn = await startStandIn({
    directory,
    clock: now,
    app: {
      ...{ id: 1, slug: 'countersign', webhookUrl: null, webhookSecret: 'a secret of the test' },
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    users: [
      { login: 'sovereign', token: 'of-sovereign', admin: true },
      { login: 'stranger', token: 'of-stranger', access: 'read' },
      { login: 'bot', token: 'of-bot' },
    ],
  });
  const files = { 'documents/charter.md': '# Charter\n' };
  await standIn.createRepository({ owner: 'town', name: 'governance', files, message: 'Adopt' });
  await standIn.createFork({ of: 'town/governance', owner: 'stranger' });
  rest = new Octokit({ baseUrl: standIn.apiUrl, auth: 'of-sovereign' }).rest;
  store = await openEmbeddedStore(await statePglite(), (error) => {
    throw error;
  });
  key = await makeKey('Sovereign', new Date(Date.now() - 24 * HOUR_MS));
  const file = { name: 'sovereign.asc', bytes: Buffer.from(key.publicArmored) };
  const octokit = new ProbotOctokit({ baseUrl: standIn.apiUrl, auth: { token: 'of-bot' } });
  judging = {
    forge: readFacts(octokit, { owner: 'town', repo: 'governance' }),
    source: { now: async () => now(), read: async () => null },
    store,
    keys: () => readKeys([file], { pinned: [key.fingerprint], now: now() }),
    policy: { thresholds: {} },
    targets: [],
    deployment: 'town',
    recorderKey: RECORDER_KEY,
    wasActedUpon: async () => false,
    usedElsewhere: async () => false,
    now,
    assessOpening: async () => {
      throw new Error('nothing here is ready to open a run');
    },
  };
});

afterAll(async () => {
  await store.close();
  await standIn.close();
  await rm(directory, { recursive: true, force: true });
});

interface Proposal {
  readonly files: ReadonlyMap<string, string>;
  readonly from?: 'town' | 'stranger';
  readonly base?: string;
}

let branches = 0;

/** Opens a pull request with these files, and gives its number. */
async function propose({ files, from = 'town', base = 'main' }: Proposal): Promise<number> {
  const auth = from === 'town' ? 'of-sovereign' : 'of-stranger';
  const { rest } = new Octokit({ baseUrl: standIn.apiUrl, auth });
  const at = { owner: from, repo: 'governance' };
  const { data: main } = await rest.git.getRef({ ...at, ref: 'heads/main' });
  const tree = [...files].map(([path, content]) => ({
    ...{ path, content, mode: '100644' as const, type: 'blob' as const },
  }));
  const { data: made } = await rest.git.createTree({ ...at, base_tree: main.object.sha, tree });
  const parents = [main.object.sha];
  const { data: commit } = await rest.git.createCommit({ ...at, message: 'Add', tree: made.sha, parents });
  branches += 1;
  const branch = `approval-${branches}`;
  await rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit.sha });
  const head = from === 'town' ? branch : `stranger:${branch}`;
  const { data } = await rest.pulls.create({
    ...{ owner: 'town', repo: 'governance', title: 'An approval', head, base },
  });
  return data.number;
}

/** The reason, and how many trees and blobs were asked for until it was found. */
async function outcomeOf(pull: number) {
  const before = standIn.requests().length;
  const judged = await judge(pull, judging);
  const asked = standIn.requests().slice(before);
  const count = (kind: string) => asked.filter(({ path }) => path.includes(`/git/${kind}/`)).length;
  const verdict = judged?.verdict;
  return {
    reason: verdict?.verdict === 'rejected' ? verdict.reason : verdict?.verdict,
    trees: count('trees'),
    blobs: count('blobs'),
  };
}

async function signed(change: { document?: string; signature?: string; signatures?: number } = {}) {
  const at = now();
  const bindings = { run_id: 'run-20260520-0123456789abcdef', cutplan_sha256: 'a'.repeat(64) };
  const document =
    change.document ?? approvalTemplate({ gate: 'SG_1_cut_authz', bindings, signedUtc: signedUtc(at) });
  const signature = change.signature ?? (await detachSign(document, { key, at }));
  const files = new Map([['approvals/cut.md', document]]);
  const suffixes = ['', ...Array.from({ length: 99 }, (_, n) => `.${n + 1}`)];
  for (const suffix of suffixes.slice(0, change.signatures ?? 1))
    files.set(`approvals/cut.md${suffix}.asc`, signature);
  return files;
}

/** Merges by GitHub's button, and gives the commit that the default branch had before. */
async function merge(pull: number): Promise<string> {
  const before = await headOfMain();
  await rest.pulls.merge({ ...GOVERNANCE, pull_number: pull, merge_method: 'merge' });
  return before;
}

async function headOfMain(): Promise<string> {
  return (await rest.git.getRef({ ...GOVERNANCE, ref: 'heads/main' })).data.object.sha;
}

async function moveMain(sha: string): Promise<void> {
  await rest.git.updateRef({ ...GOVERNANCE, ref: 'heads/main', sha, force: true });
}

describe('a merged pull request', () => {
  const later = () => ({ ...judging, now: () => new Date(Date.now() + 2 * 60_000) });
  const reasonOf = async (pull: number, at: Judging) => {
    const verdict = (await judge(pull, at))?.verdict;
    return verdict?.verdict === 'rejected' ? verdict.reason : verdict?.verdict;
  };
  const named = async (name: string) =>
    new Map([...(await signed())].map(([path, text]) => [path.replace('/cut.', `/${name}.`), text]));

  it('is judged for what it says while its merge commit is on the default branch, also below others', async () => {
    const pull = await propose({ files: await named('below') });
    await merge(pull);
    expect(await reasonOf(pull, judging)).toBe('run_unknown');
    await merge(await propose({ files: new Map([['notes.md', 'A note.\n']]) }));
    expect(await reasonOf(pull, later())).toBe('run_unknown');
  });

  it('is refused when the default branch was moved back behind its merge commit', async () => {
    const pull = await propose({ files: await named('back') });
    await moveMain(await merge(pull));
    // For a moment GitHub may show the branch as it was before the merge.
    await expect(judge(pull, judging)).rejects.toThrow(SourceUnavailable);
    expect(await reasonOf(pull, later())).toBe('not_on_default_branch');
  });

  it('is refused at once when the default branch was written anew without its merge commit', async () => {
    const pull = await propose({ files: await named('anew') });
    const before = await merge(pull);
    await moveMain(before);
    await merge(await propose({ files: new Map([['other.md', 'Another note.\n']]) }));
    expect(await reasonOf(pull, judging)).toBe('not_on_default_branch');
  });

  it('is judged again while GitHub does not know of its merge commit yet, and refused when it never does', async () => {
    const pull = await propose({ files: await named('unknown') });
    await merge(pull);
    const nowhere = 'd'.repeat(40);
    expect(await judging.forge.placeOf(nowhere)).toBe('unknown');
    const forge = { ...judging.forge, placeOf: () => judging.forge.placeOf(nowhere) };
    await expect(judge(pull, { ...judging, forge })).rejects.toThrow(SourceUnavailable);
    expect(await reasonOf(pull, { ...later(), forge })).toBe('not_on_default_branch');
  });

  it('is refused when its head was pushed to the default branch, which GitHub calls merged', async () => {
    const pull = await propose({ files: await named('pushed') });
    const { data } = await rest.pulls.get({ ...GOVERNANCE, pull_number: pull });
    await moveMain(data.head.sha);
    expect((await rest.pulls.get({ ...GOVERNANCE, pull_number: pull })).data.merged).toBe(true);
    expect(await reasonOf(pull, later())).toBe('not_by_pull_request');
  });
});

const detailOf = async (pull: number) => {
  const verdict = (await judge(pull, judging))?.verdict;
  return verdict?.verdict === 'rejected' ? `${verdict.reason}: ${verdict.detail}` : verdict?.verdict;
};

describe('what GitHub does besides', () => {
  const blob = async (content: string) => (await rest.git.createBlob({ ...GOVERNANCE, content })).data.sha;
  const proposeTree = async (tree: readonly { path: string; sha: string | null }[], branch: string) => {
    const upon = await headOfMain();
    const entries = tree.map((one) => ({ ...one, mode: '100644' as const, type: 'blob' as const }));
    const { data: made } = await rest.git.createTree({ ...GOVERNANCE, base_tree: upon, tree: entries });
    const { data: commit } = await rest.git.createCommit({
      ...{ ...GOVERNANCE, message: branch, tree: made.sha, parents: [upon] },
    });
    await rest.git.createRef({ ...GOVERNANCE, ref: `refs/heads/${branch}`, sha: commit.sha });
    return (await rest.pulls.create({ ...GOVERNANCE, title: branch, head: branch, base: 'main' })).data
      .number;
  };

  it('tells renamed files not_added: a pair, one moved away, and a signature alone', async () => {
    const files = new Map(
      [...(await signed())].map(([path, text]) => [path.replace('/cut.', '/kept.'), text]),
    );
    await merge(await propose({ files }));
    const [document = '', signature = ''] = await Promise.all([...files.values()].map(blob));
    const [from, fromAsc] = [...files.keys()];
    const away = [from ?? '', fromAsc ?? ''].map((path) => ({ path, sha: null }));
    const pair = await proposeTree(
      [
        ...away,
        { path: 'approvals/new.md', sha: document },
        { path: 'approvals/new.md.asc', sha: signature },
      ],
      'pair',
    );
    expect(await detailOf(pair)).toMatch(/^not_added: .*renamed/);
    const archived = [
      ...[
        ...away,
        { path: 'archive/kept.md', sha: document },
        { path: 'archive/kept.md.asc', sha: signature },
      ],
    ];
    expect(await detailOf(await proposeTree(archived, 'archived'))).toMatch(/^not_added: .*renamed/);
    const alone = [away[1] ?? { path: '', sha: null }, { path: 'approvals/kept.md.2.asc', sha: signature }];
    expect(await detailOf(await proposeTree(alone, 'alone'))).toMatch(/^not_added: .*renamed/);
  });

  it('finds the approval behind the 3,000 files that GitHub lists', async () => {
    const sha = await blob('x');
    const many = Array.from({ length: 3_000 }, (_, n) => ({ path: `aa/${n}`, sha }));
    const hidden = ['approvals/late.md', 'approvals/late.md.asc'].map((path) => ({ path, sha }));
    expect(await detailOf(await proposeTree([...many, ...hidden], 'many'))).toMatch(
      /^other_files_changed: .* and 2995 more$/,
    );
    expect(await judge(await proposeTree([...many, { path: 'z', sha }], 'harmless'), judging)).toBeNull();
  });
});

describe('a pull request', () => {
  it('in order is downloaded: the approval and its signature', async () => {
    const found = await outcomeOf(await propose({ files: await signed() }));
    expect(found).toMatchObject({ reason: 'run_unknown', blobs: 2 });
    expect(found.trees).toBeGreaterThan(0);
  });

  it('of 101 files from a stranger’s fork is refused without reading a tree or a file of it', async () => {
    const pull = await propose({ files: await signed({ signatures: 100 }), from: 'stranger' });
    expect(await outcomeOf(pull)).toEqual({ reason: 'from_fork', trees: 0, blobs: 0 });
  });

  it('to another branch is refused without reading a tree or a file of it', async () => {
    const { rest } = new Octokit({ baseUrl: standIn.apiUrl, auth: 'of-sovereign' });
    const at = { owner: 'town', repo: 'governance' };
    const { data: main } = await rest.git.getRef({ ...at, ref: 'heads/main' });
    await rest.git.createRef({ ...at, ref: 'refs/heads/elsewhere', sha: main.object.sha });
    const pull = await propose({ files: await signed(), base: 'elsewhere' });
    expect(await outcomeOf(pull)).toEqual({ reason: 'wrong_branch', trees: 0, blobs: 0 });
  });

  it('with more than 16 signatures is refused by their number', async () => {
    const pull = await propose({ files: await signed({ signatures: 17 }) });
    expect(await outcomeOf(pull)).toEqual({ reason: 'too_many_signatures', trees: 0, blobs: 0 });
  });

  it('with another file is refused by its name', async () => {
    const files = (await signed()).set('documents/other.md', '# Other\n');
    const found = await outcomeOf(await propose({ files }));
    expect(found).toEqual({ reason: 'other_files_changed', trees: 0, blobs: 0 });
  });

  it('with an approval that is too large is refused by its size', async () => {
    const pull = await propose({ files: await signed({ document: 'x'.repeat(64 * 1024 + 1) }) });
    expect(await outcomeOf(pull)).toMatchObject({ reason: 'document_too_large', blobs: 0 });
  });

  it('with a signature that is too large is refused by its size', async () => {
    const pull = await propose({ files: await signed({ signature: 'x'.repeat(16 * 1024 + 1) }) });
    expect(await outcomeOf(pull)).toMatchObject({ reason: 'signature_too_large', blobs: 0 });
  });
});

describe('a folder of approvals that is too long for one answer of GitHub', () => {
  it('ends no judgement: what the pull request adds is read by itself', { timeout: 60_000 }, async () => {
    const git = (args: string[], input = ''): string =>
      execFileSync('git', ['--git-dir', join(directory, 'town', 'governance.git'), ...args], {
        input,
        encoding: 'utf8',
      }).trim();
    const files = await signed();
    const names = [...files.keys()].map((path) => path.slice('approvals/'.length));
    const ids = new Map(
      [...files].map(([path, text]) => [path, git(['hash-object', '-w', '--stdin'], text)]),
    );
    const filler = git(['hash-object', '-w', '--stdin'], 'signed long ago');
    const lines = Array.from({ length: 40_000 }, (_, n) => `100644 blob ${filler}\tapproval-${n}.md\n`);
    const folder = git(['mktree'], lines.join(''));
    const main = git(['mktree'], `040000 tree ${folder}\tapprovals\n`);
    const base = git(['commit-tree', main, '-m', 'Many', '-p', git(['rev-parse', 'main'])]);
    git(['update-ref', 'refs/heads/main', base]);
    const added = [...ids].map(([path, id]) => `100644 blob ${id}\t${path.slice('approvals/'.length)}\n`);
    const more = git(['mktree'], [...lines, ...added].join(''));
    const head = git(['mktree'], `040000 tree ${more}\tapprovals\n`);
    git(['update-ref', 'refs/heads/long', git(['commit-tree', head, '-m', 'Add', '-p', base])]);
    const { rest } = new Octokit({ baseUrl: standIn.apiUrl, auth: 'of-sovereign' });
    const { data: pull } = await rest.pulls.create({
      ...{ owner: 'town', repo: 'governance', title: 'An approval', head: 'long', base: 'main' },
    });
    const listed = await judging.forge.folder(pull.head.sha, 'approvals');
    expect(listed?.length).toBeLessThan(40_000);
    expect(listed?.map(({ path }) => path)).not.toContain(`approvals/${names[0]}`);
    expect(await outcomeOf(pull.number)).toMatchObject({ reason: 'run_unknown', blobs: 2 });
    expect(await judging.forge.entry(pull.head.sha, 'approvals/cut.md')).toMatchObject({
      ...{ mode: '100644', type: 'blob', sha: ids.get('approvals/cut.md') },
    });
    expect(await judging.forge.entry(pull.head.sha, 'approvals/none.md')).toBeNull();
  });
});

describe('an answer that is older than the delivery of a merge', () => {
  it('is asked for again, and nothing is published of it', async () => {
    const number = await propose({ files: await signed() });
    const checked: number[] = [];
    const unexpected = async () => {
      throw new Error('nothing else is due');
    };
    const ports = {
      ...judging,
      sg1Only: false,
      check: async () => void checked.push(number),
      checkDocument: unexpected,
      answer: unexpected,
      admitInDatabase: unexpected,
      onJudged: () => undefined,
    };
    const told = { event: 'pull_request', repository: 'town/governance', pull: number };
    const at = now();
    await receive(store, { ...told, id: `opened ${number}`, action: 'opened' }, at);
    await lookAtPull(number, ports);
    expect(checked).toEqual([number]);
    await receive(store, { ...told, id: `merged ${number}`, action: MERGED }, at);
    await expect(lookAtPull(number, ports)).rejects.toThrow(/is merged; it will be tried again/);
    expect(checked).toEqual([number]);
    const later = new Date(at.getTime() + 11 * 60_000);
    await lookAtPull(number, { ...ports, now: () => later });
    expect(checked).toEqual([number, number]);
  });
});

it('says of a fork that was deleted that it is one', async () => {
  const pull = await propose({ files: await signed(), from: 'stranger' });
  const stranger = new Octokit({ baseUrl: standIn.apiUrl, auth: 'of-stranger' }).rest;
  await stranger.repos.delete({ owner: 'stranger', repo: 'governance' });
  expect((await rest.pulls.get({ ...GOVERNANCE, pull_number: pull })).data.head.repo).toBeNull();
  expect(await detailOf(pull)).toBe(
    'from_fork: the head branch is in another repository, or in one that has been deleted',
  );
});
