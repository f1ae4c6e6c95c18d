// What a judgement, a start and a catch-up cost where 10,000 runs have finished and 1,000 are paused, against a state that is
// empty: each looked at by a process of its own, over PostgreSQL. What the governed database and GitHub take is not in it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { deriveRunId } from '../src/approval/run-id.ts';
import { sha256 } from '../src/digest/digest.ts';
import { encodeLeaf } from '../src/record/log-leaf.ts';
import type { Happening } from '../src/run/events.ts';
import { rebuildStandings } from '../src/store/standings.ts';
import { openPostgresStore, type Store } from '../src/store/store.ts';
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts';
import { COMPLETE, logOf, PREPARED } from '../test/support/run-events.ts';
import type { Looked } from './scale-look.ts';

const FINISHED = 10_000;
const PAUSED = 1_000;
const AT_A_TIME = 250;
const GOAL = { ratio: 1.2, memoryMiB: 250 };

export async function benchScale(): Promise<void> {
  const server = await startPostgres();
  if (!server) return void process.stdout.write('scale: PostgreSQL is absent\n');
  try {
    const empty = await prepared(server, []);
    const began = performance.now();
    const full = await prepared(server, [
      ...Array.from({ length: FINISHED }, (_, number) => ({ number, happenings: COMPLETE })),
      ...Array.from({ length: PAUSED }, (_, number) => ({ number: FINISHED + number, happenings: PREPARED })),
    ]);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(`scale: ${FINISHED} finished and ${PAUSED} paused runs made in ${seconds} s\n`);
    // Taken in turns, so that what else this machine does falls on both.
    const [none, many]: [Looked[], Looked[]] = [[], []];
    for (let turn = 0; turn < 3; turn += 1) {
      none.push(lookAt(server.url(empty)));
      many.push(lookAt(server.url(full)));
    }
    for (const what of ['start', 'catchUp', 'judgement'] as const) {
      const [before, after] = [best(none, what), best(many, what)];
      process.stdout.write(
        `scale: ${what.padEnd(10)} ${before.toFixed(1)} ms with no run, ${after.toFixed(1)} ms with all of them: ${(after / before).toFixed(2)} x (goal <= ${GOAL.ratio} x)\n`,
      );
    }
    process.stdout.write(
      `scale: memory     ${worst(none).toFixed(0)} MiB with no run, ${worst(many).toFixed(0)} MiB with all of them (goal <= ${GOAL.memoryMiB} MiB)\n`,
    );
  } finally {
    await server.stop();
  }
}

const best = (looks: readonly Looked[], what: 'start' | 'catchUp' | 'judgement'): number =>
  Math.min(...looks.map((look) => look[what]));
const worst = (looks: readonly Looked[]): number => Math.max(...looks.map(({ peakMiB }) => peakMiB));

function lookAt(url: string): Looked {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'scale-look.ts')],
    {
      env: { ...process.env, DATABASE_URL: url },
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Looked;
}

interface Seed {
  readonly number: number;
  readonly happenings: readonly Happening[];
}

/** The name of a database in which these runs are, with their approvals, judgements and leaves, all of them shown. */
async function prepared(server: TestPostgres, seeds: readonly Seed[]): Promise<string> {
  const database = await server.createDatabase();
  const store = await openPostgresStore(server.url(database), () => undefined);
  for (let from = 0; from < seeds.length; from += AT_A_TIME)
    await insert(store, seeds.slice(from, from + AT_A_TIME));
  await store.database.transaction().execute(rebuildStandings);
  await store.database
    .updateTable('run_standing')
    .set((row) => ({ published_seq: row.ref('seq'), reported_seq: row.ref('seq'), looked_at: new Date() }))
    .execute();
  await store.close();
  await server.query(database, 'VACUUM ANALYZE');
  return database;
}

async function insert({ database }: Store, seeds: readonly Seed[]): Promise<void> {
  const made = seeds.map(({ number, happenings }) => {
    const runId = deriveRunId({ documentSha256: sha256(`run ${number}`), signedAt: new Date() });
    const documentId = `document-${number}`;
    const own = happenings.map((one, index) =>
      one.type === 'run_opened'
        ? { ...one, document_id: documentId, approval: approvalOf(one.approval, { number, index }) }
        : one.type === 'gate_opened'
          ? { ...one, approval: approvalOf(one.approval, { number, index }) }
          : one,
    );
    return { runId, documentId, events: logOf(own, runId) };
  });
  const at = new Date();
  const approvals = made.flatMap(({ runId, events }) =>
    events.flatMap((event) => ('approval' in event ? [{ runId, approval: event.approval }] : [])),
  );
  await database
    .insertInto('run')
    .values(
      made.map(({ runId, documentId }) => ({
        ...{ run_id: runId, repository: 'town/governance', document_id: documentId, opened_at: at },
      })),
    )
    .execute();
  await database
    .insertInto('event')
    .values(
      made.flatMap(({ events }) =>
        events.map((event) => ({
          ...{ run_id: event.run_id, seq: event.seq, at: event.at, hash: event.hash },
          entry: JSON.stringify(event),
        })),
      ),
    )
    .execute();
  await database
    .insertInto('approval')
    .values(
      approvals.map(({ runId, approval: { document_sha256, gate, path, commit, pull } }) => ({
        ...{ document_sha256, gate, run_id: runId, path, commit, pull, consumed_at: at },
        ...{ document: Buffer.alloc(800, document_sha256), signatures: JSON.stringify([]) },
      })),
    )
    .execute();
  await database
    .insertInto('judgement')
    .values(
      approvals.map(({ runId, approval: { pull, commit } }) => ({
        ...{ repository: 'town/governance', pull, commit, run_id: runId, judged_at: at, published_at: at },
        verdict: JSON.stringify({ verdict: 'accepted' }),
      })),
    )
    .execute();
  const leaves = await database
    .insertInto('log_leaf')
    .values(
      approvals.map(({ runId, approval: { path, document_sha256, pull, commit } }) => ({
        subject: `verdict on town/governance#${pull}`,
        line: encodeLeaf({
          ...({ type: 'verdict', verdict: 'accepted', reason: null, at: at.toISOString() } as const),
          ...{ path, document_sha256: sha256(document_sha256), pull, commit, run_id: runId },
        }),
        statement: null,
      })),
    )
    .returning('id')
    .execute();
  await database
    .insertInto('log_place')
    .values(leaves.map(({ id }) => ({ leaf: id, place: id - 1 })))
    .execute();
}

function approvalOf<Approval extends { gate: string }>(
  approval: Approval,
  { number, index }: { number: number; index: number },
): Approval {
  const pull = number * 20 + index + 1;
  const path = `approvals/${approval.gate}-${pull}.md`;
  return { ...approval, path, pull, document_sha256: sha256(path) };
}
