// Which approval is wanted: found among what waits, or named; then computed from the clone.
import type { Gate } from '../approval/gates.ts';
import { isRunId } from '../approval/run-id.ts';
import { fileAt } from '../audit/evidence.ts';
import { readLog, runsIn } from '../audit/record.ts';
import type { Court } from '../audit/run.ts';
import { nothingWaits, waitingLines } from '../report/sign-screen.ts';
import type { RunState } from '../run/state.ts';
import type { Asked } from './asked.ts';
import { SignFault } from './fault.ts';
import { prepareOpening } from './of-opening.ts';
import { type Confirmed, prepareForRun } from './of-run.ts';
import { withdrawalOf } from './of-withdrawal.ts';
import type { Person } from './person.ts';
import { findRecorder, type NamedRecorder } from './recorder.ts';
import type { Prepared } from './subject.ts';
import type { Kept } from './trust.ts';
import { type Task, taskFor, tasksOf } from './waiting.ts';

export interface Choosing {
  readonly asked: Asked;
  readonly court: Court;
  readonly kept: Kept;
  readonly person: Person;
  readonly now: Date;
}

/** null where nothing waits, which is said. Throws SignFault and CloneFault. */
export async function choose(choosing: Choosing): Promise<Prepared | null> {
  const { wanted } = choosing.asked;
  switch (wanted.is) {
    case 'run':
      return chooseOfRun(wanted, choosing);
    case 'opening':
      return opening(wanted.documentId, choosing);
    case 'withdrawal':
      return withdrawal(wanted.path, choosing);
    default:
      throw new Error(`${wanted.is} is nothing to choose`);
  }
}

export function confirmedBy({ asked, kept }: Pick<Choosing, 'asked' | 'kept'>): Confirmed {
  const { deployment, profile, granularity } = asked;
  return { deployment: deployment ?? kept.deployment, profile, granularity };
}

async function chooseOfRun(
  { runId, gate }: { runId: string | null; gate: Gate | null },
  choosing: Choosing,
): Promise<Prepared | null> {
  const { court, now, person } = choosing;
  if (runId !== null && !isRunId(runId)) throw new SignFault('asked_wrongly', `${runId} is no name of a run`);
  const states = await statesIn(court, runId);
  if (runId !== null && states.length === 0)
    throw new SignFault(
      'asked_wrongly',
      runsIn(court.evidence).includes(runId)
        ? `the log of ${runId} in runs/ of the default branch cannot be followed: countersign audit says where it breaks`
        : `the record of ${runId} is not published yet: the bot asks first and puts the record into runs/ right after it. Wait a minute, then give the same command; if it is still not there, the request says what keeps it out`,
    );
  const tasks = states.flatMap((state) => {
    if (gate === null) return tasksOf(state, now);
    const task = taskFor(gate, { state, now });
    return task ? [task] : [];
  });
  const task = await oneOf(tasks, { person, renewsFirst: runId !== null && gate === null });
  if (task === null) {
    const documents = [...new Set(states.map(({ documentId }) => documentId))].sort();
    person.say(runId === null ? nothingWaits(documents) : waitsForNothing(states[0], gate));
    return null;
  }
  const recorder = await recorderOf(choosing);
  if (task.gate === 'GAP7_execution_enable' && recorder === null) throw withoutRecorder();
  return prepareForRun(task, { court, confirmed: confirmedBy(choosing), recorder, now });
}

function recorderOf({ asked, court, kept }: Choosing): Promise<NamedRecorder | null> {
  return findRecorder(asked.recorderKey, { court, confirmed: kept.recorder_keys });
}

function withoutRecorder(): SignFault {
  return new SignFault(
    'asked_wrongly',
    'nothing here says by which key the bot signs its record: name it with --recorder-key, as the operator read it to you (countersign recorder show)',
  );
}

function waitsForNothing(state: RunState | undefined, gate: Gate | null): string {
  const status = state?.position.status ?? 'unknown';
  const what = gate === null ? 'no signature' : `no ${gate}`;
  const plan =
    gate === 'SG_R_revert_authz'
      ? ' Have its compensation planned: countersign revert plan RUN --record'
      : '';
  const late =
    gate === null || plan !== ''
      ? ''
      : ' If the bot has just asked for it, the record is not published yet: wait a minute, then give the same command.';
  return `${state?.runId} is ${status} and waits for ${what}.${plan}${late}\n`;
}

async function oneOf(
  tasks: readonly Task[],
  { person, renewsFirst }: { person: Person; renewsFirst: boolean },
): Promise<Task | null> {
  const [first, ...more] = tasks;
  if (!first) return null;
  if (more.length === 0 || (renewsFirst && first.gate === 'GAP7_execution_enable')) return first;
  person.say(
    waitingLines(
      tasks.map(({ gate, says, state: { runId, documentId } }) => ({ gate, says, runId, documentId })),
    ),
  );
  const chosen = tasks[Number(await person.ask('Which one (its number)?')) - 1];
  if (!chosen) throw new SignFault('asked_wrongly', 'that is none of the numbers: nothing was signed');
  return chosen;
}

async function statesIn({ evidence }: Court, only: string | null): Promise<RunState[]> {
  const states: RunState[] = [];
  for (const runId of runsIn(evidence)) {
    if (only !== null && runId !== only) continue;
    const { log } = await readLog(runId, evidence);
    if (log) states.push(log.state);
  }
  return states;
}

async function opening(documentId: string, choosing: Choosing): Promise<Prepared> {
  const { asked, court, kept, person } = choosing;
  const states = await statesIn(court, null);
  const own = states.filter((state) => state.documentId === documentId);
  const before = own.at(-1);
  const deployment = asked.deployment ?? kept.deployment ?? null;
  const path = asked.path ?? before?.source.path ?? null;
  if (deployment === null || path === null)
    throw new SignFault(
      'asked_wrongly',
      `no record here says where ${documentId} stands and for which deployment: name both, as the check of the document and countersign readiness print it (--deployment NAME --path documents/x.md)`,
    );
  const recorder = await recorderOf(choosing);
  if (recorder === null) throw withoutRecorder();
  return prepareOpening(
    {
      ...{ documentId, deployment, path, recorder, repository: before?.repository ?? asked.repository },
      ...{ profile: asked.profile ?? before?.profile ?? null, accept: asked.accept },
      granularity: asked.granularity ?? before?.granularity ?? null,
    },
    { court, colours: person.colours },
  );
}

async function withdrawal(path: string, { court: { evidence } }: Choosing): Promise<Prepared> {
  const bytes = await fileAt(evidence, { path, commit: evidence.graph.head.id });
  if (bytes === undefined)
    throw new SignFault(
      'asked_wrongly',
      `the default branch has no ${path}: name the approval as it stands there`,
    );
  return { verdict: 'ready', subject: withdrawalOf({ path, bytes }) };
}
