import { expect, test } from 'vitest';
import { openSetting, REPOSITORY, refusalOf } from './support.ts';

const CHARACTER_BEYOND_UTF16 = '𝄞';

test('numbers issues and pull requests together and lists comments in order', async () => {
  const { person, installation } = await openSetting();
  const bot = await installation();
  const { data: issue } = await bot.rest.issues.create({
    ...REPOSITORY,
    title: 'Run held',
    body: 'See below',
    labels: ['held'],
    assignees: ['ada', 'nobody'],
  });
  expect(issue).toMatchObject({ number: 1, user: { login: 'countersign[bot]', type: 'Bot' } });
  expect(issue.assignees?.map(({ login }) => login)).toEqual(['ada']);
  const place = { ...REPOSITORY, issue_number: issue.number };
  const { data: first } = await bot.rest.issues.createComment({ ...place, body: 'one' });
  await person('ada').rest.issues.createComment({ ...place, body: 'two' });
  await bot.rest.issues.updateComment({ ...REPOSITORY, comment_id: first.id, body: 'one, edited' });
  const { data: comments } = await bot.rest.issues.listComments(place);
  expect(comments.map(({ body }) => body)).toEqual(['one, edited', 'two']);
  expect((await bot.rest.issues.get(place)).data.comments).toBe(2);
  const { data: held } = await bot.rest.issues.listForRepo({ ...REPOSITORY, labels: 'held' });
  expect(held.map(({ number }) => number)).toEqual([1]);
});

test('takes a comment of 65,536 characters and refuses one more', async () => {
  const { person } = await openSetting();
  const ada = person('ada').rest.issues;
  const { data } = await ada.create({ ...REPOSITORY, title: 'Long' });
  const comment = (body: string) => ada.createComment({ ...REPOSITORY, issue_number: data.number, body });
  await comment(CHARACTER_BEYOND_UTF16.repeat(65_536));
  expect(await refusalOf(comment('x'.repeat(65_537)))).toMatchObject({
    status: 422,
    message: expect.stringContaining('Body is too long (maximum is 65536 characters)'),
  });
  expect((await refusalOf(comment('  '))).message).toContain("Body can't be blank");
});

test('closes an issue and opens it again', async () => {
  const { person } = await openSetting();
  const ada = person('ada').rest.issues;
  const { data } = await ada.create({ ...REPOSITORY, title: 'Held' });
  const place = { ...REPOSITORY, issue_number: data.number };
  expect((await ada.update({ ...place, state: 'closed' })).data.closed_at).not.toBeNull();
  expect((await ada.update({ ...place, state: 'open' })).data.closed_at).toBeNull();
});

test('keeps check runs for the app alone and shows the newest of each name', async () => {
  const { person, installation, head } = await openSetting();
  const bot = await installation();
  const name = 'countersign / approval';
  const start = { ...REPOSITORY, name, head_sha: head };
  expect((await refusalOf(person('ada').rest.checks.create(start))).message).toContain(
    'You must authenticate via a GitHub App.',
  );
  await bot.rest.checks.create({ ...start, status: 'in_progress' });
  const { data: run } = await bot.rest.checks.create({ ...start, status: 'in_progress' });
  const annotation = {
    path: 'a.md',
    start_line: 1,
    end_line: 1,
    annotation_level: 'failure',
    message: 'no',
  } as const;
  await bot.rest.checks.update({
    ...REPOSITORY,
    check_run_id: run.id,
    conclusion: 'failure',
    output: { title: 'Refused', summary: 'It expired', annotations: [annotation] },
  });
  const { data } = await person('ada').rest.checks.listForRef({ ...REPOSITORY, ref: 'heads/main' });
  expect(data.check_runs).toHaveLength(1);
  expect(data.check_runs[0]).toMatchObject({
    id: run.id,
    status: 'completed',
    conclusion: 'failure',
    output: { title: 'Refused', annotations_count: 1 },
    app: { slug: 'countersign' },
  });
  const { data: notes } = await bot.rest.checks.listAnnotations({ ...REPOSITORY, check_run_id: run.id });
  expect(notes).toMatchObject([{ path: 'a.md', message: 'no' }]);
});

test('refuses a check summary over 65,535 characters and more than 50 annotations at once', async () => {
  const { installation, head } = await openSetting();
  const bot = await installation();
  const note = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' } as const;
  const create = (summary: string, notes: number) =>
    bot.rest.checks.create({
      ...REPOSITORY,
      name: 'check',
      head_sha: head,
      output: { title: 't', summary, annotations: Array.from({ length: notes }, () => note) },
    });
  await create('x'.repeat(65_535), 50);
  expect((await refusalOf(create('x'.repeat(65_536), 0))).message).toContain(
    'Only 65535 characters are allowed; 65536 were supplied.',
  );
  expect((await refusalOf(create('x', 51))).message).toContain(
    'No more than 50 items are allowed; 51 were supplied.',
  );
});
