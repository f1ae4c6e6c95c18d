// The lines of a plan as the database builds them from its own rows, held against the lines that were signed.

import { existsSync, globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../../src/digest/digest.ts';
import { type CutPlan, type PlanRow, planDocument } from '../../../src/document/plan.ts';
import { GRANULARITIES } from '../../../src/document/unit.ts';
import { admitHere } from '../../../src/governed/admit.ts';
import type { AdminDatabase, GovernedDatabase, Reader, Writer } from '../../../src/governed/database.ts';
import { writeLegA } from '../../../src/governed/leg-a.ts';
import { writeLegB } from '../../../src/governed/leg-b.ts';
import { readUnits } from '../../../src/governed/units.ts';
import { type ChangePlan, linesOf, planChange } from '../../../src/plan/change.ts';
import { compareKeys, planLines } from '../../../src/plan/plan-lines.ts';
import { type RandomPlan, randomPlans } from '../../plan/random-plan.ts';
import { RECORDER_KEY } from '../../support/recorder.ts';
import { DEPLOYMENT, LOG_HASH, runOpenedBy, signApproval } from '../../support/signing.ts';
import { onlyWhere } from '../../support/skip.ts';
import { BACKENDS, CHARTER, cut, cutAndEnact, databasesOf, enabled, sovereign } from '../fixture.ts';

const lineRows = z.array(z.object({ line: z.string() }));
const headRow = z.tuple([z.object({ head: z.string() })]);

async function linesIn(reader: Reader, changeSetId: string): Promise<string[]> {
  const statement = 'SELECT line FROM cutter_guard.plan_lines($1::bigint) ORDER BY place';
  return lineRows.parse(await reader.query(statement, [changeSetId])).map(({ line }) => line);
}

async function headIn(reader: Reader, changeSetId: string | null): Promise<string> {
  const statement = 'SELECT cutter_guard.plan_head($1::bigint) AS head';
  return headRow.parse(await reader.query(statement, [changeSetId]))[0].head;
}

/** The guard is nobody's to look into but its owner's; these tests look over both roles' shoulders. */
async function letThemLook(root: AdminDatabase): Promise<void> {
  await root.admin((writer) =>
    writer.script(`GRANT USAGE ON SCHEMA cutter_guard TO cutter_exec, cutter_verify;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cutter_guard TO cutter_exec, cutter_verify`),
  );
}

interface Written {
  readonly documentId: string;
  readonly change: ChangePlan;
}

/** Opens, signs and writes a cut within one transaction. */
async function writeCut(writer: Writer, { documentId, change }: Written): Promise<string> {
  const by = [await sovereign()];
  const source_sha256 = change.plan.document.sha256;
  const bindings = {
    ...{ deployment: DEPLOYMENT, document_id: documentId, mode: 'LIVE', source_sha256 },
    recorder_key: RECORDER_KEY,
  };
  openings += 1;
  const opening = await signApproval({ gate: 'GAP7_execution_enable', bindings, by, agoMs: openings * 1000 });
  const runId = runOpenedBy(opening);
  const cut = { run_id: runId, cutplan_sha256: change.cutplan_sha256, event_log_sha256: LOG_HASH };
  const sg1 = await signApproval({ gate: 'SG_1_cut_authz', bindings: cut, by });
  for (const signed of [opening, sg1])
    expect(await admitHere(writer, signed)).toMatchObject({ verdict: 'accepted' });
  await writeLegA(writer, { runId, change });
  return (await writeLegB(writer, { runId, change, manifest: {} })).change_set_id;
}

let openings = 0;

/** A write transaction that is rolled back at its end, as if it had never been. */
async function rehearse(db: GovernedDatabase, work: (writer: Writer) => Promise<void>): Promise<void> {
  const enough = new Error('seen enough');
  await db
    .write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
      await work(writer);
      throw enough;
    })
    .catch((error) => {
      if (error !== enough) throw error;
    });
}

/** The rows of a plan with a text for each, as if a document had been cut into them. */
function cutPlanOf({ header, rows }: RandomPlan): CutPlan {
  let end = 0;
  const withText = rows.map((row): PlanRow => {
    const { action: _action, body_sha256: _digest, was: _was, ...said } = row;
    const body = `${row.title}\nThe text of ${row.key}.\n`;
    const byte_start = end;
    end += Buffer.byteLength(body);
    return { ...said, num: null, heading: null, body, byte_start, byte_end: end, sha256: sha256(body) };
  });
  const source = sha256(withText.map(({ body }) => body).join(''));
  const { profile, granularity } = header;
  return { document: { bytes: end, sha256: source }, profile, granularity, diagnostics: [], rows: withText };
}

/** Most rows of `first`, some under another title, and then those of `second`. */
function continued(first: RandomPlan, second: RandomPlan): RandomPlan {
  const kept = first.rows
    .filter((_, index) => index % 4 !== 3)
    .map((row, index) => (index % 3 === 1 ? { ...row, title: `${row.title}*` } : row));
  const taken = new Set(kept.map(({ key }) => key));
  const all = [...kept, ...second.rows.filter(({ key }) => !taken.has(key))];
  const seen = new Set<string>();
  const rows = all.map((row, index) => {
    const parent = row.parent !== null && seen.has(row.parent) ? row.parent : null;
    seen.add(row.key);
    return { ...row, ordinal: index + 1, parent };
  });
  return { ...second, rows };
}

describe.each(BACKENDS)('the plan of a cut on %s', (_name, start) => {
  const open = databasesOf(start);

  test('has, line for line, what was planned, whatever the titles and keys', async () => {
    const { db, root } = await open();
    await letThemLook(root);
    const actions = new Set<string>();
    const pairs = fc
      .tuple(randomPlans, randomPlans, fc.boolean())
      .filter(([first, second]) => first.rows.length > 0 && second.rows.length > 0);
    const documentId = 'charter';
    await fc.assert(
      fc.asyncProperty(pairs, async ([first, second, fresh]) => {
        await rehearse(db, async (writer) => {
          for (const plan of [first, fresh ? second : continued(first, second)]) {
            const existing = await readUnits(writer, documentId);
            const change = planChange(cutPlanOf(plan), existing, { documentId });
            for (const [action, count] of Object.entries(change.counts)) if (count > 0) actions.add(action);
            const changeSetId = await writeCut(writer, { documentId, change });
            expect(await linesIn(writer, changeSetId)).toEqual([...linesOf(change)]);
            expect(await headIn(writer, changeSetId)).toBe(change.cutplan_sha256);
          }
        });
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect([...actions].sort()).toEqual(['create', 'keep', 'retire', 'revise']);
  });

  test('writes every kind of line as it is written outside, an earlier key included', async () => {
    const { db, root } = await open();
    await letThemLook(root);
    await fc.assert(
      fc.asyncProperty(randomPlans, async (plan) => {
        const retired = plan.retired.toSorted((a, b) => compareKeys(a.key, b.key));
        const input = JSON.stringify({ ...plan, header: [plan.header], retired });
        const rows = await db.read('cutter_verify', (reader) => reader.query(EACH_LINE, [input]));
        expect(lineRows.parse(rows).map(({ line }) => line)).toEqual([...planLines(plan)]);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  test('stays what it was when its units are revised, retired and enacted later', async () => {
    const { db, root } = await open();
    await letThemLook(root);
    const first = await cutAndEnact(db);
    const kept = CHARTER.slice(0, CHARTER.indexOf('## Article 3')).replace('Anyone', 'Everybody');
    const second = await cutAndEnact(db, { markdown: `${kept}## Article 9 Bees\n\nTwo.\n` });
    expect(second.change.counts).toMatchObject({ create: 1, revise: 1, retire: 1 });
    await db.read('cutter_verify', async (reader) => {
      for (const { change, outputs } of [first, second]) {
        const id = outputs.leg_b_record.change_set_id;
        expect(await linesIn(reader, id)).toEqual([...linesOf(change)]);
        expect(await headIn(reader, id)).toBe(change.cutplan_sha256);
      }
    });
  });

  test('is another plan as soon as any row behind it is another', async () => {
    const { db, root } = await open();
    await cut(db);
    const shorter = CHARTER.slice(0, CHARTER.indexOf('## Article 3'));
    const { outputs, change } = await cut(db, { markdown: shorter });
    const id = outputs.leg_b_record.change_set_id;
    const affected = `cutter_governance.cut_change_set_affected_row WHERE change_set_id = ${id}`;
    const retiring = `(SELECT unit_id FROM ${affected} AND action = 'retire')`;
    const version = `(SELECT unit_version_id FROM ${affected} AND ordinal = 2)`;
    const row = (what: string) =>
      `UPDATE cutter_governance.cut_change_set_affected_row SET ${what} WHERE change_set_id = ${id} AND ordinal = 2`;
    const set = (what: string) => `UPDATE cutter_governance.cut_change_set SET ${what} WHERE id = ${id}`;
    const held = (what: string, where: string) => `UPDATE public.unit_version SET ${what} WHERE ${where}`;
    const tampering = [
      set(`document_id = 'another'`),
      set(`source_sha256 = repeat('0', 64)`),
      set(`profile = 'de'`),
      set(`granularity = 'point'`),
      set(`accepts_sha256 = repeat('0', 64)`),
      row(`action = 'revise'`),
      row(`ordinal = 7`),
      row(`byte_start = byte_start - 1`),
      row(`byte_end = byte_end + 1`),
      row(`parent_unit_id = NULL`),
      row(`unit_version_id = (SELECT unit_version_id FROM ${affected} AND ordinal = 1)`),
      row(`key = key || 'x'`),
      `UPDATE cutter_governance.cut_change_set_affected_row SET key = key || 'x'
        WHERE change_set_id = ${id} AND action = 'retire'`,
      ...[`id = ${version}`, `unit_id = ${retiring}`].flatMap((where) => [
        held(`title = title || '.'`, where),
        held(`unit_kind = 'clause'`, where),
        held(`section_type = 'editorial'`, where),
        held(`body = 'x', sha256 = encode(sha256('x'), 'hex')`, where),
      ]),
      `DELETE FROM ${affected} AND ordinal = 3`,
      `DELETE FROM ${affected} AND action = 'retire'`,
    ];
    await root.admin(async (writer) => {
      await writer.script('SET LOCAL session_replication_role = replica');
      const heads = new Set([await headIn(writer, id)]);
      expect([...heads]).toEqual([change.cutplan_sha256]);
      for (const statement of tampering) {
        await writer.script(`SAVEPOINT untouched; ${statement}`);
        const head = await headIn(writer, id);
        expect(heads, statement).not.toContain(head);
        heads.add(head);
        await writer.script('ROLLBACK TO SAVEPOINT untouched');
      }
      expect(await headIn(writer, id)).toBe(change.cutplan_sha256);
    });
  });

  test('is computed by nobody but the owner of the guard', async () => {
    const { db, root } = await open();
    const { outputs } = await cut(db);
    const id = outputs.leg_b_record.change_set_id;
    for (const role of ['cutter_exec', 'cutter_verify'] as const)
      await expect(db.read(role, (reader) => headIn(reader, id))).rejects.toMatchObject({
        sqlState: '42501',
      });
    await root.admin(async (writer) => {
      const rows = await writer.query(
        `SELECT proname::text AS line FROM pg_proc WHERE pronamespace = 'cutter_guard'::regnamespace
            AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) AS held WHERE held.grantee <> proowner))`,
      );
      expect(lineRows.parse(rows)).toEqual([]);
    });
  });

  test('of no change set is refused, so that nothing can pass for it', async () => {
    const { db, root } = await open();
    await letThemLook(root);
    for (const id of ['99', null]) {
      const asked = db.read('cutter_exec', (reader) => headIn(reader, id));
      await expect(asked).rejects.toThrow(/there is no change set/);
    }
  });

  const DOCUMENTS = '../shared/documents';
  test('of every real document has the head that is computed outside, at every granularity', {
    timeout: 600_000,
    ...onlyWhere(existsSync(DOCUMENTS), 'shared documents absent'),
  }, async () => {
    const { db, root } = await open();
    await letThemLook(root);
    const files = globSync(`${DOCUMENTS}/*.{md,txt}`).filter((file) => !file.endsWith('INDEX.md'));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files.sort())
      for (const granularity of GRANULARITIES) {
        const plan = planDocument(readFileSync(file), { granularity });
        const change = planChange(plan, [], { documentId: 'document' });
        await rehearse(db, async (writer) => {
          const id = await writeCut(writer, { documentId: 'document', change });
          expect(await headIn(writer, id), `${file} by ${granularity}`).toBe(change.cutplan_sha256);
        });
      }
  });
});

const EACH_LINE = `
  WITH plan AS (SELECT $1::text::jsonb AS said), line AS (
    SELECT 0 AS part, 0::bigint AS place, cutter_guard.plan_header(
             document_id, source_sha256, profile, granularity, accepts_sha256) AS line
      FROM plan, jsonb_to_recordset(said->'header') AS header (
             document_id text, source_sha256 text, profile text, granularity text, accepts_sha256 text)
    UNION ALL
    SELECT 1, ordinal, cutter_guard.plan_row(action, ordinal, key, was, parent, unit_kind, section_type, title, num, heading,
             byte_start, byte_end, body_sha256)
      FROM plan, jsonb_to_recordset(said->'rows') AS planned (
             action text, ordinal integer, key text, was text, parent text, unit_kind text, section_type text, title text,
             num text, heading text, byte_start bigint, byte_end bigint, body_sha256 text)
    UNION ALL
    SELECT 2, place, cutter_guard.plan_retired(value->>'key', value->>'unit_kind', value->>'section_type',
             value->>'title', value->>'body_sha256')
      FROM plan, jsonb_array_elements(said->'retired') WITH ORDINALITY AS retired (value, place)
  )
  SELECT line FROM line ORDER BY part, place`;
