// Reports to the knowledge base, taken by a real receiver that checks the signature as its documentation says, is down at
// times, and answers slowly or badly.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { KbUnavailable, reportToKb, signature } from '../../src/publish/kb.ts';
import { openWorkshop, smallLaw, type Workshop } from '../support/workshop.ts';

const SECRET = new Uint8Array(32).fill(7);

interface Taken {
  readonly id: string;
  readonly report: Record<string, unknown>;
}

let workshop: Workshop;
let receiver: Server;
let runId: RunId;
let taken: Taken[] = [];
/** Statuses of the next answers; 200 after them. */
let answers: number[] = [];
let forged = 0;

beforeAll(async () => {
  workshop = await openWorkshop();
  receiver = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const status = answers.shift() ?? 200;
      if (status === 302) response.setHeader('location', '/elsewhere');
      if (!signed(request, body)) forged += 1;
      else if (status === 200)
        taken.push({ id: String(request.headers['webhook-id']), report: JSON.parse(body) });
      response.writeHead(status).end('a text that belongs to the receiver');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  runId = await workshop.openRun('charter', smallLaw(2, 'reported'));
  expect((await workshop.advance(runId)).position.status).toBe('AWAITING_CUT_AUTHORIZATION');
});
afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await workshop.close();
});
beforeEach(() => {
  taken = [];
  answers = [];
  forged = 0;
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function signed({ headers }: IncomingMessage, body: string): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', SECRET).update(content).digest();
  const [, given = ''] = /^v1,(.+)$/.exec(String(headers['webhook-signature'])) ?? [];
  const found = Buffer.from(given, 'base64');
  return found.length === expected.length && timingSafeEqual(found, expected);
}

const report = (endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/reports`) =>
  reportToKb(runId, {
    ...{ kb: { endpoint, secret: SECRET }, store: workshop.store, deployment: 'town' },
    now: () => workshop.clock.at,
  });

describe('reports to the knowledge base', () => {
  it('are kept for later when the receiver is down, and the fault tells neither its words nor the secret', async () => {
    const error = await report('http://127.0.0.1:1/reports').catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(KbUnavailable);
    expect(String(error)).not.toContain(Buffer.from(SECRET).toString('base64'));

    for (const status of [500, 404, 302]) {
      answers = [status];
      const refused = await report().catch((fault: unknown) => fault);
      expect(refused).toBeInstanceOf(KbUnavailable);
      expect(String(refused)).not.toContain('belongs to the receiver');
    }
    expect(taken).toEqual([]);
  });

  it('go on after the last one that was taken, each signed, in the order of the road', async () => {
    answers = [200, 200, 503];
    await expect(report()).rejects.toThrow(KbUnavailable);
    expect(taken.map(({ report: { phase } }) => phase)).toEqual(['source_pin', 'mark']);
    await report();
    expect(taken.map(({ report: { phase } }) => phase)).toEqual([
      ...['source_pin', 'mark', 'cutplan', 'pre_write_backup', 'grant_probe'],
    ]);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(5);
    expect(taken[0]?.report).toMatchObject({
      format: 'countersign/phase-report/1',
      ...{ deployment: 'town', run_id: runId, document_id: 'charter' },
      file: `runs/${runId}/kb/01-source_pin.md`,
      markdown: expect.stringMatching(/^# source_pin\n/),
    });
    expect(forged).toBe(0);
  });

  it('are posted once, and again only for the phases that came since', async () => {
    await report();
    expect(taken).toEqual([]);
    await workshop.sign(runId, 'SG_1_cut_authz');
    await workshop.advance(runId);
    await report();
    expect(taken.map(({ report: { phase } }) => phase)).toEqual([
      ...['cut_leg_a', 'structural_verify', 'leg_b_record', 'write_verify'],
    ]);
  });
});

describe('the signature of a report', () => {
  it('is the HMAC of id, time and body', () => {
    const message = { id: 'msg_1', timestamp: 1_700_000_000, body: '{"a":1}' };
    const other = createHmac('sha256', SECRET).update('msg_1.1700000000.{"a":1}').digest('base64');
    expect(signature(message, SECRET)).toBe(`v1,${other}`);
    expect(signature({ ...message, body: '{"a":2}' }, SECRET)).not.toBe(`v1,${other}`);
  });
});
