// The record of a run as one commit, together with the log; and what stands there that a state set back would overwrite.
import type { RunId } from '../approval/run-id.ts';
import type { Standing } from '../record/log-files.ts';
import { statementPath } from '../record/statement.ts';
import { runRecord } from '../report/run-record.ts';
import { encodeEvent, type RunEvent } from '../run/events.ts';
import { logPath } from '../run/published-log.ts';
import { recordOf } from '../run/record.ts';
import type { RunState } from '../run/state.ts';
import { statementOf } from '../run/statement.ts';
import { artifacts } from '../store/artifacts.ts';
import { publication } from '../store/publications.ts';
import { refusedPublication } from '../store/refused-publications.ts';
import { GitHubRefusal } from './forge.ts';
import { commitWithLog, contradictionOfLog, type LogPorts, stated } from './log.ts';
import type { Outbox, Sent } from './outbox.ts';

export interface RecordTelling {
  readonly state: RunState;
  readonly ports: LogPorts;
  readonly outbox: Outbox;
}

function recordSubject(runId: RunId): string {
  return `record of ${runId}`;
}

export async function publishRecord(
  events: readonly RunEvent[],
  { state, ports, outbox }: RecordTelling,
): Promise<Sent> {
  const message = `Record ${state.runId}: ${state.position.status}`;
  return outbox.send({
    subject: recordSubject(state.runId),
    sha256: state.head.hash,
    async put() {
      const kept = await artifacts(ports.store, state.runId);
      const files = new Map(runRecord(recordOf(state, { events, kept })));
      const statement = statementOf(state, { events, kept });
      const said = statement && (await stated(statement, { state, ports }));
      if (said) files.set(statementPath(state.runId), said.file);
      const log = files.get(logPath(state.runId)) ?? '';
      const contradicts = (standing: Standing) => logShortened(state.runId, { log, standing });
      const record = { message, files, contradicts };
      return (await commitWithLog(record, { head: said?.head ?? null, ports })) ?? 'unchanged';
    },
  });
}

/** By which code GitHub refused this very record; null where it did not. */
export async function refusalOfRecord({ state, ports }: RecordTelling): Promise<string | null> {
  const place = { repository: ports.repository.name, subject: recordSubject(state.runId) };
  const refused = await refusedPublication(ports.store, place);
  return refused?.sha256 === state.head.hash ? refused.code : null;
}

/**
 * Whether something is published that this run's log, or the deployment's, does not continue. Throws when GitHub gave no
 * answer; where it refuses to show what stands, so that nothing can be said, committing is refused too.
 */
export async function isRewound(events: readonly RunEvent[], telling: RecordTelling): Promise<boolean> {
  const { state, ports } = telling;
  const published = await publication(ports.store, ports.repository.name, recordSubject(state.runId));
  if (published?.sha256 === state.head.hash) return false;
  try {
    return (await contradictionOf(events, telling)) !== null;
  } catch (error) {
    if (error instanceof GitHubRefusal) return false;
    throw error;
  }
}

async function contradictionOf(
  events: readonly RunEvent[],
  { state, ports }: RecordTelling,
): Promise<string | null> {
  const standing = await ports.repository.standing();
  const log = events.map(encodeEvent).join('');
  return (await logShortened(state.runId, { log, standing })) ?? (await contradictionOfLog(standing, ports));
}

/** The path of a log that does not begin with what stands in git; null when it does. */
async function logShortened(
  runId: RunId,
  { log, standing }: { log: string; standing: Standing },
): Promise<string | null> {
  const path = logPath(runId);
  const there = await standing.read(path);
  if (there === null) return (await standing.exists(path)) ? path : null;
  return Buffer.from(log).subarray(0, there.length).equals(there) ? null : path;
}
