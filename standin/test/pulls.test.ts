import { execFileSync } from 'node:child_process';
import type { Octokit } from '@octokit/rest';
import { expect, test } from 'vitest';
import { commitBranch, commitOn, openSetting, REPOSITORY, refusalOf } from './support.ts';

const git = (directory: string, ...args: string[]) =>
  execFileSync('git', [`--git-dir=${directory}`, ...args], { encoding: 'utf8' }).trim();

async function openPull(octokit: Octokit, { from, branch = 'work' }: { from: string; branch?: string }) {
  const sha = await commitBranch(octokit, { branch, from, files: { [`approvals/${branch}.md`]: 'yes\n' } });
  const { data } = await octokit.rest.pulls.create({
    ...REPOSITORY,
    title: branch,
    head: branch,
    base: 'main',
  });
  return { number: data.number, sha, data };
}

const at = (number: number) => ({ ...REPOSITORY, pull_number: number });

test('opens a pull request that names both its ends and can be merged', async () => {
  const { person, head, standIn } = await openSetting();
  const { number, sha } = await openPull(person('ada'), { from: head });
  const { data } = await person('ada').rest.pulls.get(at(number));
  expect(data).toMatchObject({
    number: 1,
    state: 'open',
    merged: false,
    mergeable: true,
    commits: 1,
    changed_files: 1,
    html_url: `${standIn.url}/republic/law/pull/1`,
    head: { label: 'republic:work', ref: 'work', sha, repo: { full_name: 'republic/law' } },
    base: { ref: 'main', sha: head },
  });
});

test('names the files of a pull request as added, modified, removed or renamed', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada');
  const text = `${'a line that stays\n'.repeat(20)}`;
  const first = await commitOn(ada, { parent: head, files: { 'old.md': text, 'gone.md': 'x' } });
  await ada.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: first });
  const { data: tree } = await ada.rest.git.createTree({
    ...REPOSITORY,
    base_tree: first,
    tree: [
      { path: 'old.md', mode: '100644', type: 'blob', sha: null },
      { path: 'gone.md', mode: '100644', type: 'blob', sha: null },
      { path: 'new.md', mode: '100644', type: 'blob', content: `${text}one more\n` },
      { path: 'README.md', mode: '100644', type: 'blob', content: 'changed' },
      { path: 'added.md', mode: '100644', type: 'blob', content: 'added' },
    ],
  });
  const { data: commit } = await ada.rest.git.createCommit({
    ...REPOSITORY,
    message: 'Everything',
    tree: tree.sha,
    parents: [first],
  });
  await ada.rest.git.createRef({ ...REPOSITORY, ref: 'refs/heads/all', sha: commit.sha });
  const { data } = await ada.rest.pulls.create({ ...REPOSITORY, title: 'All', head: 'all', base: 'main' });
  const { data: files } = await ada.rest.pulls.listFiles(at(data.number));
  const brief = files.map(({ filename, status, previous_filename }) => [filename, status, previous_filename]);
  expect(brief.sort()).toEqual([
    ['README.md', 'modified', undefined],
    ['added.md', 'added', undefined],
    ['gone.md', 'removed', undefined],
    ['new.md', 'renamed', 'old.md'],
  ]);
  expect(files.find(({ filename }) => filename === 'new.md')).toMatchObject({ additions: 1, deletions: 0 });
});

test('pages through a long list by its Link header', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada');
  const files = Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`many/${n}.md`, `${n}`]));
  await commitBranch(ada, { branch: 'many', from: head, files });
  const { data } = await ada.rest.pulls.create({ ...REPOSITORY, title: 'Many', head: 'many', base: 'main' });
  const { data: first, headers } = await ada.rest.pulls.listFiles(at(data.number));
  expect(first).toHaveLength(30);
  expect(headers.link).toContain('page=2>; rel="next"');
  expect(await ada.paginate(ada.rest.pulls.listFiles, at(data.number))).toHaveLength(45);
});

test('merges with a commit of two parents, made by the one who merged', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const { number, sha } = await openPull(person('ada'), { from: head });
  const { data: merge } = await person('ada').rest.pulls.merge(at(number));
  expect(git(gitDirectory, 'rev-parse', 'main', 'main^1', 'main^2').split('\n')).toEqual([
    merge.sha,
    head,
    sha,
  ]);
  const { data } = await person('ada').rest.pulls.get(at(number));
  expect(data).toMatchObject({
    state: 'closed',
    merged: true,
    merge_commit_sha: merge.sha,
    merged_by: { login: 'ada' },
    changed_files: 1,
  });
  const { data: files } = await person('ada').rest.pulls.listFiles(at(number));
  expect(files.map(({ filename }) => filename)).toEqual(['approvals/work.md']);
});

test('squashes several commits into one on the base', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const { number, sha } = await openPull(person('ada'), { from: head });
  const second = await commitOn(person('ada'), { parent: sha, files: { second: '2' }, message: 'Second' });
  await person('ada').rest.git.updateRef({ ...REPOSITORY, ref: 'heads/work', sha: second });
  const { data } = await person('ada').rest.pulls.merge({ ...at(number), merge_method: 'squash' });
  expect(git(gitDirectory, 'rev-list', '--parents', '-1', data.sha)).toBe(`${data.sha} ${head}`);
  expect(git(gitDirectory, 'log', '-1', '--format=%B', data.sha)).toBe(
    'work (#1)\n\n* Add to work\n\n* Second',
  );
  expect(git(gitDirectory, 'diff', data.sha, second)).toBe('');
});

test('rebases each commit anew on a base that has moved', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const { number, sha } = await openPull(person('ada'), { from: head });
  const second = await commitOn(person('ada'), { parent: sha, files: { second: '2' }, message: 'Second' });
  await person('ada').rest.git.updateRef({ ...REPOSITORY, ref: 'heads/work', sha: second });
  const moved = await commitOn(person('ada'), { parent: head, files: { base: 'b' }, message: 'Base' });
  await person('ada').rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: moved });
  await person('ada').rest.pulls.merge({ ...at(number), merge_method: 'rebase' });
  expect(git(gitDirectory, 'log', '--reverse', '--format=%s', `${head}..main`).split('\n')).toEqual([
    'Base',
    'Add to work',
    'Second',
  ]);
  expect(git(gitDirectory, 'ls-tree', '--name-only', 'main').split('\n')).toContain('second');
  expect(git(gitDirectory, 'log', '-1', '--format=%cn', 'main')).toBe('GitHub');
});

test('refuses to merge a conflict, an outdated head, or what is merged already', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada');
  const { number, sha } = await openPull(ada, { from: head });
  expect((await refusalOf(ada.rest.pulls.merge({ ...at(number), sha: head }))).status).toBe(409);
  const rival = await commitOn(ada, { parent: head, files: { 'approvals/work.md': 'no\n' } });
  await ada.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha: rival });
  expect((await ada.rest.pulls.get(at(number))).data.mergeable).toBe(false);
  expect((await refusalOf(ada.rest.pulls.merge({ ...at(number), sha }))).status).toBe(405);
  const other = await openPull(ada, { from: rival, branch: 'other' });
  await ada.rest.pulls.merge(at(other.number));
  expect((await refusalOf(ada.rest.pulls.merge(at(other.number)))).status).toBe(405);
});

test('merges once when two people press the button together', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const { number } = await openPull(person('ada'), { from: head });
  const presses = await Promise.allSettled([
    person('ada').rest.pulls.merge(at(number)),
    person('ada').rest.pulls.merge(at(number)),
  ]);
  expect(presses.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(git(gitDirectory, 'rev-list', '--count', '--merges', 'main')).toBe('1');
});

test('shows an open pull request’s test merge, which is not on the base branch', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const { number } = await openPull(person('ada'), { from: head });
  const { data } = await person('ada').rest.pulls.get(at(number));
  expect(data.merged).toBe(false);
  expect(git(gitDirectory, 'rev-parse', 'refs/pull/1/merge')).toBe(data.merge_commit_sha);
  expect(git(gitDirectory, 'rev-parse', 'main')).toBe(head);
});

test('counts a head that was pushed straight to the base as merged, as GitHub does', async () => {
  const { person, head } = await openSetting();
  const { number, sha } = await openPull(person('ada'), { from: head });
  await person('ada').rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha });
  const { data } = await person('ada').rest.pulls.get(at(number));
  expect(data).toMatchObject({ merged: true, merge_commit_sha: sha, changed_files: 1 });
});

test('opens a pull request from a fork whose commits the base can then read', async () => {
  const { person, head } = await openSetting();
  const eve = person('eve');
  await eve.rest.repos.createFork(REPOSITORY);
  const fork = { owner: 'eve', repo: 'law' };
  const sha = await commitBranch(
    eve,
    { branch: 'sly', from: head, files: { 'approvals/sly.md': 'x' } },
    fork,
  );
  const { data } = await eve.rest.pulls.create({
    ...REPOSITORY,
    title: 'Sly',
    head: 'eve:sly',
    base: 'main',
  });
  expect(data.head).toMatchObject({ label: 'eve:sly', repo: { full_name: 'eve/law', fork: true } });
  expect(data.base.repo.full_name).toBe('republic/law');
  const { data: commit } = await person('ada').rest.git.getCommit({ ...REPOSITORY, commit_sha: sha });
  expect(commit.sha).toBe(sha);
  const next = await commitOn(eve, { parent: sha, files: { more: '1' } }, fork);
  await eve.rest.git.updateRef({ ...fork, ref: 'heads/sly', sha: next });
  const { data: later } = await eve.rest.pulls.get(at(data.number));
  expect(later.head.sha).toBe(next);
  expect((await refusalOf(eve.rest.pulls.merge(at(data.number)))).status).toBe(403);
});

test('refuses a second pull request for a branch, an empty one, and an unknown branch', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada');
  await openPull(ada, { from: head });
  const open = (branch: string) =>
    refusalOf(ada.rest.pulls.create({ ...REPOSITORY, title: 'Again', head: branch, base: 'main' }));
  expect((await open('work')).message).toContain('A pull request already exists for republic:work');
  await ada.rest.git.createRef({ ...REPOSITORY, ref: 'refs/heads/same', sha: head });
  expect((await open('same')).message).toContain('No commits between main and same');
  expect((await open('nowhere')).status).toBe(422);
});

test('lists pull requests by state, the newest first', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada');
  const first = await openPull(ada, { from: head, branch: 'one' });
  await openPull(ada, { from: head, branch: 'two' });
  await ada.rest.pulls.update({ ...at(first.number), state: 'closed' });
  const list = async (state: 'open' | 'closed' | 'all') =>
    (await ada.rest.pulls.list({ ...REPOSITORY, state })).data.map(({ title }) => title);
  expect(await list('open')).toEqual(['two']);
  expect(await list('closed')).toEqual(['one']);
  expect(await list('all')).toEqual(['two', 'one']);
});
