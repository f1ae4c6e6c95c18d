// What git lets people do past the pull requests: one issue says so, and nothing of it is acted on.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;
const GOVERNANCE = { owner: 'demo', repo: 'governance' };

let town: Town;
let rest: Octokit['rest'];
beforeAll(async () => {
  town = await openTown();
  rest = new Octokit({ baseUrl: town.standIn.apiUrl, auth: town.token }).rest;
  await vi.waitFor(() => expect(looks()).toBeGreaterThan(0), { timeout: WAIT_MS });
});
afterAll(() => town.close());

let before = '';
beforeEach(async () => {
  before = await head();
});

async function head(): Promise<string> {
  return (await rest.git.getRef({ ...GOVERNANCE, ref: 'heads/main' })).data.object.sha;
}

async function recorded(): Promise<boolean> {
  const { stdout } = await promisify(execFile)('git', [
    '-C',
    town.gitDirectory,
    'ls-tree',
    '-r',
    '--name-only',
    'main',
  ]);
  return /^runs\/run-/m.test(stdout);
}

/** How often the moves of the branch were asked for. */
const looks = () => town.standIn.requests().filter(({ path }) => path.endsWith('/activity')).length;

/** Pushes a commit with these files upon another, past every pull request. */
async function push(files: Readonly<Record<string, string>>, { upon = before, force = false } = {}) {
  const tree = Object.entries(files).map(([path, content]) => ({
    ...{ path, content, mode: '100644' as const, type: 'blob' as const },
  }));
  const { data: made } = await rest.git.createTree({ ...GOVERNANCE, base_tree: upon, tree });
  const { data } = await rest.git.createCommit({
    ...{ ...GOVERNANCE, message: 'Push', tree: made.sha, parents: [upon] },
  });
  await rest.git.updateRef({ ...GOVERNANCE, ref: 'heads/main', sha: data.sha, force });
  return data.sha;
}

async function issueOf(commit: string) {
  return vi.waitFor(
    async () => {
      const found = (await town.sovereign.issues()).filter(({ body }) => body.includes(commit));
      expect(found).toHaveLength(1);
      return found[0];
    },
    { timeout: WAIT_MS, interval: 200 },
  );
}

/** Until a look that began after now has come to its end. */
async function lookedAgain(): Promise<void> {
  const so = looks();
  await push({ [`notes-${so}.md`]: 'A note.\n' }, { upon: await head() });
  await vi.waitFor(() => expect(looks()).toBeGreaterThan(so), { timeout: WAIT_MS });
  await town.standIn.settled();
}

it('tells once of an approval that was pushed directly, and opens nothing by it', async () => {
  const { file, document } = town.openingDraft();
  const signature = await detachSign(document, { key: town.keys.sovereign, at: town.now() });
  const pushed = await push({ [file]: document, [`${file}.asc`]: signature });
  const issue = await issueOf(pushed);
  expect(issue?.title).toBe('Direct push touches approvals/');
  expect(issue?.body).toContain('### ⛔ Not acted on: `not_by_pull_request`');
  expect(issue?.body).toContain(`- added: \`${file}\`\n- added: \`${file}.asc\``);
  await lookedAgain();
  await issueOf(pushed);
  expect(await recorded()).toBe(false);
});

it('says nothing of a push that touches neither folder, nor of a merge', async () => {
  const pushed = await push({ 'notes.md': 'A note.\n' });
  const merged = await town.sovereign.propose('Other', new Map([['other.md', 'Another.\n']]));
  await town.sovereign.merge(merged);
  await lookedAgain();
  const issues = await town.sovereign.issues();
  expect(issues.filter(({ body }) => body.includes(pushed))).toEqual([]);
  expect(issues).toHaveLength(1);
});

it('tells of a force push that takes a record off the branch', async () => {
  const opened = await town.sovereign.approve(town.openingDraft());
  await town.sovereign.waitFor(opened, /Waiting for your signature: `SG_1/, WAIT_MS);
  await vi.waitFor(async () => expect(await recorded()).toBe(true), {
    timeout: WAIT_MS,
    interval: 200,
  });
  await rest.git.updateRef({ ...GOVERNANCE, ref: 'heads/main', sha: before, force: true });
  const issue = await vi.waitFor(
    async () => {
      const found = (await town.sovereign.issues()).find(({ title }) => title.startsWith('Force push'));
      expect(found).toBeDefined();
      return found;
    },
    { timeout: WAIT_MS, interval: 200 },
  );
  expect(issue?.title).toBe('Force push touches approvals/ and runs/');
  expect(issue?.body).toMatch(/- removed: `runs\/run-/);
});
