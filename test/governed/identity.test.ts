// Units that keep their identity through amendments of the document, in the tables: for life, also when they change places,
// are taken back, or were never enacted; and what was in force, and where, at any time.
import { describe, expect, test } from 'vitest';
import { planRevert } from '../../src/governed/compensation.ts';
import type { GovernedDatabase } from '../../src/governed/database.ts';
import { readPinned, readUnits } from '../../src/governed/units.ts';
import { planChange } from '../../src/plan/change.ts';
import { Stop } from '../../src/stop/stop.ts';
import { signGate } from '../support/signing.ts';
import {
  BACKENDS,
  begin,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  documentOf,
  enactAndVerify,
  planFor,
  ready,
  revert,
  sovereign,
  write,
} from './fixture.ts';

const TEXTS = {
  purpose: 'The garden feeds its members, and whoever is hungry besides.',
  members: 'Anyone may join who promises to water it twice in every dry week.',
  tools: 'The tools hang in the shed; whoever breaks one mends it before the next Sunday.',
  end: 'The garden ends when nobody has watered it for a year and a day.',
};

const law = (
  ...chapters: readonly (readonly [title: string, ...articles: readonly (readonly [number, string])[]])[]
) =>
  `# Charter of the Garden\n\n${chapters
    .map(([title, ...articles]) =>
      [`## ${title}`, ...articles.map(([number, text]) => `### Article ${number}\n\n${text}`)].join('\n\n'),
    )
    .join('\n\n')}\n`;

const BEFORE = law(
  ['Chapter 1. The garden', [1, TEXTS.purpose], [2, TEXTS.members]],
  ['Chapter 2. Its things', [3, TEXTS.tools], [4, TEXTS.end]],
);
/** Article 2 goes to the other chapter, a new 3 pushes the tools to 4, and the end is lost. */
const AFTER = law(
  ['Chapter 1. The garden', [1, TEXTS.purpose.replace('hungry', 'in need')]],
  [
    'Chapter 2. Its things',
    [2, TEXTS.members],
    [3, 'Water is drawn from the well before noon and never after.'],
    [4, TEXTS.tools],
  ],
);

interface Standing {
  readonly key: string;
  readonly unit_id: string;
}

const inForce = async (db: GovernedDatabase, at = 'clock_timestamp()') =>
  db.read('cutter_verify', (reader) =>
    reader.query<Standing & { body: string; heading_path: string[]; num: string | null }>(
      `SELECT key, unit_id::text, body, heading_path, num FROM public.unit_in_force(${at}) WHERE document_id = 'charter'`,
    ),
  );

const idsOf = (rows: readonly Standing[]) =>
  Object.fromEntries(rows.map(({ key, unit_id }) => [key, unit_id]));

describe.each(BACKENDS)('identity on %s', (_name, start) => {
  const open = databasesOf(start);

  test('units that move, change and are renumbered stay themselves, and old addresses find them', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const before = idsOf(await inForce(db));
    const { change, lifecycle_enact } = await cutAndEnact(db, { markdown: AFTER });
    expect(change.rows.map(({ action, was, key }) => `${action} ${was ? `${was} -> ` : ''}${key}`)).toEqual([
      'keep document',
      'keep chapter-1',
      'revise chapter-1/art-1',
      'keep chapter-2',
      'move chapter-1/art-2 -> chapter-2/art-2',
      'create chapter-2/art-3',
      'renumber chapter-2/art-3 -> chapter-2/art-4',
    ]);
    expect(change.retire.map(({ key }) => key)).toEqual(['chapter-2/art-4']);
    expect(change.counts).toEqual({ create: 1, revise: 1, move: 1, renumber: 1, keep: 3, retire: 1 });
    expect(lifecycle_enact).toEqual({ enacted: 3, kept: 4, retired: 1, log_rows: 6 });

    const after = await inForce(db);
    expect(after.map(({ body }) => body).join('')).toBe(AFTER);
    expect(idsOf(after)).toEqual({
      document: before['document'],
      'chapter-1': before['chapter-1'],
      'chapter-1/art-1': before['chapter-1/art-1'],
      'chapter-2': before['chapter-2'],
      'chapter-2/art-2': before['chapter-1/art-2'],
      'chapter-2/art-3': expect.stringMatching(/^\d+$/),
      'chapter-2/art-4': before['chapter-2/art-3'],
    });
    const cited = await db.read('cutter_verify', (reader) =>
      reader.query<Standing>(
        `SELECT key, unit_id::text FROM cutter_governance.unit_address WHERE key = 'chapter-2/art-3' ORDER BY change_set_id`,
      ),
    );
    expect(cited.map(({ unit_id }) => unit_id)).toEqual([
      before['chapter-2/art-3'],
      idsOf(after)['chapter-2/art-3'],
    ]);
  });

  test('what was in force at an earlier time is found with the address of that time', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const before = await inForce(db);
    const [then] = await db.read('cutter_verify', (reader) =>
      reader.query<{ at: string }>('SELECT clock_timestamp()::text AS at'),
    );
    await cutAndEnact(db, { markdown: AFTER });
    const told = await inForce(db, `'${then?.at}'`);
    expect(told).toEqual(before);
    expect(told.map(({ body }) => body).join('')).toBe(BEFORE);
    expect(told.find(({ key }) => key === 'chapter-2/art-3')).toMatchObject({
      heading_path: ['Charter of the Garden', 'Chapter 2. Its things', 'Article 3'],
      num: 'Article 3',
    });
    expect(await inForce(db, `'2001-01-01'`)).toEqual([]);
  });

  test('two articles that change places are not each revised', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: law(['Chapter 1. All', [1, TEXTS.purpose], [2, TEXTS.members]]) });
    const before = idsOf(await inForce(db));
    const { change } = await cutAndEnact(db, {
      markdown: law(['Chapter 1. All', [1, TEXTS.members], [2, TEXTS.purpose]]),
    });
    expect(change.counts).toMatchObject({ renumber: 2, revise: 0, create: 0, retire: 0 });
    const after = idsOf(await inForce(db));
    expect(after['chapter-1/art-1']).toBe(before['chapter-1/art-2']);
    expect(after['chapter-1/art-2']).toBe(before['chapter-1/art-1']);
  });

  test('a compensation names the addresses that units go back to, and puts them there', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const before = await inForce(db);
    const { runId } = await cutAndEnact(db, { markdown: AFTER });
    const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    expect(plan.plan.moves).toEqual([
      { from: 'chapter-2/art-2', to: 'chapter-1/art-2' },
      { from: 'chapter-2/art-4', to: 'chapter-2/art-3' },
    ]);
    await revert(db, plan);
    expect(await inForce(db)).toEqual(before);
    const { change } = await cutAndEnact(db, { markdown: AFTER });
    expect(change.counts).toMatchObject({ move: 1, renumber: 1 });
  });

  test('a cut that waits for its enactment can be taken back, and its document cut anew', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const before = await inForce(db);
    const waiting = await cutAndVerify(db, { markdown: AFTER });
    expect(await inForce(db)).toEqual(before);
    // The tools are at article 4 now, and the end, which only SG_2 would retire, is there as well.
    const again = planFor(db, { documentId: 'charter', markdown: BEFORE });
    await expect(again).rejects.toThrow(Stop);
    await expect(again).rejects.toMatchObject({ code: 'address_shared' });
    const { runId } = waiting;
    const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    await revert(db, plan);
    const later = await cutAndVerify(db, { markdown: AFTER });
    await enactAndVerify(db, later);
    expect((await inForce(db)).map(({ body }) => body).join('')).toBe(AFTER);
  });

  test('two units at one address are not told apart by the database either', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const existing = await db.read('cutter_exec', (reader) => readUnits(reader, 'charter'));
    await cutAndVerify(db, { markdown: AFTER });
    // Planned from what was there before the cut that waits: the tools are at two addresses now.
    const { plan } = documentOf(BEFORE);
    const change = planChange(plan, existing, { documentId: 'charter' });
    const run = await begin(db, { markdown: BEFORE });
    const by = [await sovereign()];
    const digest = change.cutplan_sha256;
    const sg1 = await signGate(db, { gate: 'SG_1_cut_authz', runId: run.runId, digest, by });
    const { sha256: sourceSha256 } = documentOf(BEFORE);
    const writing = write(db, {
      ...{ ...run, sg1, documentId: 'charter', sourceSha256 },
      change: {
        ...change,
        rows: change.rows.filter(({ key }) => /^(?:document|chapter-2(?:\/art-4)?)$/.test(key)),
      },
    });
    await expect(writing).rejects.toMatchObject({
      code: 'unit_status',
      detail: expect.stringMatching(/chapter-2\/art-4\) is absent/),
    });
  });

  test('a unit that is kept is kept with its name', async () => {
    const { db } = await open();
    await cutAndEnact(db, { markdown: BEFORE });
    const run = await ready(db, { markdown: AFTER });
    const rows = run.change.rows.map((row) => (row.key === 'chapter-1' ? { ...row, num: 'Chapter 9' } : row));
    const writing = write(db, { ...run, change: { ...run.change, rows } });
    await expect(writing).rejects.toMatchObject({
      code: 'unit_status',
      detail: expect.stringMatching(/chapter-1\) is differs/),
    });
  });

  test('a document is cut as its latest cut that stands was, and one that was taken back says nothing', async () => {
    const { db } = await open();
    const pinned = () => db.read('cutter_exec', (reader) => readPinned(reader, 'charter'));
    expect(await pinned()).toBeUndefined();
    const { runId } = await cutAndEnact(db, { markdown: BEFORE });
    expect(await pinned()).toEqual({ profile: 'en', granularity: 'article' });
    const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    await revert(db, plan);
    expect(await pinned()).toBeUndefined();
  });
});
