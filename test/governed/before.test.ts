// The user's own database: documents and units from before this product, and the verification queries of the runbook that
// asked for it, which are kept as they were written.
import { describe, expect, test } from 'vitest';
import { readBaseline, takeBaseline } from '../../src/governed/baseline.ts';
import { planRevert } from '../../src/governed/compensation.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import {
  cut,
  cutAndEnact,
  cutAndVerify,
  databasesOf,
  type RealBackend,
  realBackend,
  revert,
} from './fixture.ts';

const QUERIES = [
  'SELECT count(*) FROM public.information_unit; -- = 158 + N',
  "SELECT count(*) FROM public.information_unit WHERE lifecycle_status='draft'; -- = 98 + N",
  'SELECT count(*) FROM public.iu_lifecycle_log; -- = 60 (UNCHANGED — no enact)',
  'SELECT count(*) FROM cutter_governance.cut_change_set; -- = 3',
  'SELECT count(*) FROM cutter_governance.verify_result; -- = 3',
];

/** 60 units of ICX-CONST in force with their log, and drafts of another document; nobody's run. */
const unitsBefore = (drafts: number) => `
  WITH unit AS (
    INSERT INTO public.information_unit (document_id, key, lifecycle_status, ordinal, unit_kind, section_type, title)
    SELECT 'ICX-CONST', 'art-' || n, 'enacted', n, 'article', 'normative', 'Article ' || n FROM generate_series(1, 60) AS n
    UNION ALL
    SELECT 'draft-rules', 'rule-' || n, 'draft', n, 'article', 'normative', 'Rule ' || n FROM generate_series(1, ${drafts}) AS n
    RETURNING id, lifecycle_status, title
  ), held AS (
    INSERT INTO public.unit_version (unit_id, version, status, unit_kind, section_type, title, body, sha256)
    SELECT id, 1, lifecycle_status, 'article', 'normative', title, '## ' || title || E'\\n',
           encode(sha256(convert_to('## ' || title || E'\\n', 'UTF8')), 'hex') FROM unit
    RETURNING id, unit_id, status
  )
  INSERT INTO public.iu_lifecycle_log (unit_id, unit_version_id, cause, from_status, to_status)
  SELECT unit_id, id, 'enact', 'draft', 'enacted' FROM held WHERE status = 'enacted'`;

const ICX = Array.from({ length: 60 }, (_, n) => `## Article ${n + 1}\n`).join('');

async function answers(root: AdminDatabase): Promise<number[]> {
  return root.admin(async (writer) => {
    const found: number[] = [];
    for (const query of QUERIES) {
      const [row] = await writer.query<{ count: string | number }>(query);
      found.push(Number(row?.count));
    }
    return found;
  });
}

describe('a database with documents from before', () => {
  const open = databasesOf<RealBackend>(realBackend);

  /** Two runs of this product have cut already, as in the runbook; with the units from before there are 158. */
  async function asBefore(db: GovernedDatabase, root: AdminDatabase): Promise<void> {
    let drafts = 0;
    for (const documentId of ['first-rules', 'second-rules'])
      drafts += (await cutAndVerify(db, { documentId })).change.counts.create;
    await root.admin((writer) => writer.script(unitsBefore(98 - drafts)));
    expect(await answers(root)).toEqual([158, 98, 60, 2, 2]);
  }

  test('gives the answers of the runbook after the first run, as it is', async () => {
    const { db, root } = await open();
    await asBefore(db, root);
    const { change } = await cutAndVerify(db, { documentId: 'o9-firstrun-target' });
    const n = change.counts.create;
    expect(n).toBeGreaterThan(1);
    expect(await answers(root)).toEqual([158 + n, 98 + n, 60, 3, 3]);
  });

  test('refuses to cut a document whose units it has not taken in, and takes them in as unsigned for ever', async () => {
    const { db, root } = await open();
    await asBefore(db, root);
    await expect(cut(db, { documentId: 'ICX-CONST', markdown: ICX })).rejects.toMatchObject({
      code: 'guard_refused',
      detail: expect.stringMatching(/^not_baselined: /),
    });
    const taken = await root.admin((writer) => takeBaseline(writer));
    expect(taken).toEqual([
      { document_id: 'ICX-CONST', units: 60 },
      { document_id: 'draft-rules', units: expect.any(Number) },
    ]);
    expect(await root.admin((writer) => takeBaseline(writer))).toEqual([]);
    expect(await db.read('cutter_verify', readBaseline)).toMatchObject([
      { document_id: 'ICX-CONST', units: 60, signed: false },
      { document_id: 'draft-rules', signed: false },
    ]);
    await expect(
      root.admin((writer) => writer.script('UPDATE cutter_governance.baseline SET signed = true')),
    ).rejects.toThrow(/baseline_signed_check/);
    // No change set was invented.
    expect((await answers(root))[3]).toBe(2);
  });

  test('is cut over its baseline and taken back to it', async () => {
    const { db, root } = await open();
    await asBefore(db, root);
    await root.admin((writer) => takeBaseline(writer));
    const served = () =>
      root.admin((writer) =>
        writer.query(
          `SELECT key, lifecycle_status, ordinal, title, cut_run_id, cut_ordinal, cut_version FROM public.information_unit
            WHERE document_id = 'ICX-CONST' AND lifecycle_status <> 'retired' ORDER BY ordinal`,
        ),
      );
    const was = await served();
    const markdown = `${ICX.replace('## Article 7\n', '## Article 7\n\nChanged.\n')}## Article 61\n`;
    const { runId, change } = await cutAndEnact(db, { documentId: 'ICX-CONST', markdown });
    expect(change.counts).toMatchObject({ create: 1, retire: 0 });
    expect(change.counts.revise + change.counts.keep).toBe(60);
    expect(await served()).not.toEqual(was);
    const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    await revert(db, plan);
    expect(await served()).toEqual(was);
  });
});
