import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commitBranch, commitOn, openReceiver, openSetting, REPOSITORY, refusalOf } from './support.ts';

test('names a branch with its newest commit, and says when there is none', async () => {
  const { person, head } = await openSetting();
  const { repos } = person('ada').rest;
  await commitBranch(person('ada'), { branch: 'team/work', from: head, files: { a: 'a' } });
  const { data } = await repos.getBranch({ ...REPOSITORY, branch: 'main' });
  expect(data).toMatchObject({ name: 'main', commit: { sha: head, author: { login: 'republic' } } });
  const { data: branches } = await repos.listBranches(REPOSITORY);
  expect(branches.map(({ name }) => name)).toEqual(['main', 'team/work']);
  expect((await repos.getBranch({ ...REPOSITORY, branch: 'team/work' })).data.name).toBe('team/work');
  expect((await refusalOf(repos.getBranch({ ...REPOSITORY, branch: 'none' }))).message).toContain(
    'Branch not found',
  );
});

test('shows a commit by its id or a branch’s name, with what it changed', async () => {
  const { person, head } = await openSetting();
  const { repos } = person('ada').rest;
  const files = { 'README.md': '# Law\n\nmore\n', new: 'n\n' };
  const sha = await commitBranch(person('ada'), { branch: 'work', from: head, files });
  const { data } = await repos.getCommit({ ...REPOSITORY, ref: 'work' });
  expect(data).toMatchObject({
    sha,
    author: { login: 'ada' },
    parents: [{ sha: head }],
    stats: { additions: 3, deletions: 0, total: 3 },
  });
  expect((await repos.getCommit({ ...REPOSITORY, ref: head })).data.files).toHaveLength(3);
  expect((await refusalOf(repos.getCommit({ ...REPOSITORY, ref: 'none' }))).status).toBe(422);
});

test('leads from a merge commit back to its pull request', async () => {
  const { person, head } = await openSetting();
  const { pulls, repos } = person('ada').rest;
  await commitBranch(person('ada'), { branch: 'work', from: head, files: { a: 'a' } });
  const { data: pull } = await pulls.create({ ...REPOSITORY, title: 'W', head: 'work', base: 'main' });
  const { data: merge } = await pulls.merge({ ...REPOSITORY, pull_number: pull.number });
  const find = async (sha: string) =>
    (await repos.listPullRequestsAssociatedWithCommit({ ...REPOSITORY, commit_sha: sha })).data;
  expect((await find(merge.sha)).map(({ number }) => number)).toEqual([pull.number]);
  expect(await find(head)).toEqual([]);
});

test('does not install the app on a fork, and tells it nothing of what happens there', async () => {
  const { url, received } = await openReceiver();
  const { standIn, person, installation, head } = await openSetting({ webhookUrl: url });
  await standIn.createFork({ of: 'republic/law', owner: 'eve' });
  const fork = { owner: 'eve', repo: 'law' };
  await commitBranch(person('eve'), { branch: 'sly', from: head, files: { a: 'a' } }, fork);
  await standIn.settled();
  expect(received.map(({ event }) => event)).toEqual(['installation']);
  const bot = await installation();
  expect((await refusalOf(bot.rest.repos.get(fork))).status).toBe(404);
  expect((await refusalOf(person('eve').rest.repos.createFork(fork))).status).toBe(403);
});

test('refuses to overwrite a repository, and a name that would leave its folder', async () => {
  const { standIn } = await openSetting();
  const create = (name: string) =>
    standIn.createRepository({ owner: 'republic', name, files: {}, message: 'x' });
  await expect(create('law')).rejects.toThrow('republic/law exists already');
  await expect(create('..')).rejects.toThrow('".." is no owner or repository name');
  await expect(create('a/b')).rejects.toThrow('is no owner or repository name');
});

test('sees what someone pushed past it, and loses none of it to a merge', async () => {
  const { person, head, gitDirectory } = await openSetting();
  const ada = person('ada');
  await commitBranch(ada, { branch: 'work', from: head, files: { a: 'a' } });
  const { data: pull } = await ada.rest.pulls.create({
    ...REPOSITORY,
    title: 'W',
    head: 'work',
    base: 'main',
  });
  const pushed = await commitOn(ada, { parent: head, files: { pushed: 'p' } });
  execFileSync('git', [`--git-dir=${gitDirectory}`, 'update-ref', 'refs/heads/main', pushed, head]);
  const { data: merge } = await ada.rest.pulls.merge({ ...REPOSITORY, pull_number: pull.number });
  const { data: commit } = await ada.rest.git.getCommit({ ...REPOSITORY, commit_sha: merge.sha });
  expect(commit.parents.map(({ sha }) => sha)).toEqual([pushed, pull.head.sha]);
});

test('refuses content that is no Base64, and a body that is no JSON', async () => {
  const { standIn, person } = await openSetting();
  const blob = person('ada').rest.git.createBlob({ ...REPOSITORY, content: '%%%', encoding: 'base64' });
  expect((await refusalOf(blob)).message).toContain('content is not valid Base64');
  const response = await fetch(`${standIn.apiUrl}/repos/republic/law/git/blobs`, {
    method: 'POST',
    headers: { authorization: 'token token-of-ada' },
    body: '{',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: 'Problems parsing JSON', status: '400' });
});

test('sends on who asks for a repository by a name that it had before, with what they bring', async () => {
  const { person, standIn } = await openSetting();
  const { issues, repos } = person('ada').rest;
  const before = await repos.get(REPOSITORY);
  standIn.renameRepository({ of: 'republic/law', name: 'Statutes' });
  const { data } = await repos.get(REPOSITORY);
  expect(data).toMatchObject({ id: before.data.id, full_name: 'republic/Statutes' });
  const { data: opened } = await issues.create({ ...REPOSITORY, title: 'Where is it?' });
  const { data: listed } = await issues.listForRepo({ ...REPOSITORY, state: 'all', per_page: 5 });
  expect(listed.map(({ title, number }) => ({ title, number }))).toEqual([
    { title: 'Where is it?', number: opened.number },
  ]);
  expect(() => standIn.renameRepository({ of: 'republic/law', name: 'none' })).toThrow(
    'there is no repository',
  );
});
