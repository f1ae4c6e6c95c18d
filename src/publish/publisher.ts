// Makes GitHub show what the event log says: the comments of every chapter, the issue of a hold, and the run record in
// git. A projection: publishing twice, or after a crash in the middle, leaves one of everything.
import type { RunId } from '../approval/run-id.ts';
import { sha256 } from '../digest/digest.ts';
import type { Repository } from '../github/repository.ts';
import { holdTitle, renderHold } from '../report/hold.ts';
import { marker } from '../report/markdown.ts';
import { renderProgress } from '../report/progress.ts';
import { runRecord } from '../report/record.ts';
import { renderRequest } from '../report/request.ts';
import { renderSigned, renderWithdrawn } from '../report/signed.ts';
import type { RunEvent } from '../run/events.ts';
import { GATE_OF_PAUSE } from '../run/road.ts';
import { fold, type RunState } from '../run/state.ts';
import { artifacts } from '../store/artifacts.ts';
import { notePublication, publication } from '../store/publications.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import { type Chapter, tell } from './story.ts';
import { holdOf, progressOf, recordOf, requestOf, requestSubject } from './views.ts';

export interface PublisherPorts {
  readonly repository: Repository;
  readonly store: Store;
  readonly reviewers: readonly string[];
  now(): Date;
}

export async function publishRun(runId: RunId, ports: PublisherPorts): Promise<void> {
  const events = await runLog(ports.store).load(runId);
  const state = fold(events);
  const kept = await artifacts(ports.store, runId);
  const chapters = tell(events);
  const telling = { state, kept, ports };
  for (const chapter of chapters) await publishProgress(chapter, telling);
  // The record first: whoever is asked to sign finds the whole plan in git.
  if (state.position.status !== 'RUNNING') await publishRecord(events, telling);
  for (const chapter of chapters) await publishRequest(chapter, telling);
}

interface Telling {
  readonly state: RunState;
  readonly kept: ReadonlyMap<string, string>;
  readonly ports: PublisherPorts;
}

async function publishProgress(chapter: Chapter, { state, ports }: Telling): Promise<void> {
  const progress = progressOf(chapter, state);
  await publishComment(
    { pull: chapter.approval.pull, subject: progress.subject, body: renderProgress(progress) },
    ports,
  );
}

async function publishRequest(chapter: Chapter, { state, kept, ports }: Telling): Promise<void> {
  const { position, followedBy, approval, phases } = chapter;
  // What is asked is asked where the phases ran; a fresh window asks for nothing.
  if (phases.length === 0) return;
  const { pull } = approval;
  if (
    position.status === 'AWAITING_CUT_AUTHORIZATION' ||
    position.status === 'AWAITING_LIFECYCLE_AUTHORIZATION'
  ) {
    const request = requestOf(chapter, { state, kept });
    const body = followedBy ? renderSigned(request, followedBy) : renderRequest(request);
    await publishComment({ pull, subject: request.subject, body }, ports);
  }
  if (position.status === 'ABANDONED') await withdrawRequests({ pull, runId: state.runId }, ports);
  if (position.status === 'HELD') {
    const hold = holdOf(chapter, { state, reviewers: ports.reviewers });
    const body = followedBy
      ? renderSigned({ subject: hold.subject, draft: hold.release }, followedBy)
      : renderHold(hold);
    await publishComment({ pull, subject: hold.subject, body }, ports);
    await publishIssue(
      { subject: `issue of ${hold.subject}`, title: holdTitle(hold), body: renderHold(hold) },
      ports,
    );
  }
}

// A ready-to-sign document that would be refused must not stay on the page as if it were waiting.
async function withdrawRequests(
  { pull, runId }: { pull: number; runId: RunId },
  ports: PublisherPorts,
): Promise<void> {
  for (const gate of Object.values(GATE_OF_PAUSE)) {
    const subject = requestSubject(runId, gate);
    if (!(await publication(ports.store, ports.repository.name, subject))) continue;
    await publishComment({ pull, subject, body: renderWithdrawn(subject, 'The run was abandoned.') }, ports);
  }
}

async function publishComment(
  { pull, subject, body }: { pull: number; subject: string; body: string },
  ports: PublisherPorts,
) {
  const { repository, store, now } = ports;
  const known = await publication(store, repository.name, subject);
  const digest = sha256(body);
  if (known?.sha256 === digest) return;
  const id = await repository.upsertComment({
    issue: pull,
    marker: marker(subject),
    body,
    id: known && Number(known.remoteId),
  });
  await notePublication(
    store,
    { repository: repository.name, subject, remoteId: String(id), sha256: digest },
    now(),
  );
}

async function publishIssue(
  { subject, title, body }: { subject: string; title: string; body: string },
  ports: PublisherPorts,
) {
  const { repository, store, reviewers, now } = ports;
  if (await publication(store, repository.name, subject)) return;
  const number = await repository.openIssue({
    marker: marker(subject),
    title,
    body: `${marker(subject)}\n${body}`,
    assignees: reviewers,
  });
  await notePublication(
    store,
    { repository: repository.name, subject, remoteId: String(number), sha256: sha256(body) },
    now(),
  );
}

async function publishRecord(events: readonly RunEvent[], { state, kept, ports }: Telling): Promise<void> {
  const { repository, store, now } = ports;
  const subject = `record of ${state.runId}`;
  if ((await publication(store, repository.name, subject))?.sha256 === state.head.hash) return;
  const message = `Record ${state.runId}: ${state.position.status}`;
  const files = runRecord(recordOf(state, { events, kept }));
  const commit = await repository.commitFiles({ message, files });
  const note = {
    repository: repository.name,
    subject,
    remoteId: commit ?? 'unchanged',
    sha256: state.head.hash,
  };
  await notePublication(store, note, now());
}
