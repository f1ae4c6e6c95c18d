// A bot that lies: the record of a genuine run, changed as a test says, hashed and rendered anew by the bot's own functions,
// and published in one commit where the genuine one would have been.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeys } from '../../src/approval/key-ring.ts';
import { openEvidence } from '../../src/audit/evidence.ts';
import { openCourt } from '../../src/audit/run.ts';
import type { ThrowawayKey } from '../../src/local/throwaway-keys.ts';
import { IN_TOTO, seal } from '../../src/record/dsse.ts';
import type { RecorderSigner } from '../../src/record/recorder-key.ts';
import { encodeStatement, statementPath } from '../../src/record/statement.ts';
import { runRecord } from '../../src/report/run-record.ts';
import { chain, decodeLog, GENESIS, type Happening, type Head, type RunEvent } from '../../src/run/events.ts';
import { recordOf } from '../../src/run/record.ts';
import { fold, type RunState } from '../../src/run/state.ts';
import { statementOf } from '../../src/run/statement.ts';
import { commitFiles } from '../../src/sign/commit.ts';
import { type Confirmed, prepareForRun } from '../../src/sign/of-run.ts';
import { tasksOf } from '../../src/sign/waiting.ts';

/** A repository as it was when the bot published a head of the run, and what it published. */
export interface Published {
  readonly gitDirectory: string;
  /** The commit on which the record was put. */
  readonly base: string;
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly kept: ReadonlyMap<string, string>;
  readonly key: ThrowawayKey;
  readonly recorder: RecorderSigner;
}

const KEPT = ['plan.jsonl', 'changes.md', 'pre.json', 'revert-plan.json'];

export function publishedAt(
  commit: string,
  of: Pick<Published, 'gitDirectory' | 'runId' | 'key' | 'recorder'>,
): Published {
  const { gitDirectory, runId } = of;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', gitDirectory, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const file = (name: string) => git('show', `${commit}:runs/${runId}/${name}`);
  const there = new Set(git('ls-tree', '--name-only', commit, `runs/${runId}/`).trim().split('\n'));
  const lines = file('events.jsonl').trimEnd().split('\n');
  return {
    ...{ ...of, base: git('rev-parse', `${commit}^`).trim() },
    events: decodeLog(lines.map((line) => JSON.parse(line))),
    kept: new Map(
      KEPT.filter((name) => there.has(`runs/${runId}/${name}`)).map((name) => [name, file(name)]),
    ),
  };
}

type Entry = Happening & { run_id: RunEvent['run_id']; at: Date };

export interface Lie {
  /** Other entries; they are chained and hashed anew. */
  events?(events: readonly RunEvent[]): readonly (Happening & { at: string })[];
  /** Other files beside the log. */
  kept?(kept: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  /** Other bytes in the files of the record, once they are made. */
  files?(files: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  /** Signed by another recorder. */
  readonly recorder?: RecorderSigner;
  /** Put on another commit than the genuine one. */
  readonly base?: string;
}

/** What `sign` says of it: the codes of its objections, or `ready`. */
export async function askedBy(
  lie: Lie,
  { published, confirmed = NOTHING, now }: { published: Published; confirmed?: Confirmed; now: Date },
): Promise<string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-lie-'));
  const directory = join(scratch, 'clone.git');
  try {
    execFileSync('git', ['clone', '--quiet', '--bare', published.gitDirectory, directory]);
    const { state, files } = await madeFrom(lie, published);
    const home = {
      ...{ directory, remote: 'origin', url: '', branch: 'main', head: published.base, branches: null },
      environment: { PATH: process.env['PATH'] },
    };
    const commit = await commitFiles(
      [...files].map(([path, content]) => ({ path, bytes: Buffer.from(content) })),
      {
        ...{ onto: lie.base ?? published.base, message: 'Record', home },
        who: { name: 'countersign[bot]', email: 'bot@example.invalid' },
      },
    );
    const { key } = published;
    const ring = await readKeys([{ name: 'key.asc', bytes: Buffer.from(key.publicArmored) }], {
      pinned: [key.fingerprint],
      now,
    });
    const evidence = await openEvidence(directory, { at: commit });
    try {
      const court = await openCourt(evidence, { keys: ring, policy: { thresholds: {} } });
      const [task] = tasksOf(state, now);
      if (!task) return ['nothing waits'];
      const prepared = await prepareForRun(task, { court, confirmed, recorder: null, now });
      return prepared.verdict === 'ready' ? ['ready'] : prepared.objections.map(({ code }) => code);
    } finally {
      await evidence.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export const NOTHING: Confirmed = { deployment: null, profile: null, granularity: null };

async function madeFrom(
  lie: Lie,
  { events, kept, runId, recorder }: Published,
): Promise<{ state: RunState; files: ReadonlyMap<string, string> }> {
  const told = lie.events?.(events) ?? events;
  let head: Head = GENESIS;
  const chained = told.map((entry) => {
    const { v: _v, seq: _seq, prev: _prev, hash: _hash, ...rest } = entry as RunEvent;
    const event = chain(head, { ...rest, run_id: runId, at: new Date(entry.at) } as Entry);
    head = event;
    return event;
  });
  const state = fold(chained);
  const artifacts = lie.kept?.(kept) ?? kept;
  const files = new Map(runRecord(recordOf(state, { events: chained, kept: artifacts })));
  const stated = statementOf(state, { events: chained, kept: artifacts });
  if (stated) {
    const payload = { payloadType: IN_TOTO, payload: encodeStatement(stated) };
    files.set(statementPath(runId), await seal(payload, lie.recorder ?? recorder));
  }
  return { state, files: lie.files?.(files) ?? files };
}

/** One finished phase with another output. */
export function withOutput(
  phase: string,
  change: (output: Record<string, unknown>) => Record<string, unknown>,
): NonNullable<Lie['events']> {
  return (events) =>
    events.map((event) =>
      event.type === 'phase_finished' && event.phase === phase
        ? { ...event, output: change(event.output as Record<string, unknown>) }
        : event,
    );
}

/** The opening entry, changed. */
export function withOpening(
  change: (opening: Extract<RunEvent, { type: 'run_opened' }>) => Partial<RunEvent>,
): NonNullable<Lie['events']> {
  return (events) =>
    events.map((event) =>
      event.type === 'run_opened' ? ({ ...event, ...change(event) } as RunEvent) : event,
    );
}
