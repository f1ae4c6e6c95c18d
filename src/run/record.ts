// From the state and its log to the run record that git holds: the publisher writes it and the auditor makes it again, so
// it is a function of the log and of what the phases kept, and of nothing else.
import type { PhaseOutput } from '../phases/phase.ts';
import type { RunRecord } from '../report/run-record.ts';
import { encodeEvent, type RunEvent } from './events.ts';
import { PHASES } from './road.ts';
import type { FinishedPhase, RunState } from './state.ts';

interface RecordSource {
  readonly events: readonly RunEvent[];
  readonly kept: ReadonlyMap<string, string>;
  /** The events encoded, where that was done before. */
  readonly lines?: readonly string[];
}

/** Kept for what is said on the pull request: the record holds the whole of it under other names. */
const FOR_COMMENTS: ReadonlySet<string> = new Set(['outline.txt', 'changes.json']);

export function recordOf(
  state: RunState,
  { events, kept, lines = events.map(encodeEvent) }: RecordSource,
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
    eventLines: lines,
    phases: finished.map((entry) => ({ ...entry, name: entry.phase, lines: foundLines(entry) })),
    artifacts: new Map([...kept].filter(([name, content]) => !FOR_COMMENTS.has(name) && content !== '')),
  };
}

/** What a finished phase found, as Markdown list items. Throws ZodError when its output is not one of that phase. */
export function foundLines({ phase, output }: Pick<FinishedPhase, 'phase' | 'output'>): readonly string[] {
  const { output: decoder, report }: PhaseOutput<unknown> = PHASES[phase];
  return report(decoder.parse(output));
}
