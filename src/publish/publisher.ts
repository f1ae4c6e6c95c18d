// Makes GitHub show what the event log says: the comments of every chapter, the issue of a hold, and the run record in
// git. A projection: publishing twice, or after a crash in the middle, leaves one of everything.
import { once } from '../approval/once.ts';
import type { RunId } from '../approval/run-id.ts';
import { sha256 } from '../digest/digest.ts';
import { renderCompensation } from '../report/compensation.ts';
import { type Hold, renderHold, renderHoldIssue, renderHoldIssueEnded } from '../report/hold.ts';
import type { CommentBody } from '../report/limits.ts';
import { marker } from '../report/markdown.ts';
import { renderProgress } from '../report/progress.ts';
import { renderRequest } from '../report/request.ts';
import { renderSigned, renderWithdrawn } from '../report/signed.ts';
import type { ApprovalReference } from '../run/events.ts';
import { GATE_OF_PAUSE, type PauseStatus } from '../run/road.ts';
import { canRevert, fold } from '../run/state.ts';
import { artifact } from '../store/artifacts.ts';
import { publication } from '../store/publications.ts';
import { hint } from '../store/queue.ts';
import { forgetRefusedPublication } from '../store/refused-publications.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import type { LogPorts } from './log.ts';
import { type Letter, type OutboxPorts, openOutbox } from './outbox.ts';
import { isRewound, publishRecord, type RecordTelling, refusalOfRecord } from './record.ts';
import type { Signing } from './signing.ts';
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
    recordUrl: `${ports.pageUrl}/blob/HEAD/runs/${runId}/`,
  }));
  const telling = { state, ports, outbox, signing };
  const asks = state.position.status in GATE_OF_PAUSE;
  // Whoever is asked need not wait for the record's upload. But a log that is older than the published one asks for nothing
  // and tells nothing, unless that it is held: so it is looked at first.
  if (asks && (await isRewound(events, telling))) {
    await publishRecord(events, telling);
    return outbox.close();
  }
  const before = asks ? await refusalOfRecord(telling) : null;
  for (const chapter of chapters) await publishEnd(chapter, { ...telling, recordRefused: before });
  await publishCompensation(chapters, telling);
  const record = state.position.status === 'RUNNING' ? 'stands' : await publishRecord(events, telling);
  if (record === 'record_rewound' && asks) return outbox.close();
  const recordRefused = record === 'stands' ? null : record === 'delayed' ? before : record;
  const last = chapters.findLast(({ phases }) => phases.length > 0);
  if (asks && last && recordRefused !== before) await publishEnd(last, { ...telling, recordRefused });
  for (const chapter of chapters) await publishProgress(chapter, telling);
  outbox.close();
}

interface Telling extends RecordTelling {
  readonly ports: PublisherPorts;
  signing(): Promise<Signing>;
}

interface TellingEnd extends Telling {
  /** By which code GitHub refuses the record, as far as is known. */
  readonly recordRefused: string | null;
}

/** A run that soon pauses says all at once; a longer one is seen to move, at a cost that GitHub's limits bear. */
const FIRST_PROGRESS_AFTER_MS = 2_000;
const NEXT_PROGRESS_AFTER_MS = 10_000;

async function publishProgress(chapter: Chapter, { state, ports, outbox }: Telling): Promise<void> {
  const progress = progressOf(chapter, state);
  if (chapter.position.status === 'RUNNING' && chapter.followedBy === null) {
    const shown = await publication(ports.store, ports.repository.name, progress.subject);
    const dueAt = shown
      ? shown.publishedAt.getTime() + NEXT_PROGRESS_AFTER_MS
      : chapter.beganAt.getTime() + FIRST_PROGRESS_AFTER_MS;
    const afterMs = dueAt - ports.now().getTime();
    if (afterMs > 0) return hint(ports.store, 'publish', { key: state.runId, afterMs });
  }
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
      return withdrawOffers(chapter, telling);
    case 'RUNNING':
    case 'COMPLETED':
    case 'REVERTED':
      return;
    default:
      return position satisfies never;
  }
}

async function publishRequest(chapter: ChapterAt<PauseStatus>, telling: TellingEnd): Promise<void> {
  const { state, ports, outbox, recordRefused, signing } = telling;
  const { followedBy, approval, position } = chapter;
  const gate = GATE_OF_PAUSE[position.status];
  const subject = requestSubject(state.runId, gate);
  const put = (body: CommentBody) => outbox.send(comment({ pull: approval.pull, subject, body }, ports));
  await outbox.attempt(subject, async () => {
    if (followedBy) await put(renderSigned({ subject, draft: { gate } }, followedBy));
    else {
      const kept = await keptForRequest(state.runId, ports.store);
      const body = renderRequest(
        requestOf(chapter, { state, kept, recordRefused, signing: await signing() }),
      );
      await outbox.send(watched({ pull: approval.pull, subject, body }, ports));
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
  await outbox.attempt(subject, async () => {
    if (followedBy) {
      await put(renderSigned({ subject, draft: { gate: 'SG_H_release_authz' } }, followedBy));
      await closeIssue(subject, { by: followedBy, ports, outbox });
      return;
    }
    const hold = holdOf(chapter, { state, reviewers: ports.reviewers, signing: await signing() });
    await outbox.send(watched({ pull: approval.pull, subject, body: renderHold(hold) }, ports));
    await outbox.send(issue(hold, ports));
  });
}

/** Does nothing where no issue was opened. */
async function closeIssue(
  hold: string,
  {
    by,
    ports,
    outbox,
  }: { by: ApprovalReference | 'abandoned'; ports: PublisherPorts; outbox: Telling['outbox'] },
): Promise<void> {
  const { repository, store } = ports;
  const subject = issueSubject(hold);
  const opened = await publication(store, repository.name, subject);
  if (!opened) return letGo(subject, ports);
  const body = renderHoldIssueEnded(hold, by);
  await outbox.send({
    subject,
    sha256: sha256(body),
    async put() {
      await repository.closeIssue({ number: Number(opened.remoteId), body });
      return opened.remoteId;
    },
  });
}

/** What GitHub refused to show and nobody wants shown any more is asked for no more, and the run with it. */
function letGo(subject: string, { repository, store }: OutboxPorts): Promise<void> {
  return forgetRefusedPublication(store, { repository: repository.name, subject });
}

// A ready-to-sign document that would be refused must not stay on the page as if it were waiting.
async function withdrawOffers(chapter: Chapter, { state, ports, outbox }: Telling): Promise<void> {
  const { approval, heldAt } = chapter;
  const requests = Object.values(GATE_OF_PAUSE).map((gate) => requestSubject(state.runId, gate));
  const hold = heldAt === null ? [] : [holdSubject(chapter, state)];
  for (const subject of hold) await closeIssue(subject, { by: 'abandoned', ports, outbox });
  for (const subject of [...requests, ...hold]) {
    if (!(await publication(ports.store, ports.repository.name, subject))) {
      await letGo(subject, ports);
      continue;
    }
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
    await outbox.attempt(subject, async () => {
      await put(renderCompensation(compensationOf(state, await signing())), last.approval.pull);
    });
    return;
  }
  const shown = await publication(ports.store, ports.repository.name, subject);
  if (!shown) return letGo(subject, ports);
  const signed = approvals.findLast(({ gate }) => gate === 'SG_R_revert_authz');
  const body = signed
    ? renderSigned({ subject, draft: { gate: 'SG_R_revert_authz' } }, signed)
    : renderWithdrawn(subject, 'moved');
  await put(body, last.approval.pull);
}

/** A comment that somebody waits for: one that was deleted comes back. */
function watched(of: Parameters<typeof comment>[0], ports: OutboxPorts): Letter {
  return { ...comment(of, ports), stands: (id) => ports.repository.hasComment(Number(id)) };
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

function issueSubject(hold: string): string {
  return `issue of ${hold}`;
}

function issue(hold: Hold, { repository, reviewers }: PublisherPorts): Letter {
  const rendered = renderHoldIssue(hold);
  return {
    subject: issueSubject(hold.subject),
    // With its words: the release that it offers is bound to the log as it stands.
    sha256: sha256(rendered.body),
    async put(known) {
      const number = known === undefined ? undefined : Number(known);
      return String(await repository.upsertIssue({ ...rendered, assignees: reviewers, number }));
    },
  };
}
