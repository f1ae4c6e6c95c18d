// Whether the phases that write ran while signatures covered them, by the times of the log.
import type { RunEvent } from '../run/events.ts';
import { coveringApprovals } from '../run/kill-switch.ts';
import { logPath } from '../run/published-log.ts';
import type { Finding } from './finding.ts';
import type { FollowedLog } from './record.ts';

export function judgeWindows(log: FollowedLog): Finding[] {
  return log.events.flatMap((event, index) => {
    const before = log.before[index];
    // What was read back after a crash was committed before, nobody knows when.
    if (!before || event.type !== 'phase_finished' || event.recovered) return [];
    const { position } = before;
    if (position.status !== 'RUNNING' || position.stretch === 'prepare') return [];
    const why = uncovered(event, coveringApprovals(before));
    const where = `${logPath(log.runId)}#${event.seq}`;
    return why === null ? [] : [{ code: 'outside_window' as const, where, detail: `${event.phase}: ${why}` }];
  });
}

function uncovered(
  event: Extract<RunEvent, { type: 'phase_finished' }>,
  covering: ReturnType<typeof coveringApprovals>,
): string | null {
  if (covering.length === 0) return 'no approval covers it';
  const began = Date.parse(event.started_at);
  const ended = began + event.duration_ms;
  for (const { path, signed_at, valid_until } of covering)
    if (began < Date.parse(signed_at) || ended >= Date.parse(valid_until))
      return `it ran from ${event.started_at} for ${event.duration_ms} ms, ${path} holds from ${signed_at} until ${valid_until}`;
  return null;
}
