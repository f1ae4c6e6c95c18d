// A restored governed database held against the records of its runs: what they committed before its backup began must be
// there, what they never committed must not. What they committed later is what a restore of this backup would lose.
import type { ChangeSet } from '../governed/change-sets.ts';
import type { RunEvent } from './events.ts';
import { PHASES } from './road.ts';

export interface Reconciled {
  /** One sentence for each contradiction. */
  readonly contradictions: readonly string[];
  /** Change sets that are as their records say. */
  readonly agreeing: number;
  /** Runs that have committed something later, which is not there. */
  readonly later: readonly string[];
}

export interface Restored {
  readonly changeSets: readonly ChangeSet[];
  /** When its backup began: what was committed later may be in it or not. */
  readonly backupBegan: Date;
}

export function reconcile(logs: readonly (readonly RunEvent[])[], restored: Restored): Reconciled {
  const there = new Map(restored.changeSets.map((one) => [one.run_id, one]));
  const contradictions: string[] = [];
  const later: string[] = [];
  let agreeing = 0;
  for (const events of logs) {
    const [first] = events;
    if (!first) continue;
    const found = there.get(first.run_id);
    there.delete(first.run_id);
    const compared = compare(events, { found, backupBegan: restored.backupBegan });
    contradictions.push(...compared.wrong.map((what) => `${first.run_id}: ${what}`));
    if (compared.isLater) later.push(first.run_id);
    if (found && compared.wrong.length === 0) agreeing += 1;
  }
  for (const runId of there.keys())
    contradictions.push(`${runId}: the database has its cut, and it has no record`);
  return { contradictions, agreeing, later };
}

interface Against {
  readonly found: ChangeSet | undefined;
  readonly backupBegan: Date;
}

/** A step of a run that the database keeps. */
interface Step {
  readonly what: string;
  /** When it was committed by the log; undefined: never. */
  readonly at: Date | undefined;
  readonly isThere: boolean;
}

function compare(events: readonly RunEvent[], { found, backupBegan }: Against) {
  const wrong: string[] = [];
  const steps: readonly Step[] = [
    { what: 'its cut', at: finishedAt(events, PHASES.leg_b_record.name), isThere: found !== undefined },
    {
      what: 'its enactment',
      at: finishedAt(events, PHASES.lifecycle_enact.name),
      isThere: found?.enacted === true,
    },
    {
      what: 'its reversal',
      at: finishedAt(events, PHASES.revert_execute.name),
      isThere: found?.reverted === true,
    },
  ];
  // Committed, and the process died before its log had it.
  const mayBeUnsaid = events.at(-1)?.type === 'phase_started';
  for (const { what, at, isThere } of steps) {
    if (at && at < backupBegan && !isThere)
      wrong.push(`${what} was committed before the backup, and the database does not have it`);
    if (isThere && !at && !mayBeUnsaid) wrong.push(`the database has ${what}, and its log does not`);
  }
  if (found) wrong.push(...differencesFrom(found, events));
  return {
    wrong,
    isLater: steps.some(({ at, isThere }) => at !== undefined && at >= backupBegan && !isThere),
  };
}

function differencesFrom(found: ChangeSet, events: readonly RunEvent[]): string[] {
  const [opened] = events;
  const said = {
    ...(opened?.type === 'run_opened' && {
      document_id: opened.document_id,
      source_sha256: opened.source.sha256,
    }),
    cutplan_sha256: outputOf(events, { phase: PHASES.cutplan.name, field: 'cutplan_sha256' }),
    id: outputOf(events, { phase: PHASES.leg_b_record.name, field: 'change_set_id' }),
  };
  return Object.entries(said).flatMap(([field, value]) => {
    const is = found[field as keyof typeof said];
    return value === undefined || value === is
      ? []
      : [`${field === 'id' ? 'change set' : field} is ${is} in the database, ${value} in its log`];
  });
}

/** The last of that name, as a cut that is planned again replaces the one before. */
function finished(events: readonly RunEvent[], phase: string) {
  const event = events.findLast((one) => one.type === 'phase_finished' && one.phase === phase);
  return event?.type === 'phase_finished' ? event : undefined;
}

function finishedAt(events: readonly RunEvent[], phase: string): Date | undefined {
  const event = finished(events, phase);
  return event && new Date(event.at);
}

function outputOf(events: readonly RunEvent[], { phase, field }: { phase: string; field: string }): unknown {
  const output = finished(events, phase)?.output;
  return typeof output === 'object' && output !== null ? Reflect.get(output, field) : undefined;
}
