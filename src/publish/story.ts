// The log as it is told on the pull requests: one chapter for each approval that moved the run, holding the phases
// that ran because of it and how they ended. A projection like every other: it can be told again at any time.
import type { ApprovalReference, Head, RunEvent } from '../run/events.ts';
import { placeOf } from '../run/place.ts';
import type { PhaseName } from '../run/road.ts';
import { apply, type FinishedPhase, fold, type Position } from '../run/state.ts';

export interface ChapterPhase {
  readonly name: PhaseName;
  readonly running: boolean;
  readonly stopped: boolean;
  readonly finished: FinishedPhase | null;
}

export interface Chapter {
  readonly approval: ApprovalReference;
  readonly beganAt: Date;
  readonly phases: readonly ChapterPhase[];
  /** Where the run stood when this chapter ended, or stands now when it is the last. */
  readonly position: Position;
  readonly head: Head;
  /** The entry that a signature at this point is bound to; what is only noted since then is not. */
  readonly restsAt: Head;
  /** The entry by which it was last held; what was recorded since makes no other hold of it. */
  readonly heldAt: number | null;
  /** The approval that began the next chapter. */
  readonly followedBy: ApprovalReference | null;
}

/** Tells a decoded log. An approval that only gives a fresh window, to the enable or to a gate, is a chapter without phases. */
export function chaptersOf(events: readonly RunEvent[]): Chapter[] {
  const chapters: Chapter[] = [];
  let state = fold(events.slice(0, 1));
  for (const [index, event] of events.entries()) {
    if (index > 0) state = apply(state, event);
    if (event.type === 'run_opened' || event.type === 'gate_opened' || event.type === 'execution_renewed') {
      const ahead = event.type === 'execution_renewed' ? [] : phasesAhead(state.position);
      const answered = chapters.findLastIndex(({ phases }) => phases.length > 0);
      const previous = chapters[answered];
      if (previous && ahead.length > 0) chapters[answered] = { ...previous, followedBy: event.approval };
      chapters.push({
        approval: event.approval,
        beganAt: new Date(event.at),
        phases: ahead,
        position: state.position,
        head: state.head,
        restsAt: state.restsAt,
        heldAt: null,
        followedBy: null,
      });
      continue;
    }
    const acting = chapters.findLastIndex(({ phases }) => phases.length > 0);
    const chapter = chapters[acting];
    if (!chapter) continue;
    const phases = chapter.phases.map((phase) => ({ ...phase, ...change(phase, event) }));
    const heldAt = event.type === 'stopped' ? event.seq : chapter.heldAt;
    const { position, head, restsAt } = state;
    chapters[acting] = { ...chapter, phases, position, head, restsAt, heldAt };
  }
  return chapters;
}

function phasesAhead(position: Position): ChapterPhase[] {
  if (position.status !== 'RUNNING') return [];
  return placeOf(position.phase).ahead.map((name) => ({
    name,
    running: false,
    stopped: false,
    finished: null,
  }));
}

function change(phase: ChapterPhase, event: RunEvent): Partial<ChapterPhase> {
  switch (event.type) {
    case 'phase_started':
      return { running: phase.name === event.phase };
    case 'phase_finished': {
      if (phase.name !== event.phase) return {};
      const { recovered, output } = event;
      const times = { startedAt: new Date(event.started_at), durationMs: event.duration_ms };
      return { running: false, finished: { phase: event.phase, recovered, output, ...times } };
    }
    case 'stopped':
      return phase.name === event.phase ? { running: false, stopped: true } : { running: false };
    default:
      return {};
  }
}
