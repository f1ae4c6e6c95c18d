// What a run of 200 units costs beside the units of other documents: in a governed database of a million, against one that
// holds nothing else. The others are one real document, cut, verified and enacted, copied row by row under other names.
import { verifyEnactment } from '../src/governed/lifecycle.ts';
import { takeSnapshot } from '../src/governed/snapshot.ts';
import { verifyWrite } from '../src/governed/write-verification.ts';
import {
  cutAndEnact,
  enabled,
  enact,
  ready,
  realBackend,
  signEnactment,
  type TestDatabase,
  verifyOptions,
  write,
} from '../test/governed/fixture.ts';
import { writeArticles } from './document.ts';

const UNITS = 200;
const ROUNDS = 5;
const CROWD = Number(process.env['BENCH_UNITS'] ?? 1_000_000);

/** Prints one line for each step, and one for all of them. */
export async function benchCrowd(): Promise<void> {
  const backend = await realBackend();
  if (!backend) return void process.stdout.write('crowd: PostgreSQL is absent\n');
  try {
    const alone = await backend.open();
    const crowded = await backend.open();
    await cutAndEnact(crowded.db, { documentId: 'seed', markdown: writeArticles(UNITS).toString() });
    await multiply(crowded, Math.round(CROWD / UNITS));
    const times = { alone: new Map<string, number[]>(), crowded: new Map<string, number[]>() };
    for (let round = 0; round < ROUNDS; round += 1) {
      const markdown = `${writeArticles(UNITS)}\nRound ${round}.\n`;
      await live(alone, { documentId: `own-${round}`, markdown, times: times.alone });
      await live(crowded, { documentId: `own-${round}`, markdown, times: times.crowded });
    }
    let [sumAlone, sumCrowded] = [0, 0];
    for (const [step, alones] of times.alone) {
      const [one, other] = [median(alones), median(times.crowded.get(step) ?? [])];
      [sumAlone, sumCrowded] = [sumAlone + one, sumCrowded + other];
      report(step, [one, other]);
    }
    report('all of a run', [sumAlone, sumCrowded], ' (goal ≤ 1.2)');
    await Promise.all([alone.close(), crowded.close()]);
  } finally {
    await backend.stop();
  }
}

function report(step: string, [alone, crowded]: readonly [number, number], goal = ''): void {
  process.stdout.write(
    `crowd: ${step.padEnd(20)} ${alone.toFixed(1)} ms alone, ${crowded.toFixed(1)} ms beside ${CROWD} units: ${(crowded / alone).toFixed(2)} x${goal}\n`,
  );
}

async function live(
  { db }: TestDatabase,
  options: { readonly documentId: string; readonly markdown: string; readonly times: Map<string, number[]> },
): Promise<void> {
  const { documentId, markdown, times } = options;
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    times.set(step, [...(times.get(step) ?? []), performance.now() - began]);
    return result;
  };
  const look = () => db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId }));
  await timed('snapshot before', look);
  const run = await timed('plan and signature', () => ready(db, { documentId, markdown }));
  const outputs = await timed('cut', () => write(db, run));
  const done = { ...run, outputs };
  await timed('cut, verified', async () => verifyWrite(db, await verifyOptions(done)));
  await timed('snapshot between', look);
  await timed('second signature', () => signEnactment(db, run.runId));
  const expected = await timed('enactment', () => enact(db, run.runId));
  const { runId, sourceSha256 } = run;
  await timed('enactment, verified', () =>
    verifyEnactment(db, { runId, documentId, sourceSha256, expected, assertEnabled: enabled }),
  );
  await timed('snapshot after', look);
}

/** Every row of the document `seed`, `times` times over, each time with ids, a run and a document of its own. */
export async function multiply({ root }: TestDatabase, times: number): Promise<void> {
  await root.admin(async (writer) => {
    await writer.script(`
      SET LOCAL session_replication_role = replica;
      CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
        SELECT n, n * 1000000::bigint AS by, 'crowd-' || n AS document, 'run-20260101-' || lpad(to_hex(n), 16, '0') AS run
          FROM generate_series(1, ${times}) AS n;`);
    for (const table of TABLES) {
      const columns = await writer.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          ORDER BY attnum`,
        [table],
      );
      const names = columns.map(({ name }) => name);
      const values = names.map((name) => COPIED[name] ?? `one.${name}`);
      await writer.script(
        `INSERT INTO ${table} (${names.join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')} FROM ${table} AS one CROSS JOIN copy`,
      );
    }
    await writer.script(
      'DO $$ DECLARE v record; BEGIN FOR v IN SELECT document FROM copy LOOP PERFORM cutter_guard.move_head(v.document); END LOOP; END $$',
    );
  });
  await root.admin((writer) => writer.write('ANALYZE'));
}

const COPIED: Readonly<Record<string, string>> = {
  id: 'one.id + copy.by',
  unit_id: 'one.unit_id + copy.by',
  unit_version_id: 'one.unit_version_id + copy.by',
  change_set_id: 'one.change_set_id + copy.by',
  parent_id: 'one.parent_id + copy.by',
  cut_parent_id: 'one.cut_parent_id + copy.by',
  parent_unit_id: 'one.parent_unit_id + copy.by',
  document_id: 'copy.document',
  run_id: 'copy.run',
  cut_run_id: 'copy.run',
};

const TABLES = [
  'cutter_governance.cut_change_set',
  'public.information_unit',
  'public.unit_version',
  'public.iu_lifecycle_log',
  'cutter_governance.cut_change_set_affected_row',
  'cutter_governance.verify_result',
];

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
