// The little HTTP the stand-in needs: a bounded request body in, a reply with GitHub's headers out.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The request's whole body; undefined when it is longer than the limit. */
export async function readRequestBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
  }
  return bytes > limitBytes ? undefined : Buffer.concat(chunks);
}

export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Sends a reply. Its Date is the stand-in's clock, from which clients judge how far theirs is off. */
export function sendOutcome(response: ServerResponse, { outcome, at }: { outcome: Outcome; at: Date }): void {
  response.sendDate = false;
  const length = Buffer.byteLength(outcome.body);
  const headers = { date: at.toUTCString(), server: 'github.com', ...outcome.headers };
  response.writeHead(
    outcome.status,
    outcome.status === 204 ? headers : { ...headers, 'content-length': length },
  );
  response.end(outcome.body);
}

export function jsonOutcome(status: number, { body, headers }: { body: unknown; headers: object }): Outcome {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-github-media-type': 'github.v3; format=json',
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
