// A body that is signed and yet no event: its sender is told so, and it is no failure of the bot.
import { createHmac, generateKeyPairSync } from 'node:crypto';
import pino from 'pino';
import { Probot } from 'probot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { app, type Webhook } from '../../src/github/app.ts';
import { type Listening, listen } from '../../src/github/server.ts';

const SECRET = 'a webhook secret of the test';
const taken: Webhook[] = [];
let server: Listening;

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const probot = new Probot({
    appId: 1,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    secret: SECRET,
    log: pino({ level: 'silent' }),
  });
  await probot.ready();
  server = await listen(probot, {
    ...{ host: '127.0.0.1', port: 0, ready: async () => ({ ready: true, text: 'ready\n' }) },
    metrics: async () => ({ status: 200, type: 'text/plain', text: '' }),
    app: app({
      receive: async (webhook) => taken.push(webhook) > 0,
      repository: { id: 7, name: 'town/governance', self: 'countersign[bot]' },
    }),
  });
});
afterAll(() => server.close());

async function send(event: string, body: string, secret = SECRET) {
  const response = await fetch(`${server.url}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...{ 'x-github-event': event, 'x-github-delivery': 'a-delivery' },
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const pull = (pull_request: unknown) =>
  JSON.stringify({ action: 'opened', pull_request, repository: { id: 7, full_name: 'town/governance' } });

it('takes a sound event, and none that is not signed by the secret', async () => {
  expect(await send('pull_request', pull({ number: 3 }))).toMatchObject({ status: 200 });
  expect(taken).toMatchObject([{ pull: 3, action: 'opened' }]);
  expect((await send('pull_request', pull({ number: 4 }), 'another secret')).status).toBe(400);
  expect(taken).toHaveLength(1);
});

it.each(['', 'null', '[]', '"opened"', '17', '{"action":', '<xml/>'])('answers 400 to %j', async (body) => {
  const { status, text } = await send('pull_request', body);
  expect({ status, text }).toEqual({
    status: 400,
    text: 'the body is no event: it has to be a JSON object\n',
  });
});

it.each([
  ['pull_request', pull(undefined)],
  ['pull_request', pull({ number: 'three' })],
  ['push', '{"ref":"refs/heads/main"}'],
  ['check_run', '{"action":"rerequested"}'],
  ['check_run', '{"action":"rerequested","check_run":{}}'],
  ['check_suite', '{"action":"rerequested","check_suite":null}'],
])('answers 400 to a %s event without what it is about: %s', async (event, body) => {
  const { status, text } = await send(event, body);
  expect(status).toBe(400);
  expect(text).toContain(`the body is no ${event} event`);
  expect(taken).toHaveLength(1);
});
