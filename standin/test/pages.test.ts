import { expect, test } from 'vitest';
import { renderComment } from '../src/pages/comment.ts';
import { commitBranch, openSetting, REPOSITORY } from './support.ts';

test('folds details and keeps a table inside them', () => {
  const { html } = renderComment(
    '<details open><summary>Plan</summary>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n</details>',
  );
  expect(html).toContain('<details open><summary>Plan</summary>');
  expect(html).toContain('<td>2</td>');
  expect(html.trim().endsWith('</details>')).toBe(true);
});

test('leaves no way to run a script or to load from elsewhere', () => {
  const hostile = [
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<details ontoggle=alert(1) open>x</details>',
    '[x](javascript:alert(1))',
    '![pixel](https://elsewhere.example/p.png)',
    '<!-- a marker --> <iframe src="https://elsewhere.example">',
    '<svg/onload=alert(1)>',
    '<b onclick="alert(1)">b</b>',
    '<sub <script>x',
  ].join('\n\n');
  const { html } = renderComment(hostile);
  const tags = html.match(/<\/?[a-z][^>]*>/gi) ?? [];
  expect(tags.filter((tag) => !/^<\/?(p|br|details|b|sub)( open)?>$/.test(tag))).toEqual([]);
  expect(html).not.toContain('a marker');
});

test('closes what raw HTML left open, and drops an end that had no beginning', () => {
  expect(renderComment('<details><summary>x').html).toMatch(/<\/summary><\/details>$/);
  expect(renderComment('</div></details>text').html).not.toContain('</div>');
});

test('shows alerts and tasks as GitHub does', () => {
  const { html } = renderComment('> [!WARNING]\n> Held.\n\n- [x] done\n- [ ] open');
  expect(html).toContain('<blockquote class="alert warning" data-title="Warning">');
  expect(html).not.toContain('[!WARNING]');
  expect(html).toContain('☑ done');
  expect(html).toContain('☐ open');
});

test('shows a pull request with its comments, checks and files, and escapes its title', async () => {
  const { person, installation, head } = await openSetting();
  const ada = person('ada');
  const sha = await commitBranch(ada, { branch: 'work', from: head, files: { 'a.md': 'one <b>\n' } });
  const { data } = await ada.rest.pulls.create({
    ...REPOSITORY,
    title: '<i>Sly</i>',
    head: 'work',
    base: 'main',
    body: 'Please **look**',
  });
  const bot = await installation();
  await bot.rest.issues.createComment({
    ...REPOSITORY,
    issue_number: data.number,
    body: 'Phase `mark` done',
  });
  await bot.rest.checks.create({ ...REPOSITORY, name: 'approval', head_sha: sha, conclusion: 'success' });
  const response = await fetch(data.html_url);
  const page = await response.text();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).toContain('&lt;i&gt;Sly&lt;/i&gt;');
  expect(page).toContain('<strong>look</strong>');
  expect(page).toContain('Phase <code>mark</code> done');
  expect(page).toContain('✓');
  expect(page).toContain('+one &lt;b&gt;');
});

test('answers every address it names', async () => {
  const { standIn, person, installation, head } = await openSetting();
  const sha = await commitBranch(person('ada'), { branch: 'work', from: head, files: { 'a b.md': 'x\n' } });
  const { data } = await person('ada').rest.pulls.create({
    ...REPOSITORY,
    title: 'W',
    head: 'work',
    base: 'main',
  });
  const bot = await installation();
  const { data: run } = await bot.rest.checks.create({ ...REPOSITORY, name: 'c', head_sha: sha });
  const { data: issue } = await bot.rest.issues.create({ ...REPOSITORY, title: 'Held' });
  const { data: files } = await bot.rest.pulls.listFiles({ ...REPOSITORY, pull_number: data.number });
  const front = `${standIn.url}/republic/law`;
  const pages = [data.html_url, run.html_url ?? '', issue.html_url, files[0]?.blob_url ?? ''];
  for (const url of [
    ...pages,
    standIn.url,
    front,
    `${front}/pulls`,
    `${front}/issues`,
    `${front}/commit/${sha}`,
  ])
    expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  expect((await fetch(`${front}/pull/99`)).status).toBe(404);
  expect((await fetch(`${front}/%E0%A4%A`)).status).toBe(404);
});
