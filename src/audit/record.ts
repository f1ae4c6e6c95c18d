// The record of one run as the clone has it: its log decoded, chained and folded, and grown through every commit of history
// by nothing but more entries. What cannot be decoded is a finding, not a fault.
import { isRunId, type RunId } from '../approval/run-id.ts';
import type { PhaseOutput } from '../phases/phase.ts';
import { decodeLog, EventLogFault, encodeEvent, type RunEvent } from '../run/events.ts';
import { logPath } from '../run/published-log.ts';
import { PHASES } from '../run/road.ts';
import { apply, fold, type RunState } from '../run/state.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import { bytesOf, type Evidence, type PathHistory } from './evidence.ts';
import type { Finding, FindingCode } from './finding.ts';

/** A log that could be followed to its end. */
export interface FollowedLog {
  readonly runId: RunId;
  readonly events: readonly RunEvent[];
  /** The same as they are written. */
  readonly lines: readonly string[];
  readonly state: RunState;
  /** The state before each entry; null before the first. */
  readonly before: readonly (RunState | null)[];
}

export interface ReadLog {
  readonly log: FollowedLog | null;
  readonly findings: readonly Finding[];
}

/** The runs that have a folder, or ever had one on the default branch, in the order of their names. */
export function runsIn({ paths }: Evidence): readonly RunId[] {
  const names = new Set<RunId>();
  for (const { path, now, added } of paths.values()) {
    const [, name] = /^runs\/([^/]+)\//.exec(path) ?? [];
    if (name !== undefined && isRunId(name) && (now || added)) names.add(name);
  }
  return [...names].sort();
}

/** Throws CloneFault. */
export async function readLog(runId: RunId, evidence: Evidence): Promise<ReadLog> {
  const path = logPath(runId);
  const history = evidence.paths.get(path);
  const grown = history ? await growthOf(history, evidence) : [];
  if (!history?.now) {
    const gone: Finding = { code: 'log_missing', where: path, detail: 'the audited commit has none' };
    return { log: null, findings: grown.length > 0 ? grown : [gone] };
  }
  const text = (await bytesOf(history.now, evidence)).toString('utf8');
  const followed = follow(text, { runId, path });
  if ('code' in followed) return { log: null, findings: [...grown, followed] };
  const timely = [...clockOf(followed), ...(await publishedInTime(followed, { history, evidence }))];
  return { log: followed, findings: [...grown, ...timely] };
}

function follow(text: string, { runId, path }: { runId: RunId; path: string }): FollowedLog | Finding {
  const find = (code: FindingCode, detail: string, seq?: number): Finding => ({
    ...{ code, detail, where: seq === undefined ? path : `${path}#${seq}` },
  });
  const written = text.split('\n');
  if (written.pop() !== '') return find('log_malformed', 'it does not end with a line feed');
  let events: RunEvent[];
  try {
    events = decodeLog(written.map((line) => JSON.parse(line)));
  } catch (error) {
    if (error instanceof SyntaxError) return find('log_malformed', 'a line of it is not JSON');
    if (!(error instanceof EventLogFault)) throw error;
    return find(error.code === 'malformed' ? 'log_malformed' : 'log_broken', error.message);
  }
  const lines = events.map(encodeEvent);
  const rewritten = lines.findIndex((line, index) => line !== `${written[index]}\n`);
  if (rewritten >= 0)
    return find('log_broken', 'the line is not its own RFC 8785 form', events[rewritten]?.seq);
  const foreign = events.find((event) => event.run_id !== runId);
  if (foreign) return find('log_broken', `the entry is of ${foreign.run_id}`, foreign.seq);
  const odd = events.find((event) => event.type === 'phase_finished' && !isOutput(event));
  if (odd) return find('audit_failed_here', 'the output of this phase has a form of its own', odd.seq);
  const before: (RunState | null)[] = [];
  let state: RunState | null = null;
  for (const event of events) {
    before.push(state);
    try {
      state = state ? apply(state, event) : fold([event]);
    } catch (error) {
      if (!(error instanceof EventLogFault)) throw error;
      return find('log_illegal', error.message, event.seq);
    }
  }
  return state ? { runId, events, lines, state, before } : find('log_malformed', 'it has no entry');
}

function isOutput({ phase, output }: Extract<RunEvent, { type: 'phase_finished' }>): boolean {
  const { output: decoder }: PhaseOutput<unknown> = PHASES[phase];
  return decoder.safeParse(output).success;
}

/** Against every parent, in every commit: a log that was published is only ever continued. */
async function growthOf({ path, steps }: PathHistory, evidence: Evidence): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { commit, before, after } of steps) {
    if (before === null) continue;
    const who = `${commit.id} of ${commit.committer.name}`;
    if (after === null) {
      findings.push({ code: 'run_deleted', where: path, detail: `removed by ${who}` });
      continue;
    }
    const [old, grown] = await Promise.all([bytesOf(before, evidence), bytesOf(after, evidence)]);
    if (grown.subarray(0, old.length).equals(old)) continue;
    const cut = old.subarray(0, grown.length).equals(grown);
    const detail = `${who} has ${cut ? 'cut off its end' : 'put other entries in its place'}`;
    findings.push({ code: 'log_rewritten', where: path, detail });
  }
  return findings;
}

function clockOf({ runId, events }: FollowedLog): Finding[] {
  return events.flatMap(({ at, seq }, index): Finding[] => {
    const last = events[index - 1];
    if (!last || Date.parse(at) + CLOCK_TOLERANCE_MS >= Date.parse(last.at)) return [];
    const detail = `it is of ${at}, the entry before of ${last.at}`;
    return [{ code: 'time_goes_back', where: `${logPath(runId)}#${seq}`, detail }];
  });
}

/** No commit can hold what had not happened. */
async function publishedInTime(
  { events, lines }: FollowedLog,
  { history, evidence }: { history: PathHistory; evidence: Evidence },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const ends: number[] = [];
  let size = 0;
  for (const line of lines) {
    size += Buffer.byteLength(line);
    ends.push(size);
  }
  for (const { commit, parent, onMainline, after } of history.steps) {
    if (!onMainline || parent !== 0 || !after) continue;
    const published = (await bytesOf(after, evidence)).length;
    const event = events[ends.indexOf(published)];
    const { at } = commit.committer;
    if (!event || Date.parse(event.at) <= at.getTime() + CLOCK_TOLERANCE_MS) continue;
    findings.push({
      code: 'recorded_before_it_happened',
      where: `${history.path}#${event.seq}`,
      detail: `it is of ${event.at}, ${commit.id} of ${at.toISOString()}`,
    });
  }
  return findings;
}
