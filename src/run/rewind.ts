// Before a run goes on, its log is held against its witnesses (design section 3, invariant 3): the log published in git, the
// head noted in the governed database, and what is committed there. A state that was set back must not act as if it knew.
import { isRunId, type RunId } from '../approval/run-id.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import {
  type Committed,
  type CommittedTally,
  type GovernedStanding,
  readStanding,
  runsGone,
} from '../governed/standing.ts';
import { Stop } from '../stop/stop.ts';
import type { RunEvent } from './events.ts';
import { contradiction } from './published-log.ts';
import { PHASES } from './road.ts';
import { fold, type RunState } from './state.ts';

export interface Witnesses {
  /** The published log of a run as it stands on the default branch; null when there is none. Throws SourceUnavailable. */
  published(runId: RunId): Promise<string | null>;
  readonly governed: GovernedDatabase;
  /** What the logs of all runs say that was committed. */
  committed(): Promise<ReadonlyMap<RunId, Committed>>;
  /** The same in sums, which cost little: where the governed database has the same sums, no log is asked. */
  tally(): Promise<CommittedTally>;
}

/** At the beginning of a stretch all witnesses are asked, before each further step those of this run in the database. */
export type Depth = 'stretch' | 'step';

/** Throws Stop `state_rewound`, `governed_rewound` or `master_off`. Returns what the governed database has of the run. */
export async function assertNotRewound(
  events: readonly RunEvent[],
  { witnesses, depth }: { witnesses: Witnesses; depth: Depth },
): Promise<GovernedStanding> {
  const { governed } = witnesses;
  const state = fold(events);
  const { runId } = state;
  const standing = await governed.read('cutter_exec', (reader) => readStanding(reader, runId));
  if (!standing.switched_on)
    throw new Stop('master_off', 'the master switch of the governed database is off');
  // A compensation takes away only, is signed for the log as it stands here, and is computed by the database from its own
  // rows: it stays possible where the newer log is lost for good, so that no document is ever stuck.
  if (!isReverting(state)) {
    assertContinues(events, standing);
    if (depth === 'stretch') await assertContinuesPublished(events, witnesses);
  }
  await assertHasCommitted(events, { state, standing, witnesses, depth });
  return standing;
}

function isReverting({ position }: RunState): boolean {
  return position.status === 'RUNNING' && position.stretch === 'revert';
}

function assertContinues(events: readonly RunEvent[], { head, closed }: GovernedStanding): void {
  if (closed !== null)
    throw new Stop('state_rewound', `the governed database has this run closed: it was ${closed}`);
  if (!head) return;
  const entry = events[head.entries - 1];
  if (entry?.hash === head.hash) return;
  const here = entry ? `entry ${head.entries} is another one here` : `this log has ${events.length}`;
  throw new Stop('state_rewound', `the governed database has noted ${head.entries} entries of it; ${here}`);
}

async function assertContinuesPublished(events: readonly RunEvent[], witnesses: Witnesses): Promise<void> {
  const [first] = events;
  const published = first ? await witnesses.published(first.run_id) : null;
  const found = published === null ? null : contradiction(events, published);
  if (found !== null) throw new Stop('state_rewound', found);
}

async function assertHasCommitted(
  events: readonly RunEvent[],
  options: { state: RunState; standing: GovernedStanding; witnesses: Witnesses; depth: Depth },
): Promise<void> {
  const { state, standing, witnesses, depth } = options;
  const missing = missingOf(state, standing);
  if (missing.length > 0)
    throw new Stop(
      'governed_rewound',
      `the log of ${state.runId} has ${missing.join(', ')}, the database has not`,
    );
  if (depth === 'step') return;
  const tally = await witnesses.tally();
  const gone = await witnesses.governed.read('cutter_exec', (reader) =>
    runsGone(reader, { tally, logs: witnesses.committed }),
  );
  const known = acknowledged(events);
  const news = gone.filter((runId) => runId !== state.runId && !known.has(runId));
  if (news.length > 0)
    throw new Stop('governed_rewound', `it lacks what these runs have committed: ${news.join(', ')}`);
}

/** What the log says that this run has committed, and the database does not have. */
function missingOf({ finished }: RunState, { committed }: GovernedStanding): string[] {
  const outputs = new Map<string, unknown>(finished.map(({ phase, output }) => [phase, output]));
  const idIn = (phase: string, field: string): unknown => {
    const output = outputs.get(phase);
    return typeof output === 'object' && output !== null ? Reflect.get(output, field) : undefined;
  };
  const missing: string[] = [];
  const changeSet = idIn(PHASES.leg_b_record.name, 'change_set_id');
  if (changeSet !== undefined && committed?.change_set_id !== changeSet)
    missing.push(`committed change set ${changeSet}`);
  if (outputs.has(PHASES.lifecycle_enact.name) && committed?.enacted !== true)
    missing.push('enacted its units');
  if (outputs.has(PHASES.revert_execute.name) && committed?.reverted !== true)
    missing.push('taken its cut back');
  for (const phase of [PHASES.write_verify, PHASES.lifecycle_verify, PHASES.revert_execute]) {
    const id = idIn(phase.name, 'verify_result_id');
    if (typeof id === 'string' && committed?.verify_result_ids.includes(id) !== true)
      missing.push(`recorded verify result ${id}`);
  }
  return missing;
}

/**
 * Runs that a hold of this run has named as gone and that a release has followed: whoever signed the release signed the
 * entry that names them, so for this run their loss is known.
 */
function acknowledged(events: readonly RunEvent[]): ReadonlySet<string> {
  const known = new Set<string>();
  let told: readonly string[] = [];
  for (const event of events) {
    if (event.type === 'stopped')
      told = event.code === 'governed_rewound' ? event.detail.split(/[^0-9a-z-]+/).filter(isRunId) : [];
    if (event.type === 'gate_opened' && event.approval.gate === 'SG_H_release_authz')
      for (const runId of told) known.add(runId);
  }
  return known;
}
