// From the state and a chapter of its story to what the report shows. The only place that knows both sides.
import type { Gate } from '../approval/gates.ts';
import type { RunId } from '../approval/run-id.ts';
import type { PhaseOutput } from '../phases/phase.ts';
import type { Hold } from '../report/hold.ts';
import { count } from '../report/markdown.ts';
import type { PhaseLine, Progress } from '../report/progress.ts';
import type { RunRecord } from '../report/record.ts';
import type { ApprovalDraft, SignatureRequest } from '../report/request.ts';
import { expectedBindings, pathForNext } from '../run/bindings.ts';
import { encodeEvent, type RunEvent } from '../run/events.ts';
import { GATE_OF_PAUSE, PHASES } from '../run/road.ts';
import type { FinishedPhase, Position, RunState } from '../run/state.ts';
import type { Chapter, ChapterPhase } from './story.ts';

export function progressOf(chapter: Chapter, state: RunState): Progress {
  const { approval, phases, head } = chapter;
  return {
    subject: `progress of ${state.runId} by #${approval.pull}`,
    runId: state.runId,
    documentId: state.documentId,
    phases: phases.map(phaseLine),
    outcome: outcomeOf(chapter, state),
    notices: phases.flatMap(({ finished }) => (finished ? noticesOf(finished) : [])),
    head,
  };
}

function phaseLine({ name, running, stopped, finished }: ChapterPhase): PhaseLine {
  const state = stopped
    ? 'stopped'
    : finished
      ? finished.recovered
        ? 'recovered'
        : 'done'
      : running
        ? 'running'
        : 'waiting';
  const durationMs = finished && !finished.recovered ? finished.durationMs : null;
  return { name, state, durationMs, lines: finished ? linesOf(finished) : [] };
}

function linesOf({ phase, output }: FinishedPhase): readonly string[] {
  const { output: decoder, report }: PhaseOutput<unknown> = PHASES[phase];
  return report(decoder.parse(output));
}

function noticesOf({ phase, output }: FinishedPhase): readonly string[] {
  const { output: decoder, notices }: PhaseOutput<unknown> = PHASES[phase];
  return notices ? notices(decoder.parse(output)) : [];
}

const OUTCOMES: Record<Position['status'], { mark: string; says: string } | null> = {
  RUNNING: null,
  AWAITING_CUT_AUTHORIZATION: { mark: '⏸️', says: 'is planned and backed up; nothing is written yet' },
  AWAITING_LIFECYCLE_AUTHORIZATION: { mark: '⏸️', says: 'is cut and verified; its units are drafts' },
  COMPLETED: { mark: '✅', says: 'is done' },
  HELD: { mark: '🛑', says: 'is held' },
  REVERTED: { mark: '↩️', says: 'is reverted' },
  ABANDONED: { mark: '⏹️', says: 'is abandoned' },
};

function outcomeOf({ approval, phases, position }: Chapter, state: RunState): Progress['outcome'] {
  if (phases.length === 0) {
    return {
      mark: '🔄',
      sentence: `${renewed(approval.gate)} until ${approval.valid_until.slice(0, 16).replace('T', ' ')} UTC`,
    };
  }
  const outcome = OUTCOMES[position.status];
  return outcome && { mark: outcome.mark, sentence: `\`${state.documentId}\` ${outcome.says}` };
}

function renewed(gate: Gate): string {
  return gate === 'GAP7_execution_enable' ? 'The enable is renewed' : `\`${gate}\` is signed again`;
}

export function requestSubject(runId: RunId, gate: Gate): string {
  return `request of ${runId} for ${gate}`;
}

export function requestOf(
  chapter: Chapter,
  { state, kept }: { state: RunState; kept: ReadonlyMap<string, string> },
): SignatureRequest {
  const { position, head } = chapter;
  const pause =
    position.status === 'AWAITING_CUT_AUTHORIZATION' ? position.status : 'AWAITING_LIFECYCLE_AUTHORIZATION';
  const gate = GATE_OF_PAUSE[pause];
  const enable = state.approvals.findLast((approval) => approval.gate === 'GAP7_execution_enable');
  const outline = kept.get('outline.txt');
  const changes = kept.get('changes.diff');
  return {
    subject: requestSubject(state.runId, gate),
    runId: state.runId,
    documentId: state.documentId,
    draft: draftOf(state, gate),
    meaning: meaningOf(chapter, state),
    enabledUntil: enable ? new Date(enable.valid_until) : null,
    renewal: draftOf(state, 'GAP7_execution_enable'),
    folds: gate === 'SG_1_cut_authz' ? foldsOf({ outline, changes }) : [],
    head,
  };
}

function foldsOf({
  outline,
  changes,
}: {
  outline: string | undefined;
  changes: string | undefined;
}): SignatureRequest['folds'] {
  const folds: SignatureRequest['folds'][number][] = [];
  if (changes) folds.push({ summary: 'What changes, unit by unit', text: changes, language: 'diff' });
  if (outline) folds.push({ summary: 'The cut plan', text: outline, language: '' });
  return folds;
}

function draftOf(state: RunState, gate: Gate): ApprovalDraft {
  return { gate, file: pathForNext(state, gate), bindings: expectedBindings(state, gate) };
}

function meaningOf({ position }: Chapter, state: RunState): string {
  const { create, revise, keep, retire } = PHASES.cutplan.output.parse(
    state.finished.find(({ phase }) => phase === 'cutplan')?.output,
  ).counts;
  const changes = [
    [create, 'to create'],
    [revise, 'to revise'],
    [keep, 'to keep as they are'],
    [retire, 'to retire'],
  ] as const;
  const units = changes.filter(([n]) => n > 0).map(([n, what]) => `${count(n, 'unit')} ${what}`);
  const plan = `\`${state.documentId}\`: ${units.join(', ')}.`;
  return position.status === 'AWAITING_CUT_AUTHORIZATION'
    ? `${plan} Nothing has been written yet; your signature lets the bot write exactly this plan, as drafts.`
    : `${plan} They are written as drafts and verified; your signature enacts them.`;
}

export function holdOf(
  chapter: Chapter,
  { state, reviewers }: { state: RunState; reviewers: readonly string[] },
): Hold {
  const { position, head } = chapter;
  if (position.status !== 'HELD') throw new Error(`the chapter of #${chapter.approval.pull} is not held`);
  return {
    subject: `hold of ${state.runId} at ${head.seq}`,
    runId: state.runId,
    documentId: state.documentId,
    phase: position.phase,
    code: position.code,
    detail: position.detail,
    since: position.since,
    wrote: state.finished.some(({ phase }) => phase === 'leg_b_record'),
    release: {
      gate: 'SG_H_release_authz',
      file: pathForNext(state, 'SG_H_release_authz'),
      bindings: { run_id: state.runId, event_log_sha256: head.hash },
    },
    revert: state.revertPlanSha256 ? draftOf(state, 'SG_R_revert_authz') : null,
    reviewers,
    head,
  };
}

export function recordOf(
  state: RunState,
  { events, kept }: { events: readonly RunEvent[]; kept: ReadonlyMap<string, string> },
): RunRecord {
  const { runId, position, head, finished, ...facts } = state;
  return {
    runId,
    state: {
      format: 'countersign/run-state/1',
      run_id: runId,
      status: position.status,
      document_id: facts.documentId,
      repository: facts.repository,
      source: facts.source,
      granularity: facts.granularity,
      profile: facts.profile,
      sg1_only: facts.sg1Only,
      approvals: facts.approvals,
      revert_plan_sha256: facts.revertPlanSha256,
      position: JSON.parse(JSON.stringify(position)),
      finished: finished.map(({ phase, startedAt, durationMs }) => ({
        phase,
        started_at: startedAt.toISOString(),
        duration_ms: durationMs,
      })),
      log: head,
    },
    eventLines: events.map(encodeEvent),
    phases: finished.map(({ phase, output, ...times }) => ({
      name: phase,
      output,
      lines: linesOf({ phase, output, ...times }),
      ...times,
    })),
    artifacts: new Map([...kept].filter(([name, content]) => name !== 'outline.txt' && content !== '')),
  };
}
