// The deployment's log in git: each head with its record in one commit, and verdicts that move no run by themselves. One
// publisher at a time, so that what has a place in the log reaches git in the order of the places.
import { setTimeout as pause } from 'node:timers/promises';
import { type Sha256, sha256 } from '../digest/digest.ts';
import { treeHead } from '../merkle/tree-head.ts';
import { IN_TOTO, seal } from '../record/dsse.ts';
import { logContradiction, logFiles, type Published, type Standing } from '../record/log-files.ts';
import { encodeLeaf } from '../record/log-leaf.ts';
import type { Recorder, RecorderSigner } from '../record/recorder-key.ts';
import { encodeStatement, type RunStatement } from '../record/statement.ts';
import type { RunState } from '../run/state.ts';
import { keepPlaces, keptLeaf, type LogOrder, logOrder, type NewLeaf } from '../store/log-leaves.ts';
import { notePublication, publication } from '../store/publications.ts';
import { withLease } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import type { Commit } from './forge.ts';
import { type OutboxPorts, openOutbox } from './outbox.ts';

export interface LogPorts extends OutboxPorts {
  readonly recorder: Recorder;
  /** Its name is the log's. */
  readonly deployment: string;
}

/** None of the keys at hand is one that the run's enables name, so nothing signed with them would be believed. */
export class NoSuchRecorder extends Error {
  readonly code = 'no_such_recorder';

  constructor({ runId, recorderKeys }: RunState) {
    super(
      `${runId} names the recorder ${recorderKeys.join(', ')}, and no key of this deployment is that one: add its file to RECORDER_KEY_PATH, or have the run renewed with the present key`,
    );
    this.name = 'NoSuchRecorder';
  }
}

const SUBJECT = 'log';

/** Publishes what has no head of a run to go with. Throws, like every publisher, when GitHub gave no answer. */
export async function publishLog(ports: LogPorts): Promise<void> {
  const outbox = openOutbox(ports);
  await alone(ports.store, async () => {
    const order = await logOrder(ports.store);
    const { lines } = order;
    if (lines.length === 0) return;
    const message = `Record the log: ${lines.length} leaves`;
    await outbox.send({
      subject: SUBJECT,
      sha256: treeHead(lines),
      async put() {
        await commitLog({ message, files: new Map() }, { order, head: null, ports });
        return String(lines.length);
      },
    });
  });
  outbox.close();
}

/** Commits a record together with the log as it stands, and behind it the leaf of the record's own head. */
export async function commitWithLog(
  record: Commit,
  { head, ports }: { head: NewLeaf | null; ports: LogPorts },
): Promise<string | null> {
  const { store, repository, now } = ports;
  let committed: string | null = null;
  await alone(store, async () => {
    const order = await logOrder(store);
    committed = await commitLog(record, { order, head, ports });
    const lines = linesOf(order, head);
    const place = { repository: repository.name, subject: SUBJECT };
    const note = { remoteId: String(lines.length), sha256: treeHead(lines) };
    if (lines.length > 0) await notePublication(store, { ...place, ...note }, now());
  });
  return committed;
}

function linesOf({ lines }: LogOrder, head: NewLeaf | null): readonly string[] {
  return head ? [...lines, head.line] : lines;
}

async function commitLog(
  { message, files, contradicts }: Commit,
  { order, head, ports }: { order: LogOrder; head: NewLeaf | null; ports: LogPorts },
): Promise<string | null> {
  const { repository, store, recorder, deployment } = ports;
  const log = { deployment, recorder, leaves: linesOf(order, head) };
  const published = await lastPublished(store, repository.name);
  const committed = await repository.commitFiles({
    message,
    files: new Map([...files, ...(log.leaves.length === 0 ? [] : await logFiles(log))]),
    async contradicts(standing: Standing) {
      const found = (await contradicts?.(standing)) ?? (await logContradiction(log, { standing, published }));
      if (found && (await logOrder(store)).placed > order.placed) throw overtaken();
      // Before the commit, so that a process that dies behind it finds what stands there; and not before these files were
      // found to continue what stands, since what is said in the log is said for ever.
      if (!found) await keepPlaces(store, order, { head });
      return found;
    },
  });
  await keepPlaces(store, order, { head });
  return committed;
}

/** What the published log says against this one, read without anything being written; null where nothing does. */
export async function contradictionOfLog(standing: Standing, ports: LogPorts): Promise<string | null> {
  const { repository, store, recorder, deployment } = ports;
  const order = await logOrder(store);
  const log = { deployment, recorder, leaves: order.lines };
  const published = await lastPublished(store, repository.name);
  const found = await logContradiction(log, { standing, published });
  if (found && (await logOrder(store)).placed > order.placed) throw overtaken();
  return found;
}

// Somebody who took the lease over has published meanwhile: that is a race, and no contradiction.
function overtaken(): Error {
  return new Error('another publisher has continued the log; this look is repeated');
}

export async function lastPublished(store: Store, repository: string): Promise<Published | null> {
  const last = await publication(store, repository, SUBJECT);
  return last ? { size: Number(last.remoteId), root: last.sha256 as Sha256 } : null;
}

export interface Stated {
  /** The envelope over the statement, as a file. */
  readonly file: string;
  /** To be kept with the commit; null where it was kept by an earlier look, whose signature then stands. */
  readonly head: NewLeaf | null;
}

/** A command that signs may never sign twice alike: what was once about to be published is published again as it was. */
export async function stated(
  statement: RunStatement,
  { state, ports }: { state: RunState; ports: LogPorts },
): Promise<Stated> {
  const { store, recorder } = ports;
  const { runId, head } = state;
  const subject = `head of ${runId} at ${head.seq}`;
  const kept = await keptLeaf(store, subject);
  if (kept?.statement) return { file: kept.statement, head: null };
  const payload = encodeStatement(statement);
  const file = await seal({ payloadType: IN_TOTO, payload }, signerFor(state, recorder));
  const line = encodeLeaf({
    ...{ type: 'head', at: statement.predicate.at, run_id: runId, seq: head.seq },
    ...{ hash: head.hash, statement_sha256: sha256(file) },
  });
  return { file, head: { subject, line, statement: file } };
}

/** Throws NoSuchRecorder. */
function signerFor(state: RunState, { current, older }: Recorder): RecorderSigner {
  const signer = [current, ...older].find(({ key }) => state.recorderKeys.includes(key));
  if (!signer) throw new NoSuchRecorder(state);
  return signer;
}

const ASK_AGAIN_MS = 250;
const ASKINGS = 40;

async function alone(store: Store, work: () => Promise<void>): Promise<void> {
  for (let asking = 0; asking < ASKINGS; asking += 1) {
    if (await withLease(store, 'log', work)) return;
    await pause(ASK_AGAIN_MS);
  }
  throw new Error('another publisher has held the log for ten seconds; this look is repeated');
}
