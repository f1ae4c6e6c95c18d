// What each step of a document's life costs the governed database as it grows four times. Statistics are taken afresh before
// each step, as a server does of itself in the hours between two signatures: what they say of a status is out of date as
// soon as the step begins, and a plan made from them must not read every row for every row.
import { planRevert } from '../src/governed/compensation.ts';
import { verifyEnactment } from '../src/governed/lifecycle.ts';
import { verifyWrite } from '../src/governed/write-verification.ts';
import {
  cut,
  enabled,
  enact,
  realBackend,
  revert,
  signEnactment,
  type TestDatabase,
  verifyOptions,
} from '../test/governed/fixture.ts';
import { writeArticles } from './document.ts';

const SIZES = [5_000, 20_000] as const;

type Times = Map<string, number>;

export async function benchGrowth(): Promise<void> {
  const backend = await realBackend();
  if (!backend) return void process.stdout.write('growth: PostgreSQL is absent\n');
  try {
    const measured: Times[] = [];
    for (const size of SIZES) {
      const database = await backend.open();
      measured.push(await live(size, database));
      await database.close();
    }
    const [small, large] = measured;
    for (const [step, seconds] of large ?? []) {
      const before = small?.get(step) ?? Number.NaN;
      process.stdout.write(
        `growth: ${step.padEnd(22)} ${SIZES[0]} units ${before.toFixed(2)} s, ${SIZES[1]} units ${seconds.toFixed(2)} s: ${(seconds / before).toFixed(1)} x for 4 x the units\n`,
      );
    }
  } finally {
    await backend.stop();
  }
}

/** First cut, a later one that changes every tenth article, and the later one taken back. */
async function live(size: number, { db, root }: TestDatabase): Promise<Times> {
  const times: Times = new Map();
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    await root.admin((writer) => writer.write('ANALYZE'));
    const began = performance.now();
    const result = await work();
    times.set(step, (performance.now() - began) / 1000);
    return result;
  };
  const first = writeArticles(size).toString();
  const later = first.replace(/^(## Article \d*0\. .*\n\n)Every/gm, '$1Each');
  let runId = '';
  for (const [name, markdown] of [
    ['first', first],
    ['later', later],
  ] as const) {
    const done = await timed(`${name} cut`, () => cut(db, { markdown }));
    await timed(`${name} cut, verified`, async () => verifyWrite(db, await verifyOptions(done)));
    await signEnactment(db, done.runId);
    const expected = await timed(`${name} enactment`, () => enact(db, done.runId));
    const { documentId, sourceSha256 } = done;
    runId = done.runId;
    await timed(`${name} enactment, verified`, () =>
      verifyEnactment(db, { runId, documentId, sourceSha256, expected, assertEnabled: enabled }),
    );
  }
  const plan = await timed('compensation planned', () =>
    db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false })),
  );
  if (plan.verdict !== 'planned') throw new Error(`no compensation: ${plan.detail}`);
  await timed('compensation', () => revert(db, plan));
  return times;
}
