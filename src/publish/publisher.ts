// Makes GitHub show what the event log says: the comments of every chapter, the issue of a hold, and the run record in
// git. A projection: publishing twice, or after a crash in the middle, leaves one of everything.
import type { RunId } from '../approval/run-id.ts';
import { COMMIT_ID_FORM } from '../digest/commit-id.ts';
import { sha256 } from '../digest/digest.ts';
import type { Standing } from '../record/log-files.ts';
import { statementPath } from '../record/statement.ts';
import { renderCompensation } from '../report/compensation.ts';
import { type Hold, renderHold, renderHoldIssue } from '../report/hold.ts';
import type { CommentBody } from '../report/limits.ts';
import { marker } from '../report/markdown.ts';
import { renderProgress } from '../report/progress.ts';
import { renderRequest } from '../report/request.ts';
import { runRecord } from '../report/run-record.ts';
import { renderSigned, renderWithdrawn } from '../report/signed.ts';
import type { RunEvent } from '../run/events.ts';
import { logPath } from '../run/published-log.ts';
import { recordOf } from '../run/record.ts';
import { GATE_OF_PAUSE, type PauseStatus } from '../run/road.ts';
import { canRevert, fold, type RunState } from '../run/state.ts';
import { statementOf } from '../run/statement.ts';
import { artifact, artifacts } from '../store/artifacts.ts';
import { publication } from '../store/publications.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import { commitWithLog, type LogPorts, stated } from './log.ts';
import { type Letter, type Outbox, type OutboxPorts, openOutbox, type Sent } from './outbox.ts';
import { once, type Signing } from './signing.ts';
import { type Chapter, chaptersOf } from './story.ts';
import {
  type ChapterAt,
  compensationOf,
  compensationSubject,
  holdOf,
  holdSubject,
  progressOf,
  requestOf,
  requestSubject,
} from './views.ts';

export interface PublisherPorts extends LogPorts {
  readonly reviewers: readonly string[];
  /** Asked only where something is offered. Throws when GitHub gave no answer. */
  signing(): Promise<Omit<Signing, 'recordUrl'>>;
  /** Where a person looks at a file of the repository: the URL of the repository's own page. */
  readonly pageUrl: string;
}

/** Throws, after everything else was tried, when GitHub gave no answer to something. */
export async function publishRun(runId: RunId, ports: PublisherPorts): Promise<void> {
  const events = await runLog(ports.store).load(runId);
  const state = fold(events);
  const chapters = chaptersOf(events);
  const outbox = openOutbox(ports);
  const signing = once(async () => ({
    ...(await ports.signing()),
    recordUrl: await recordUrl(runId, ports),
  }));
  const telling = { state, ports, outbox, signing };
  // The record before everything else: whoever is asked to sign finds the whole plan in git, and a log that is older than
  // the published one asks for nothing and tells nothing, unless that it is held.
  const { status } = state.position;
  const record = status === 'RUNNING' ? 'stands' : await publishRecord(events, telling);
  if (record === 'record_rewound' && status in GATE_OF_PAUSE) return outbox.close();
  for (const chapter of chapters) await publishProgress(chapter, telling);
  for (const chapter of chapters) await publishEnd(chapter, { ...telling, record });
  await publishCompensation(chapters, telling);
  outbox.close();
}

interface Telling {
  readonly state: RunState;
  readonly ports: PublisherPorts;
  readonly outbox: Outbox;
  signing(): Promise<Signing>;
}

interface TellingEnd extends Telling {
  readonly record: Sent;
}

async function publishProgress(chapter: Chapter, { state, ports, outbox }: Telling): Promise<void> {
  const progress = progressOf(chapter, state);
  const { pull } = chapter.approval;
  await outbox.send(comment({ pull, subject: progress.subject, body: renderProgress(progress) }, ports));
}

/** What stands below the progress of a chapter: a request, or a hold, or that neither is wanted any more. */
async function publishEnd(chapter: Chapter, telling: TellingEnd): Promise<void> {
  const { position, phases } = chapter;
  // What is asked is asked where the phases ran; a fresh window asks for nothing.
  if (phases.length === 0) return;
  switch (position.status) {
    case 'AWAITING_CUT_AUTHORIZATION':
    case 'AWAITING_LIFECYCLE_AUTHORIZATION':
      return publishRequest({ ...chapter, position }, telling);
    case 'HELD':
      return publishHold({ ...chapter, position }, telling);
    case 'ABANDONED':
      return withdrawRequests(chapter, telling);
    case 'RUNNING':
    case 'COMPLETED':
    case 'REVERTED':
      return;
    default:
      return position satisfies never;
  }
}

async function publishRequest(chapter: ChapterAt<PauseStatus>, telling: TellingEnd): Promise<void> {
  const { state, ports, outbox, record, signing } = telling;
  if (record === 'delayed') return;
  const { followedBy, approval, position } = chapter;
  const gate = GATE_OF_PAUSE[position.status];
  const subject = requestSubject(state.runId, gate);
  const recordRefused = record === 'stands' ? null : record;
  const put = (body: CommentBody) => outbox.send(comment({ pull: approval.pull, subject, body }, ports));
  await outbox.attempt(async () => {
    if (followedBy) await put(renderSigned({ subject, draft: { gate } }, followedBy));
    else {
      const kept = await keptForRequest(state.runId, ports.store);
      await put(renderRequest(requestOf(chapter, { state, kept, recordRefused, signing: await signing() })));
    }
  });
}

/** What a request shows of the larger outputs; the plan itself is for the record alone. */
async function keptForRequest(runId: RunId, store: Store): Promise<ReadonlyMap<string, string>> {
  const kept = new Map<string, string>();
  for (const name of ['changes.json', 'outline.txt']) {
    const content = await artifact(store, { runId, name });
    if (content !== undefined) kept.set(name, content);
  }
  return kept;
}

async function publishHold(
  chapter: ChapterAt<'HELD'>,
  { state, ports, outbox, signing }: Telling,
): Promise<void> {
  const { followedBy, approval } = chapter;
  const subject = holdSubject(chapter, state);
  const put = (body: CommentBody) => outbox.send(comment({ pull: approval.pull, subject, body }, ports));
  await outbox.attempt(async () => {
    if (followedBy) {
      await put(renderSigned({ subject, draft: { gate: 'SG_H_release_authz' } }, followedBy));
      return;
    }
    const hold = holdOf(chapter, { state, reviewers: ports.reviewers, signing: await signing() });
    await put(renderHold(hold));
    await outbox.send(issue(hold, ports));
  });
}

// A ready-to-sign document that would be refused must not stay on the page as if it were waiting.
async function withdrawRequests({ approval }: Chapter, { state, ports, outbox }: Telling): Promise<void> {
  for (const gate of Object.values(GATE_OF_PAUSE)) {
    const subject = requestSubject(state.runId, gate);
    if (!(await publication(ports.store, ports.repository.name, subject))) continue;
    const body = renderWithdrawn(subject, 'abandoned');
    await outbox.send(comment({ pull: approval.pull, subject, body }, ports));
  }
}

// Below the chapter that was told last. A hold has its own offer; and once the run has gone on, this one opens nothing.
async function publishCompensation(
  chapters: readonly Chapter[],
  { state, ports, outbox, signing }: Telling,
): Promise<void> {
  const { position, revertPlanSha256, approvals, runId } = state;
  const subject = compensationSubject(runId);
  const last = chapters.findLast(({ phases }) => phases.length > 0);
  if (!last) return;
  const put = (body: CommentBody, pull: number) => outbox.send(comment({ pull, subject, body }, ports));
  if (revertPlanSha256 !== null && canRevert(position.status) && position.status !== 'HELD') {
    await outbox.attempt(async () => {
      await put(renderCompensation(compensationOf(state, await signing())), last.approval.pull);
    });
    return;
  }
  const shown = await publication(ports.store, ports.repository.name, subject);
  if (!shown) return;
  const signed = approvals.findLast(({ gate }) => gate === 'SG_R_revert_authz');
  const body = signed
    ? renderSigned({ subject, draft: { gate: 'SG_R_revert_authz' } }, signed)
    : renderWithdrawn(subject, 'moved');
  await put(body, last.approval.pull);
}

/** Of the newest published record; the default branch has it where its commit was not noted. */
async function recordUrl(runId: RunId, { store, repository, pageUrl }: PublisherPorts): Promise<string> {
  const published = await publication(store, repository.name, recordSubject(runId));
  const commit = COMMIT_ID_FORM.test(published?.remoteId ?? '') ? published?.remoteId : 'HEAD';
  return `${pageUrl}/blob/${commit}/runs/${runId}/`;
}

function recordSubject(runId: RunId): string {
  return `record of ${runId}`;
}

export function comment(
  { pull, subject, body }: { pull: number; subject: string; body: CommentBody },
  { repository }: OutboxPorts,
): Letter {
  return {
    subject,
    sha256: sha256(body),
    async put(known) {
      const id = known === undefined ? undefined : Number(known);
      return String(await repository.upsertComment({ issue: pull, marker: marker(subject), body, id }));
    },
  };
}

function issue(hold: Hold, { repository, reviewers }: PublisherPorts): Letter {
  const subject = `issue of ${hold.subject}`;
  const rendered = renderHoldIssue(hold);
  return {
    subject,
    // An issue is opened once: its digest is of what it is about, not of its words.
    sha256: sha256(subject),
    put: async () => String(await repository.openIssue({ ...rendered, assignees: reviewers })),
  };
}

async function publishRecord(events: readonly RunEvent[], { state, ports, outbox }: Telling): Promise<Sent> {
  const message = `Record ${state.runId}: ${state.position.status}`;
  return outbox.send({
    subject: recordSubject(state.runId),
    sha256: state.head.hash,
    async put() {
      const kept = await artifacts(ports.store, state.runId);
      const files = new Map(runRecord(recordOf(state, { events, kept })));
      const statement = statementOf(state, { events, kept });
      const said = statement && (await stated(statement, { state, ports }));
      if (said) files.set(statementPath(state.runId), said.file);
      const contradicts = (standing: Standing) => logShortened(state.runId, { files, standing });
      const record = { message, files, contradicts };
      return (await commitWithLog(record, { head: said?.head ?? null, ports })) ?? 'unchanged';
    },
  });
}

/** The path of a log that does not begin with what stands in git; null when it does. */
async function logShortened(
  runId: RunId,
  { files, standing }: { files: ReadonlyMap<string, string>; standing: Standing },
): Promise<string | null> {
  const path = logPath(runId);
  const there = await standing.read(path);
  if (there === null) return (await standing.exists(path)) ? path : null;
  const ours = Buffer.from(files.get(path) ?? '');
  return ours.subarray(0, there.length).equals(there) ? null : path;
}
