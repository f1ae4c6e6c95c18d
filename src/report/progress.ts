// The comment that follows a run through one leg: short enough for a phone, details folded.
import { code, count, duration, fold, marker, table } from './markdown.ts';

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
  /** How this leg ended, or null while it runs. */
  readonly outcome: { readonly mark: string; readonly sentence: string } | null;
  readonly notices: readonly string[];
  readonly head: { readonly seq: number; readonly hash: string };
}

const MARKS = { done: '✅', recovered: '♻️', running: '⏳', waiting: '·', stopped: '🛑' } as const;

export function renderProgress(progress: Progress): string {
  const { phases, outcome } = progress;
  const done = phases.filter(({ state }) => state === 'done' || state === 'recovered').length;
  const headline = outcome
    ? `### ${outcome.mark} ${outcome.sentence}`
    : `### ⏳ ${code(progress.documentId)}: ${done} of ${count(phases.length, 'phase')}`;
  const rows = phases.map(({ name, state, durationMs }) => [
    MARKS[state],
    code(name),
    durationMs === null ? '' : duration(durationMs),
  ]);
  const found = phases.filter(({ lines }) => lines.length > 0);
  const details = found.map(
    ({ name, lines }) => `**${name}**\n${lines.map((line) => `- ${line}`).join('\n')}`,
  );
  return [
    marker(progress.subject),
    headline,
    phases.length > 0 ? table(['', 'phase', 'took'], 'clr', rows) : '',
    ...progress.notices,
    details.length > 0 ? fold('What the phases found', details.join('\n\n')) : '',
    footer(progress),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function footer({ runId, head }: { runId: string; head: { seq: number; hash: string } }): string {
  return `<sub>${code(runId)} · entry ${head.seq} of its log, ${code(head.hash.slice(0, 12))}</sub>`;
}
