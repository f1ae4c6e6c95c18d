// A log held against the one that was published in git. What was published is a promise to everybody: a log may continue
// it and nothing else.
import { z } from 'zod';
import type { Sha256 } from '../digest/digest.ts';
import { decodeLog, encodeEvent, type RunEvent } from './events.ts';

/** Where the log of a run stands in the repository. */
export function logPath(runId: string): string {
  return `runs/${runId}/events.jsonl`;
}

/** Every entry of a published log. Throws EventLogFault, and SyntaxError for what is no JSON. */
export function decodePublished(published: string): RunEvent[] {
  const lines = published.trimEnd().split('\n');
  return decodeLog(lines.map((line): unknown => JSON.parse(line)));
}

/** null when `events` begins with all that was published; otherwise how the two differ. */
export function contradiction(events: readonly RunEvent[], published: string): string | null {
  const lines = published.split(/(?<=\n)/);
  const at = lines.findIndex((line, index) => {
    const event = events[index];
    return event === undefined || encodeEvent(event) !== line;
  });
  if (at < 0 || published === '') return null;
  const last = entryIn(lines.at(-1) ?? '');
  const ends = `git has ${lines.length} entries of it${last ? `, the last one ${last.type} of ${last.at}` : ''}`;
  const differs =
    at < events.length ? `entry ${at + 1} is another one here` : `this log has ${events.length}`;
  return `${ends}; ${differs}`;
}

const named = z.object({
  type: z.string(),
  at: z.string(),
  approval: z.object({ document_sha256: z.string() }).optional(),
});

// Leniently: whatever stands there is no log of ours until it equals ours, and only names are taken from it.
function entryIn(line: string): z.infer<typeof named> | undefined {
  try {
    return named.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Whether the published log says that an approval was used. */
export function usedIn(published: string, documentSha256: Sha256): boolean {
  return published
    .split('\n')
    .some((line) => line !== '' && entryIn(line)?.approval?.document_sha256 === documentSha256);
}
