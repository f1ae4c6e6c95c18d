import { createSign } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  APP_ID,
  appKey,
  commitBranch,
  openSetting,
  probotOf,
  REPOSITORY,
  refusalOf,
  strangerKey,
} from './support.ts';

function signJwt(claims: object, { privateKey = appKey.privateKey, alg = 'RS256' } = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
}

async function askAs(apiUrl: string, authorization: string, path = '/app') {
  const response = await fetch(`${apiUrl}${path}`, { headers: { authorization } });
  const body = (await response.json()) as { message?: string; slug?: string; status?: string };
  return { status: response.status, body };
}

test('lets the real Probot sign in, find its installation and act with a token', async () => {
  const { standIn } = await openSetting();
  const app = await probotOf(standIn.apiUrl).auth();
  expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe('countersign');
  const { data: installations } = await app.rest.apps.listInstallations();
  expect(installations).toHaveLength(1);
  const octokit = await probotOf(standIn.apiUrl).auth(installations[0]?.id);
  const { data } = await octokit.rest.repos.get(REPOSITORY);
  expect(data).toMatchObject({ full_name: 'republic/law', default_branch: 'main' });
  expect(standIn.requests().at(-1)).toEqual({
    method: 'GET',
    path: '/repos/republic/law',
    status: 200,
    actor: 'countersign[bot]',
  });
});

test('refuses an app JWT signed by another key', async () => {
  const { standIn } = await openSetting();
  const stranger = await probotOf(standIn.apiUrl, strangerKey.privateKey).auth();
  expect(await refusalOf(stranger.rest.apps.getAuthenticated())).toMatchObject({ status: 401 });
});

test('refuses a JWT that is too long-lived, expired, from the future, of another app or another algorithm', async () => {
  const now = 1_779_357_600;
  const { standIn } = await openSetting({ clock: () => new Date(now * 1000) });
  const ask = async (claims: object, options = {}) =>
    (await askAs(standIn.apiUrl, `Bearer ${signJwt(claims, options)}`)).status;
  const good = { iss: APP_ID, iat: now - 30, exp: now + 600 };
  expect(await ask(good)).toBe(200);
  expect(await ask({ ...good, iss: String(APP_ID) })).toBe(200);
  expect(await ask({ ...good, exp: now + 601 })).toBe(401);
  expect(await ask({ ...good, exp: now })).toBe(401);
  expect(await ask({ ...good, iat: now + 1 })).toBe(401);
  expect(await ask({ ...good, iss: 1 })).toBe(401);
  expect(await ask(good, { alg: 'none' })).toBe(401);
});

test('lets a client whose clock is a day off correct itself by the Date header', async () => {
  const { standIn } = await openSetting({ clock: () => new Date(Date.now() + 86_400_000) });
  const app = await probotOf(standIn.apiUrl).auth();
  expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe('countersign');
});

test('answers a forged token with 401 and nobody at all with 404, in GitHub’s error form', async () => {
  const { standIn } = await openSetting();
  const forged = await askAs(standIn.apiUrl, 'token ghs_forged', '/repos/republic/law');
  expect(forged).toEqual({
    status: 401,
    body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
  });
  expect((await fetch(`${standIn.apiUrl}/repos/republic/law`)).status).toBe(404);
});

test('expires an installation token after an hour', async () => {
  let now = Date.now();
  const { standIn, installation } = await openSetting({ clock: () => new Date(now) });
  const octokit = await installation();
  await octokit.rest.repos.get(REPOSITORY);
  now += 3_600_000;
  expect(await refusalOf(octokit.rest.repos.get(REPOSITORY))).toMatchObject({ status: 401 });
  expect(standIn.requests().at(-1)?.status).toBe(401);
});

test('holds an installation to the permissions it was granted', async () => {
  const { person, installation, head } = await openSetting({
    app: { permissions: { contents: 'read', pull_requests: 'read' } },
  });
  const octokit = await installation();
  await octokit.rest.git.getRef({ ...REPOSITORY, ref: 'heads/main' });
  const write = octokit.rest.git.createBlob({ ...REPOSITORY, content: 'x' });
  expect(await refusalOf(write)).toMatchObject({ status: 403 });
  await commitBranch(person('ada'), { branch: 'work', from: head, files: { a: 'a' } });
  const issue = octokit.rest.issues.create({ ...REPOSITORY, title: 'Held' });
  expect((await refusalOf(issue)).message).toContain('Resource not accessible by integration');
});

test('never gives a token more than the app was granted', async () => {
  const { standIn } = await openSetting({ app: { permissions: { contents: 'read' } } });
  const app = await probotOf(standIn.apiUrl).auth();
  const { data } = await app.rest.apps.getRepoInstallation(REPOSITORY);
  const ask = (permissions: { contents: 'read' | 'write' }) =>
    app.rest.apps.createInstallationAccessToken({ installation_id: data.id, permissions });
  expect((await refusalOf(ask({ contents: 'write' }))).status).toBe(422);
  expect((await ask({ contents: 'read' })).data.permissions).toEqual({ contents: 'read' });
});

test('lets a person with read access look and comment, but not write', async () => {
  const { person } = await openSetting();
  const eve = person('eve').rest;
  const { data } = await eve.issues.create({ ...REPOSITORY, title: 'A question' });
  await eve.issues.createComment({ ...REPOSITORY, issue_number: data.number, body: 'Anyone?' });
  expect((await refusalOf(eve.git.createBlob({ ...REPOSITORY, content: 'x' }))).status).toBe(403);
});
