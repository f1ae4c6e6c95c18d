// The comment that follows a run from one signature to the next: short enough for a phone, details folded.
import type { Gate } from '../approval/gates.ts';
import { type CommentBody, commentBody } from './limits.ts';
import { code, count, duration, marker, table, utc } from './markdown.ts';
import { clip, foldedItems, items, type Piece } from './pieces.ts';

export interface PhaseLine {
  readonly name: string;
  readonly state: 'done' | 'recovered' | 'running' | 'waiting' | 'stopped';
  readonly durationMs: number | null;
  /** What the phase found, as Markdown lines. */
  readonly lines: readonly string[];
}

export interface Progress {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly phases: readonly PhaseLine[];
  readonly standing: Standing;
  /** What everybody should see, as Markdown paragraphs. */
  readonly notices: readonly string[];
  readonly head: { readonly seq: number; readonly hash: string };
}

/** Where the run stands, as far as this comment tells it. */
export type Standing =
  | { readonly is: 'RENEWED'; readonly gate: Gate; readonly until: Date }
  | { readonly is: 'COMPLETED'; readonly drafts: boolean }
  | { readonly is: Exclude<keyof typeof SAYS, 'COMPLETED'> }
  | { readonly is: 'RUNNING' };

const SAYS = {
  AWAITING_CUT_AUTHORIZATION: { mark: '⏸️', says: 'is planned and backed up; nothing is written yet' },
  AWAITING_LIFECYCLE_AUTHORIZATION: { mark: '⏸️', says: 'is cut and verified; its units are drafts' },
  COMPLETED: { mark: '✅', says: 'is done' },
  HELD: { mark: '🛑', says: 'is held' },
  REVERTED: { mark: '↩️', says: 'is reverted' },
  ABANDONED: { mark: '⏹️', says: 'is abandoned' },
} as const;

const MARKS = { done: '✅', recovered: '♻️', running: '⏳', waiting: '·', stopped: '🛑' } as const;

export function renderProgress(progress: Progress): CommentBody {
  const { phases, runId } = progress;
  const rows = phases.map(({ name, state, durationMs }) => [
    MARKS[state],
    code(name),
    durationMs === null ? '' : duration(durationMs),
  ]);
  const details = phases
    .filter(({ lines }) => lines.length > 0)
    .map(({ name, lines }) => `**${name}**\n${lines.map((line) => `- ${line}`).join('\n')}`);
  return commentBody([
    marker(progress.subject),
    headline(progress),
    phases.length > 0 ? table(['', 'phase', 'took'], 'clr', rows) : '',
    notices(progress),
    foldedItems('What the phases found', details, {
      ...{ noun: 'phase', whole: code(`runs/${runId}/kb/`) },
      join: (shown) => shown.join('\n\n'),
    }),
    footer(progress),
  ]);
}

function headline({ standing, documentId, phases }: Progress): string {
  const document = code(clip(documentId, 100));
  switch (standing.is) {
    case 'RUNNING': {
      const done = phases.filter(({ state }) => state === 'done' || state === 'recovered').length;
      return `### ⏳ ${document}: ${done} of ${count(phases.length, 'phase')}`;
    }
    case 'RENEWED':
      return `### 🔄 ${standing.gate === 'GAP7_execution_enable' ? 'The enable is renewed' : `${code(standing.gate)} is signed again, valid`} until ${utc(standing.until)}`;
    case 'COMPLETED': {
      const { mark, says } = SAYS.COMPLETED;
      return `### ${mark} ${document} ${says}${standing.drafts ? '; its units stay drafts' : ''}`;
    }
    default:
      return `### ${SAYS[standing.is].mark} ${document} ${SAYS[standing.is].says}`;
  }
}

function notices({ notices: all, runId }: Progress): Piece {
  const show = (shown: readonly string[], left: string) => [...shown, left].filter(Boolean).join('\n\n');
  return items(all, { noun: 'notice', whole: code(`runs/${runId}/kb/`), show });
}

export function footer({ runId, head }: { runId: string; head: { seq: number; hash: string } }): string {
  return `<sub>${code(runId)} · entry ${head.seq} of its log, ${code(head.hash.slice(0, 12))}</sub>`;
}
