// From the state and its log to the run record that git holds.
import type { RunRecord } from '../report/run-record.ts';
import { encodeEvent, type RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { foundLines } from './views.ts';

/** Kept for what is said on the pull request: the record holds the whole of it under other names. */
const FOR_COMMENTS: ReadonlySet<string> = new Set(['outline.txt', 'changes.json']);

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
    phases: finished.map((entry) => ({ ...entry, name: entry.phase, lines: foundLines(entry) })),
    artifacts: new Map([...kept].filter(([name, content]) => !FOR_COMMENTS.has(name) && content !== '')),
  };
}
