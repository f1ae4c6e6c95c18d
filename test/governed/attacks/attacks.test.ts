// The attacks, each on a real server with a login for each role, and in an embedded database with each role set. After
// each: nothing is written, nothing is enacted, and whatever could be left is noticed. docs/attacks.md is what came of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mendGrants } from '../../../src/governed/schema.ts';
import { checkSchema } from '../../../src/governed/schema-check.ts';
import { leaveOut } from '../../support/skip.ts';
import { type Attack, isRefused, KINDS, type Kind, outcomeOf } from './attack.ts';
import { ENACT } from './enact.ts';
import { ESCALATE } from './escalate.ts';
import { FILL } from './fill.ts';
import { LOCK } from './lock.ts';
import { attacksPage, type Played } from './page.ts';
import { PLANT } from './plant.ts';
import { READ } from './read.ts';
import { REPLAY } from './replay.ts';
import { REVERT } from './revert.ts';
import { REWIND } from './rewind.ts';
import { SHADOW } from './shadow.ts';
import { SMUGGLE } from './smuggle.ts';
import { assertSound } from './soundness.ts';
import { embeddedStage, look, type Sight, type Stage, serverStage } from './stage.ts';

const ATTACKS: Readonly<Record<Kind, readonly Attack[]>> = {
  plant: PLANT,
  smuggle: SMUGGLE,
  enact: ENACT,
  revert: REVERT,
  replay: REPLAY,
  rewind: REWIND,
  shadow: SHADOW,
  lock: LOCK,
  fill: FILL,
  read: READ,
  escalate: ESCALATE,
};

const played: Played[] = [];

/** The last look at each stage. */
const seen = new WeakMap<Stage, Sight>();

/** Plays one attack, and holds what it has left against what it may leave. */
async function play(stage: Stage, attack: Attack): Promise<string> {
  const attempt = await attack.mount(stage);
  const before = (attack.plain && seen.get(stage)) || (await look(stage));
  const outcome = await outcomeOf(attempt());
  await stage.hangUp();
  let after = await look(stage);
  const { noticed } = after;
  if (noticed.length > 0) after = await mend(stage, attack.leaves?.mend);
  seen.set(stage, after);
  expect(after.inForce, 'nothing is enacted').toEqual(before.inForce);
  if (!attack.writes) expect(after.contents, 'nothing is written').toEqual(before.contents);
  const unexplained = noticed.filter((one) => !attack.leaves?.trace.test(one));
  expect(unexplained, 'nothing is left').toEqual([]);
  if (attack.leaves && noticed.length > 0)
    return `${outcome}; \`db check\`: ${noticed[0]}${noticed.length > 1 ? `, and ${noticed.length - 1} more` : ''}`;
  if (attack.harmless) {
    expect(outcome).toBe('done');
    return attack.harmless;
  }
  expect(isRefused(outcome), `refused, not: ${outcome}`).toBe(true);
  return outcome;
}

async function mend(stage: Stage, first: readonly string[] = []): Promise<Sight> {
  await stage.root.admin(async (writer) => {
    for (const statement of first) await writer.script(statement);
    await mendGrants(writer);
  });
  const mended = await look(stage);
  expect(mended.noticed, 'mended').toEqual([]);
  return mended;
}

for (const [backend, open] of [
  ['PostgreSQL', serverStage],
  ['PGlite', embeddedStage],
] as const) {
  describe(`an attacker with the logins of ${backend}`, () => {
    let stage: Stage | null;
    beforeAll(async () => {
      stage = await open();
    });
    afterAll(() => stage?.close());

    for (const kind of KINDS) {
      describe(`who would ${kind}`, () => {
        for (const attack of ATTACKS[kind]) {
          if (attack.serverOnly && backend === 'PGlite') continue;
          test(`${attack.as}: ${attack.name}`, async () => {
            if (!stage) return leaveOut('PostgreSQL absent');
            const outcome = await play(stage, attack);
            played.push({ kind, attack, backend, outcome });
          });
        }

        test('has left everything sound: the rows, the backup, the check', async () => {
          if (!stage) return leaveOut('PostgreSQL absent');
          await assertSound(stage);
          await stage.dump();
          expect(await checkSchema(stage.root)).toMatchObject({ differences: [], deviations: [] });
        });
      });
    }
  });
}

describe('docs/attacks.md', () => {
  const all = KINDS.flatMap((kind) => ATTACKS[kind]);

  test('has at least eighty attacks, those of the review among them, and no name twice', () => {
    const names = KINDS.flatMap((kind) => ATTACKS[kind].map(({ as, name }) => `${kind} ${as} ${name}`));
    expect(new Set(names).size).toBe(names.length);
    expect(all.length).toBeGreaterThanOrEqual(80);
    expect(all.filter(({ review }) => review).length).toBeGreaterThanOrEqual(10);
  });

  test('says what came of each', async () => {
    if (!played.some(({ backend }) => backend === 'PostgreSQL')) return leaveOut('PostgreSQL absent');
    const expected = all.length + all.filter(({ serverOnly }) => !serverOnly).length;
    expect(played.length, 'every attack was played').toBe(expected);
    await expect(attacksPage(played)).toMatchFileSnapshot('../../../docs/attacks.md');
  });
});
