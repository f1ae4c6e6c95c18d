// Puts one piece on GitHub unless it stands there already. Every piece is on its own: one that GitHub refuses is noted,
// told once and asked for again ever more rarely; one that got no answer is for the queue to repeat.
import type { Sha256 } from '../digest/digest.ts';
import { type NotedPublication, notePublication, publication } from '../store/publications.ts';
import {
  forgetRefusedPublication,
  noteRefusedPublication,
  refusedPublication,
} from '../store/refused-publications.ts';
import type { Store } from '../store/store.ts';
import { GitHubRefusal, type GitHubRefusalCode, type Posts } from './forge.ts';

export interface OutboxPorts {
  readonly repository: Posts;
  readonly store: Store;
  now(): Date;
  /** For the operator's log: once for each subject and code. */
  onRefused(refusal: GitHubRefusal, subject: string): void;
}

export interface Letter {
  readonly subject: string;
  /** Of all that it shows: what has the same digest stands there already. */
  readonly sha256: Sha256;
  /** Returns the id that GitHub gave it. `known` is the one it had. */
  put(known: string | undefined): Promise<string>;
  /** Given for what somebody waits for: asked now and then whether it still stands there, and put anew where it does not. */
  stands?(known: string): Promise<boolean>;
}

/** `delayed`: there was no answer for now. Otherwise the code by which GitHub refuses it. */
export type Sent = 'stands' | 'delayed' | GitHubRefusalCode;

export interface Outbox {
  send(letter: Letter): Promise<Sent>;
  /** Does what leads to the letter about `subject`; what fails in it holds up no other. */
  attempt(subject: string, work: () => Promise<void>): Promise<void>;
  /** Throws the first fault that a repetition may mend; whatever was sent stays sent. */
  close(): void;
}

export function openOutbox(ports: OutboxPorts): Outbox {
  const faults: unknown[] = [];
  return {
    async send(letter) {
      try {
        return await sendOne(letter, ports);
      } catch (error) {
        faults.push(error);
        return 'delayed';
      }
    },
    async attempt(subject, work) {
      try {
        await work();
        // A refusal that has passed keeps nothing waiting any more, and another one is news.
        await forgetRefusedPublication(ports.store, placeOfReading(subject, ports));
      } catch (error) {
        if (error instanceof GitHubRefusal) await refusedReading(error, { subject, ports });
        else faults.push(error);
      }
    },
    close() {
      if (faults.length > 0) throw faults[0];
    },
  };
}

function placeOfReading(subject: string, { repository }: OutboxPorts) {
  return { repository: repository.name, subject: `what ${subject} says` };
}

// What cannot be read today may be tomorrow: it is asked for at every look, and told once.
async function refusedReading(
  refusal: GitHubRefusal,
  { subject, ports }: { subject: string; ports: OutboxPorts },
): Promise<void> {
  const { store, now, onRefused } = ports;
  const place = placeOfReading(subject, ports);
  const earlier = await refusedPublication(store, place);
  if (earlier?.code === refusal.code) return;
  const note = { sha256: '', code: refusal.code, tries: 1, refusedAt: now() };
  await noteRefusedPublication(store, place, note);
  onRefused(refusal, subject);
}

const FIRST_PAUSE_MS = 15 * 60 * 1000;
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1000;

const LOOKED_AT_EVERY_MS = 4 * 60 * 1000;

async function stillStands(
  { stands }: Letter,
  { known, ports }: { known: NotedPublication; ports: OutboxPorts },
): Promise<boolean> {
  const { store, now } = ports;
  if (!stands || now().getTime() - known.publishedAt.getTime() < LOOKED_AT_EVERY_MS) return true;
  const there = await stands(known.remoteId).catch((error: unknown) => {
    // Where even looking is refused, nothing is known to be missing.
    if (error instanceof GitHubRefusal) return true;
    throw error;
  });
  if (there) await notePublication(store, known, now());
  return there;
}

async function sendOne(letter: Letter, ports: OutboxPorts): Promise<Sent> {
  const { repository, store, now, onRefused } = ports;
  const { subject, sha256 } = letter;
  const place = { repository: repository.name, subject };
  const known = await publication(store, place.repository, subject);
  if (known?.sha256 === sha256 && (await stillStands(letter, { known, ports }))) return 'stands';
  const earlier = await refusedPublication(store, place);
  if (earlier?.sha256 === sha256) {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (earlier.tries - 1));
    if (now().getTime() - earlier.refusedAt.getTime() < pauseMs) return earlier.code as GitHubRefusalCode;
  }
  try {
    const remoteId = await letter.put(known?.remoteId);
    await notePublication(store, { ...place, remoteId, sha256 }, now());
    if (earlier) await forgetRefusedPublication(store, place);
    return 'stands';
  } catch (error) {
    if (!(error instanceof GitHubRefusal)) throw error;
    const { code } = error;
    const tries = earlier?.sha256 === sha256 ? earlier.tries + 1 : 1;
    await noteRefusedPublication(store, place, { sha256, code, tries, refusedAt: now() });
    if (earlier?.code !== code) onRefused(error, subject);
    return code;
  }
}
