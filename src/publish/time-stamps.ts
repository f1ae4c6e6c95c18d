// A time stamp for each published statement, put beside it by a commit of its own once an authority has answered. Nothing
// waits for it: whatever has none yet is asked for again at the next look.
import { randomBytes } from 'node:crypto';
import { sha256 } from '../digest/digest.ts';
import { decodeLeaf, type HeadLeaf } from '../record/log-leaf.ts';
import { encodeTimeStampFile, readTimeStamp, timeStampPath, timeStampRequest } from '../record/time-stamp.ts';
import type { Authority } from '../record/time-stamp-authority.ts';
import { verifyTimeStamp } from '../record/time-stamp-verify.ts';
import { type StatedHead, statedHeads } from '../store/log-leaves.ts';
import { publication } from '../store/publications.ts';
import { GitHubRefusal } from './forge.ts';
import { lastPublished } from './log.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';

export interface TimeStampAuthority {
  readonly name: string;
  readonly url: string;
  readonly pinned: Authority;
}

export interface StampingPorts extends OutboxPorts {
  /** Asked in this order, until one has answered. */
  readonly authorities: readonly TimeStampAuthority[];
  /** Why each gave no answer when it was asked last. */
  readonly silent: Map<string, string>;
  /** For the operator's log: once, until it answers again or for another reason. */
  onSilent(authority: string, why: string): void;
}

/** What is older than so many statements stays without: a late time stamp proves little. */
const LOOKED_BACK = 100;
const ANSWER_WITHIN_MS = 10_000;
/** With its certificates an answer has a few KB. */
const LONGEST_ANSWER = 64 * 1024;

/** Throws, like every publisher, when GitHub gave no answer; never for an authority. */
export async function publishTimeStamps(ports: StampingPorts): Promise<void> {
  const { store, repository } = ports;
  const published = await lastPublished(store, repository.name);
  if (!published) return;
  const outbox = openOutbox(ports);
  // The oldest first: it has waited longest.
  const heads = await statedHeads(store, { below: published.size, most: LOOKED_BACK });
  for (const head of heads.toReversed()) {
    const subject = `time stamp of ${head.subject}`;
    if (await publication(store, repository.name, subject)) continue;
    const answer = await answerOf(head.statement, ports);
    // Who was silent just now is not asked for the next one either.
    if (!answer) break;
    await outbox.send({
      subject,
      sha256: sha256(head.statement),
      put: () => commitStamp(head, { answer, subject, ports }),
    });
  }
  outbox.close();
}

async function commitStamp(
  { line }: StatedHead,
  { answer, subject, ports }: { answer: Buffer; subject: string; ports: StampingPorts },
): Promise<string> {
  const { runId, seq } = headIn(line);
  const path = timeStampPath({ runId, seq });
  let isThere = false;
  try {
    const committed = await ports.repository.commitFiles({
      message: `Time stamp ${runId} at entry ${seq}`,
      files: new Map([[path, encodeTimeStampFile(answer)]]),
      // One that stands there, from before this state was restored, is the older and says more.
      async contradicts(standing) {
        isThere = await standing.exists(path);
        return isThere ? subject : null;
      },
    });
    return committed ?? 'unchanged';
  } catch (error) {
    if (isThere && error instanceof GitHubRefusal && error.code === 'record_rewound') return 'unchanged';
    throw error;
  }
}

function headIn(line: string): { readonly runId: HeadLeaf['run_id']; readonly seq: number } {
  const leaf = decodeLeaf(line);
  if (!leaf.ok || leaf.value.type !== 'head') throw new Error('a statement is kept with a leaf of no head');
  return { runId: leaf.value.run_id, seq: leaf.value.seq };
}

/** Of the first authority that gives a time stamp which holds; null where none does. */
async function answerOf(statement: string, ports: StampingPorts): Promise<Buffer | null> {
  for (const authority of ports.authorities) {
    const answer = await ask(authority, statement);
    if (typeof answer !== 'string') {
      ports.silent.delete(authority.name);
      return answer;
    }
    if (ports.silent.get(authority.name) !== answer) ports.onSilent(authority.name, answer);
    ports.silent.set(authority.name, answer);
  }
  return null;
}

/** A string says why there is none. */
async function ask({ url, pinned }: TimeStampAuthority, statement: string): Promise<Buffer | string> {
  const digest = sha256(statement);
  const nonce = Buffer.concat([Buffer.of(1), randomBytes(15)]);
  const answer = await post(url, timeStampRequest(digest, nonce));
  if (typeof answer === 'string') return answer;
  const read = readTimeStamp(answer);
  if (!read.ok) return `what it answered ${read.flaw.detail}`;
  // With the nonce a stranger on the way cannot hand out an answer of another day.
  if (!read.value.nonce?.equals(nonce)) return 'it answered another request';
  const verified = verifyTimeStamp(read.value, { digest, authorities: [pinned] });
  return verified.ok ? answer : `what it answered ${verified.flaw.detail}`;
}

async function post(url: string, body: Buffer): Promise<Buffer | string> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      return `it answered ${answer.status}`;
    }
    return await bytesIn(answer);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? 'it did not answer within 10 seconds'
      : 'it cannot be reached';
  }
}

async function bytesIn({ body }: Response): Promise<Buffer | string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > LONGEST_ANSWER) return 'its answer is longer than any time stamp';
    parts.push(part);
  }
  return Buffer.concat(parts);
}
