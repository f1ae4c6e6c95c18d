import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import {
  commitBranch,
  openReceiver,
  openSetting,
  probotOf,
  REPOSITORY,
  type Received,
  refusalOf,
} from './support.ts';

interface Payload {
  action?: string;
  sender: { login: string; type: string };
  installation: { id: number };
  pull_request?: { merged: boolean; number: number };
  before?: string;
  after?: string;
}

const parse = ({ body }: Received) => JSON.parse(body) as Payload;
const named = (received: readonly Received[]) =>
  received.map((one) => [one.event, parse(one).action].filter(Boolean).join('.')).sort();

test('signs each delivery over its exact body', async () => {
  const { url, received } = await openReceiver();
  const { standIn, person } = await openSetting({ webhookUrl: url });
  const { data } = await person('ada').rest.issues.create({ ...REPOSITORY, title: 'x' });
  await person('ada').rest.issues.createComment({ ...REPOSITORY, issue_number: data.number, body: 'Điều 1' });
  await standIn.settled();
  expect(named(received)).toEqual(['installation.created', 'issue_comment.created']);
  const probot = probotOf(standIn.apiUrl);
  await probot.ready();
  const { webhooks } = probot;
  for (const { body, signature } of received) {
    expect(await webhooks.verify(body, signature)).toBe(true);
    expect(await webhooks.verify(`${body} `, signature)).toBe(false);
  }
});

test('tells the story of a pull request: opened, synchronized, merged, and the push to its base', async () => {
  const { url, received } = await openReceiver();
  const { standIn, person, head } = await openSetting({ webhookUrl: url });
  const ada = person('ada').rest;
  const first = await commitBranch(person('ada'), { branch: 'work', from: head, files: { a: '1' } });
  const { data } = await ada.pulls.create({ ...REPOSITORY, title: 'Work', head: 'work', base: 'main' });
  const { data: tree } = await ada.git.createTree({
    ...REPOSITORY,
    base_tree: first,
    tree: [{ path: 'b', mode: '100644', type: 'blob', content: '2' }],
  });
  const { data: next } = await ada.git.createCommit({
    ...REPOSITORY,
    message: 'b',
    tree: tree.sha,
    parents: [first],
  });
  await ada.git.updateRef({ ...REPOSITORY, ref: 'heads/work', sha: next.sha });
  await ada.pulls.merge({ ...REPOSITORY, pull_number: data.number });
  await standIn.settled();
  expect(named(received)).toEqual([
    'installation.created',
    'pull_request.closed',
    'pull_request.opened',
    'pull_request.synchronize',
    'push',
    'push',
    'push',
  ]);
  const closed = received.map(parse).find(({ action }) => action === 'closed');
  expect(closed).toMatchObject({
    pull_request: { merged: true, number: 1, commits: 2, head: { sha: next.sha } },
    sender: { login: 'ada', type: 'User' },
    repository: { full_name: 'republic/law' },
    installation: { id: expect.any(Number) },
  });
  const synchronized = received.map(parse).find(({ action }) => action === 'synchronize');
  expect(synchronized).toMatchObject({ before: first, after: next.sha });
});

test('closes and reopens a pull request unmerged', async () => {
  const { url, received } = await openReceiver();
  const { standIn, person, head } = await openSetting({ webhookUrl: url, app: { events: ['pull_request'] } });
  await commitBranch(person('ada'), { branch: 'work', from: head, files: { a: '1' } });
  const { pulls } = person('ada').rest;
  const { data } = await pulls.create({ ...REPOSITORY, title: 'Work', head: 'work', base: 'main' });
  await pulls.update({ ...REPOSITORY, pull_number: data.number, state: 'closed' });
  await pulls.update({ ...REPOSITORY, pull_number: data.number, state: 'open' });
  await standIn.settled();
  expect(named(received)).toEqual([
    'installation.created',
    'pull_request.closed',
    'pull_request.opened',
    'pull_request.reopened',
  ]);
  expect(received.map(parse).find(({ action }) => action === 'closed')?.pull_request?.merged).toBe(false);
});

test('delivers what the app does itself, sent by a bot', async () => {
  const { url, received } = await openReceiver();
  const { standIn, installation, person, head } = await openSetting({ webhookUrl: url });
  const bot = await installation();
  const { data: run } = await bot.rest.checks.create({
    ...REPOSITORY,
    name: 'check',
    head_sha: head,
    conclusion: 'success',
  });
  await person('ada').rest.checks.rerequestRun({ ...REPOSITORY, check_run_id: run.id });
  await standIn.settled();
  expect(named(received)).toEqual([
    'check_run.completed',
    'check_run.created',
    'check_run.rerequested',
    'installation.created',
  ]);
  const senders = Object.fromEntries(received.map(parse).map(({ action, sender }) => [action, sender.type]));
  expect(senders).toMatchObject({ completed: 'Bot', rerequested: 'User' });
});

test('keeps the id of a delivery that is made again, and makes none again by itself', async () => {
  const { url, received } = await openReceiver(500);
  const { standIn } = await openSetting({ webhookUrl: url });
  await standIn.settled();
  expect(received).toHaveLength(1);
  const [delivery] = standIn.deliveries();
  expect(delivery).toMatchObject({
    event: 'installation',
    action: 'created',
    status: 500,
    responseBody: 'noted',
  });
  await standIn.redeliver(delivery?.id ?? '');
  expect(received.map(({ id }) => id)).toEqual([delivery?.id, delivery?.id]);
  expect(received[0]?.body).toBe(received[1]?.body);
  expect(standIn.deliveries().map(({ redelivery }) => redelivery)).toEqual([false, true]);
  await expect(standIn.redeliver('unknown')).rejects.toThrow('no delivery has the id unknown');
});

test('lets the app list its deliveries and ask for one again', async () => {
  const { url, received } = await openReceiver();
  const { standIn } = await openSetting({ webhookUrl: url });
  await standIn.settled();
  const app = await probotOf(standIn.apiUrl).auth();
  const { data } = await app.rest.apps.listWebhookDeliveries();
  expect(data).toMatchObject([{ guid: received[0]?.id, status_code: 200, event: 'installation' }]);
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: Number(data[0]?.id) });
  await standIn.settled();
  expect(received).toHaveLength(2);
});

test('notes a receiver that cannot be reached', async () => {
  const { standIn } = await openSetting({ webhookUrl: 'http://127.0.0.1:1/' });
  await standIn.settled();
  expect(standIn.deliveries()).toMatchObject([{ status: undefined, event: 'installation' }]);
});

test('is accepted by the real Probot server, which knows the event', async () => {
  const { standIn, person, head } = await openSetting();
  const probot = probotOf(standIn.apiUrl);
  const seen: string[] = [];
  await probot.load((app) => {
    app.on('pull_request.opened', async ({ payload, octokit }) => {
      const { data } = await octokit.rest.pulls.get({ ...REPOSITORY, pull_number: payload.number });
      seen.push(`${payload.repository.full_name}#${data.number}`);
    });
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const header = (name: string) => String(request.headers[name]);
    await probot.webhooks.verifyAndReceive({
      id: header('x-github-delivery'),
      name: header('x-github-event'),
      signature: header('x-hub-signature-256'),
      payload: Buffer.concat(chunks).toString('utf8'),
    });
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  standIn.setWebhookUrl(`http://127.0.0.1:${address.port}/`);
  await commitBranch(person('ada'), { branch: 'work', from: head, files: { a: '1' } });
  await person('ada').rest.pulls.create({ ...REPOSITORY, title: 'Work', head: 'work', base: 'main' });
  await standIn.settled();
  server.closeAllConnections();
  server.close();
  expect(standIn.deliveries().find(({ event }) => event === 'pull_request')?.status).toBe(200);
  expect(seen).toEqual(['republic/law#1']);
});

test('fails the next matching request once, by status or by cutting the connection', async () => {
  const { standIn, person } = await openSetting();
  const ask = () => person('ada').rest.repos.get(REPOSITORY);
  standIn.failNext({ method: 'GET', path: /^\/repos\/republic\/law$/, status: 502 });
  expect((await refusalOf(ask())).status).toBe(502);
  await ask();
  const comment = () => person('ada').rest.issues.create({ ...REPOSITORY, title: 'x' });
  standIn.failNext({ method: 'POST', path: /\/issues$/, cut: true });
  await expect(comment()).rejects.toThrow();
  standIn.failNext({ method: 'POST', path: /\/issues$/, cut: true, effective: true });
  await expect(comment()).rejects.toThrow();
  const { data } = await person('ada').rest.issues.listForRepo(REPOSITORY);
  expect(data).toHaveLength(1);
});
