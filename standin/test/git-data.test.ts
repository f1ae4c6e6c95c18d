import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { commitBranch, commitOn, openSetting, REPOSITORY, refusalOf } from './support.ts';

const git = (directory: string, ...args: string[]) =>
  execFileSync('git', [`--git-dir=${directory}`, ...args], { encoding: 'utf8' }).trim();

test('keeps a blob byte for byte, also bytes that are no text', async () => {
  const { person, gitDirectory } = await openSetting();
  const bytes = Buffer.from([0, 255, 13, 10, 128, 10]);
  const { data } = await person('ada').rest.git.createBlob({
    ...REPOSITORY,
    content: bytes.toString('base64'),
    encoding: 'base64',
  });
  const { data: blob } = await person('ada').rest.git.getBlob({ ...REPOSITORY, file_sha: data.sha });
  expect(Buffer.from(blob.content, 'base64')).toEqual(bytes);
  expect(blob.size).toBe(6);
  expect(git(gitDirectory, 'cat-file', '-s', data.sha)).toBe('6');
});

test('writes a commit that git itself finds sound', async () => {
  const { person, gitDirectory, head } = await openSetting({ clock: () => new Date('2026-05-21T10:00:00Z') });
  const files = { 'runs/r1/state.json': '{}', 'law/charter.md': '# New\n' };
  const sha = await commitBranch(person('ada'), { branch: 'work', from: head, files });
  expect(git(gitDirectory, 'ls-tree', '-r', '--name-only', sha).split('\n')).toEqual([
    'README.md',
    'approvals/README.md',
    'law/charter.md',
    'runs/r1/state.json',
  ]);
  expect(git(gitDirectory, 'show', `${sha}:law/charter.md`)).toBe('# New');
  expect(git(gitDirectory, 'log', '-1', '--format=%an %ct', sha)).toBe('ada 1779357600');
  expect(git(gitDirectory, 'fsck', '--strict')).toBe('');
});

test('removes a path whose sha is null, and the folder that it leaves empty', async () => {
  const { person, head } = await openSetting();
  const { data } = await person('ada').rest.git.createTree({
    ...REPOSITORY,
    base_tree: head,
    tree: [{ path: 'law/charter.md', mode: '100644', type: 'blob', sha: null }],
  });
  expect(data.tree.map(({ path }) => path)).toEqual(['README.md', 'approvals']);
});

test('refuses a tree with a path out of the repository or an object that does not exist', async () => {
  const { person } = await openSetting();
  const make = (path: string, sha: string) =>
    refusalOf(
      person('ada').rest.git.createTree({
        ...REPOSITORY,
        tree: [{ path, mode: '100644', type: 'blob', sha }],
      }),
    );
  expect((await make('../x', 'a'.repeat(40))).message).toContain('malformed path component');
  expect(await make('x', 'a'.repeat(40))).toMatchObject({ status: 422 });
});

test('lists a tree with everything below it only when asked', async () => {
  const { person, head } = await openSetting();
  const { data: flat } = await person('ada').rest.git.getTree({ ...REPOSITORY, tree_sha: head });
  const { data: deep } = await person('ada').rest.git.getTree({
    ...REPOSITORY,
    tree_sha: head,
    recursive: '1',
  });
  expect(flat.tree.map(({ path }) => path)).toEqual(['README.md', 'approvals', 'law']);
  expect(deep.tree.map(({ path }) => path)).toContain('law/charter.md');
  const law = flat.tree.find(({ path }) => path === 'law');
  const { data: subtree } = await person('ada').rest.git.getTree({ ...REPOSITORY, tree_sha: law?.sha ?? '' });
  expect(subtree.tree).toMatchObject([{ path: 'charter.md', mode: '100644', type: 'blob', size: 24 }]);
});

test('moves a ref forward, and refuses any other move with 422 unless forced', async () => {
  const { person, head } = await openSetting();
  const ada = person('ada').rest.git;
  const first = await commitOn(person('ada'), { parent: head, files: { a: '1' } });
  const rival = await commitOn(person('ada'), { parent: head, files: { a: '2' } });
  const move = (sha: string, force: boolean) =>
    ada.updateRef({ ...REPOSITORY, ref: 'heads/main', sha, force });
  expect((await move(first, false)).data.object.sha).toBe(first);
  expect(await refusalOf(move(rival, false))).toMatchObject({
    status: 422,
    message: expect.stringContaining('Update is not a fast forward'),
  });
  expect((await ada.getRef({ ...REPOSITORY, ref: 'heads/main' })).data.object.sha).toBe(first);
  await move(rival, true);
  expect((await ada.getRef({ ...REPOSITORY, ref: 'heads/main' })).data.object.sha).toBe(rival);
});

test('lets exactly one of many rival commits win the branch', async () => {
  const { person, head } = await openSetting();
  const rivals = await Promise.all(
    [1, 2, 3, 4, 5].map((n) => commitOn(person('ada'), { parent: head, files: { race: `${n}` } })),
  );
  const moves = rivals.map((sha) =>
    person('ada').rest.git.updateRef({ ...REPOSITORY, ref: 'heads/main', sha, force: false }),
  );
  const results = await Promise.allSettled(moves);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: 422 });
});

test('refuses a ref that exists, is badly named, or points at nothing', async () => {
  const { person, head } = await openSetting();
  const create = (ref: string, sha: string) =>
    refusalOf(person('ada').rest.git.createRef({ ...REPOSITORY, ref, sha }));
  expect((await create('refs/heads/main', head)).message).toContain('Reference already exists');
  expect((await create('refs/heads/a..b', head)).status).toBe(422);
  expect((await create('refs/heads/x', 'b'.repeat(40))).message).toContain('Object does not exist');
});

test('answers 404 for objects and refs that do not exist', async () => {
  const { person } = await openSetting();
  const ada = person('ada').rest.git;
  expect((await refusalOf(ada.getRef({ ...REPOSITORY, ref: 'heads/none' }))).status).toBe(404);
  expect((await refusalOf(ada.getBlob({ ...REPOSITORY, file_sha: 'c'.repeat(40) }))).status).toBe(404);
  expect((await refusalOf(ada.getCommit({ ...REPOSITORY, commit_sha: 'HEAD' }))).status).toBe(404);
});

test('can be cloned over HTTP, but not pushed to', async () => {
  const { standIn, head } = await openSetting();
  const folder = await mkdtemp(join(tmpdir(), 'clone-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = promisify(execFile);
  await run('git', ['clone', '--quiet', `${standIn.url}/republic/law.git`, folder]);
  const { stdout } = await run('git', ['-C', folder, 'rev-parse', 'HEAD']);
  expect(stdout.trim()).toBe(head);
  const push = run('git', ['-C', folder, 'push', 'origin', 'HEAD:refs/heads/sly']);
  await expect(push).rejects.toThrow(/403/);
});
