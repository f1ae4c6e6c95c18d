// Each phase report is also posted to `kb.endpoint` (the production reporter of the user's own document): what is posted
// is what the run record holds. It has a queue of its own, so that an endpoint that is down holds up nothing.
import { createHmac } from 'node:crypto';
import type { RunId } from '../approval/run-id.ts';
import { canonicalJson, sha256 } from '../digest/digest.ts';
import { phaseReports } from '../report/run-record.ts';
import { recordOf } from '../run/record.ts';
import { fold } from '../run/state.ts';
import { notePublication, publication } from '../store/publications.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';

export interface KbSettings {
  /** https, or http to this machine itself. */
  readonly endpoint: string;
  /** Shared with the receiver alone: at least 24 bytes. */
  readonly secret: Uint8Array;
}

export interface KbPorts {
  readonly kb: KbSettings;
  readonly store: Store;
  readonly deployment: string;
  now(): Date;
}

/** The receiver did not take a report. The queue repeats it; the message holds neither the secret nor the answer's text. */
export class KbUnavailable extends Error {
  constructor(file: string, why: string) {
    super(`the knowledge base did not take ${file}: ${why}`);
    this.name = 'KbUnavailable';
  }
}

const ANSWER_WITHIN_MS = 10_000;
/** The name under which what was taken is noted; a repository always has a slash. */
const PLACE = 'kb';

/** Posts every phase report of a run that the receiver has not taken yet, in order. Throws KbUnavailable. */
export async function reportToKb(runId: RunId, ports: KbPorts): Promise<void> {
  const { store, deployment, now } = ports;
  const events = await runLog(store).load(runId);
  const state = fold(events);
  const reports = phaseReports(recordOf(state, { events, kept: new Map() }));
  for (const { file, phase, output, markdown } of reports) {
    const body = canonicalJson({
      ...{ format: 'countersign/phase-report/1', deployment, repository: state.repository },
      ...{ run_id: runId, document_id: state.documentId, phase, file, output, markdown },
    });
    const place = { repository: PLACE, subject: file, sha256: sha256(body) };
    if ((await publication(store, PLACE, file))?.sha256 === place.sha256) continue;
    // The same id for the same report, so that a receiver can tell a repetition.
    const id = `msg_${sha256(`${file}\n${place.sha256}`).slice(0, 32)}`;
    await post({ file, id, body }, ports);
    await notePublication(store, { ...place, remoteId: id }, now());
  }
}

async function post(
  { file, id, body }: { file: string; id: string; body: string },
  { kb, now }: KbPorts,
): Promise<void> {
  const timestamp = Math.floor(now().getTime() / 1000);
  let answer: Response;
  try {
    answer = await fetch(kb.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature({ id, timestamp, body }, kb.secret),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
  } catch (error) {
    throw new KbUnavailable(file, error instanceof Error ? error.name : 'no answer');
  }
  if (!answer.ok) throw new KbUnavailable(file, `it answered ${answer.status}`);
}

/** The header `webhook-signature` of the Standard Webhooks specification, version 1 (HMAC-SHA256). */
export function signature(
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
  secret: Uint8Array,
): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
