import { describe, expect, test } from 'vitest';
import type { AdminDatabase, Writer } from '../../src/governed/database.ts';
import { assertTable, assertUnchanged, compareSnapshots } from '../../src/governed/drift.ts';
import { probeGrants } from '../../src/governed/grants.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { mendGrants } from '../../src/governed/schema.ts';
import { comparable, recordedSnapshot, type Snapshot, takeSnapshot } from '../../src/governed/snapshot.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import { Stop } from '../../src/stop/stop.ts';
import {
  BACKENDS,
  begin,
  CHARTER,
  countRows,
  cut,
  cutAndVerify,
  databasesOf,
  enabled,
  enact,
  planFor,
  ready,
  signEnactment,
  verifyOptions,
  write,
} from './fixture.ts';

const NOBODY = 'run-20260521-0000000000000001';
const NOTHING = /^0(,0)*$/;

describe.each(BACKENDS)('a STOP on %s leaves no partial rows', (_name, start) => {
  const open = databasesOf(start);
  const rowsOf = async (root: AdminDatabase) => Object.values(await countRows(root)).join();
  const sabotage = (root: AdminDatabase, sql: string) => root.admin((writer) => writer.script(sql));

  /** A trigger that makes of each new row whatever the body says. */
  const trigger = (table: string, body: string) => `
    CREATE FUNCTION public.sabotage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
    CREATE TRIGGER sabotage BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION public.sabotage()`;

  test.for([
    ['another status', "NEW.lifecycle_status := 'retired'; RETURN NEW;", /is retired/],
    [
      'no row for one unit',
      "IF NEW.key LIKE '%art-2' THEN RETURN NULL; END IF; RETURN NEW;",
      /art-2\) is not_placed/,
    ],
  ] as const)('unit_status: a trigger leaves a unit with %s', async ([, body, told]) => {
    const { db, root } = await open();
    await sabotage(root, trigger('public.information_unit', body));
    await expect(cut(db)).rejects.toMatchObject({
      code: 'unit_status',
      detail: expect.stringMatching(told),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('unit_status: the function answers with nothing', async () => {
    const { db, root } = await open();
    await sabotage(root, replaceFunction('RETURN;'));
    await expect(cut(db)).rejects.toMatchObject({ code: 'unit_status' });
    await sabotage(
      root,
      replaceFunction('RETURN QUERY SELECT 1, NULL::text, NULL::text, NULL::bigint, NULL::integer;'),
    );
    await expect(cut(db)).rejects.toMatchObject({
      code: 'unit_status',
      detail: /without a status/,
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('incomplete_plan_row: before any statement is sent', async () => {
    const { db } = await open();
    const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
    const untouchable = new Proxy({} as Writer, {
      get: (_target, name) => {
        throw new Error(`${String(name)} was reached`);
      },
    });
    for (const field of ['body', 'title', 'unit_kind', 'section_type']) {
      const rows = change.rows.map((row, index) => (index === 2 ? { ...row, [field]: '' } : row));
      const request = { runId: NOBODY, change: { ...change, rows } };
      await expect(writeLegA(untouchable, request)).rejects.toMatchObject({
        code: 'incomplete_plan_row',
        detail: expect.stringContaining(`has no ${field}`),
      });
    }
  });

  test.for([
    ['title', "NEW.title := NEW.title || '!'; RETURN NEW;"],
    [
      'text',
      "NEW.body := NEW.body || '!'; NEW.sha256 := encode(sha256(convert_to(NEW.body, 'UTF8')), 'hex'); RETURN NEW;",
    ],
  ])('structure_mismatch: the %s in the tables is not the planned one', async ([field, body]) => {
    const { db, root } = await open();
    await sabotage(root, trigger('public.unit_version', body ?? ''));
    await expect(cut(db)).rejects.toMatchObject({
      code: 'structure_mismatch',
      detail: expect.stringMatching(new RegExp(`^unit 1 .*${field}`)),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('structure_mismatch: the rows are not all of the source', async () => {
    const { db, root } = await open();
    const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
    const rows = change.rows.slice(0, -1);
    const shorter = { ...change, rows, counts: { ...change.counts, create: rows.length } };
    const run = await ready(db);
    await expect(write(db, { ...run, change: shorter })).rejects.toMatchObject({
      code: 'structure_mismatch',
      detail: expect.stringMatching(/the source has/),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test.for(['manifest_envelope', 'signature'])(
    'incomplete_ids: %s does not answer with an id',
    async (table) => {
      const { db, root } = await open();
      await sabotage(root, trigger(`cutter_governance.${table}`, 'RETURN NULL;'));
      await expect(cut(db)).rejects.toMatchObject({
        code: 'incomplete_ids',
        detail: expect.stringContaining(table),
      });
      expect(await rowsOf(root)).toMatch(NOTHING);
    },
  );

  test.for(['cut_change_set', 'cut_change_set_affected_row', 'review_decision'])(
    'nothing is committed when %s loses what is written into it',
    async (table) => {
      const { db, root } = await open();
      await sabotage(root, trigger(`cutter_governance.${table}`, 'RETURN NULL;'));
      await expect(cut(db)).rejects.toThrow();
      expect(await rowsOf(root)).toMatch(NOTHING);
    },
  );

  test('incomplete_ids: the verify result does not answer with an id', async () => {
    const { db, root } = await open();
    const done = await cut(db);
    await sabotage(root, trigger('cutter_governance.verify_result', 'RETURN NULL;'));
    await expect(verifyWrite(db, await verifyOptions(done))).rejects.toMatchObject({
      code: 'incomplete_ids',
    });
  });

  test('guard_refused: a committed text was changed behind the cut', async () => {
    const { db, root } = await open();
    const done = await cut(db);
    await sabotage(
      root,
      "UPDATE public.unit_version SET body = 'x', sha256 = encode(sha256('x'), 'hex') WHERE version = 1",
    );
    await expect(verifyWrite(db, await verifyOptions(done))).rejects.toMatchObject({
      code: 'guard_refused',
      detail: expect.stringMatching(/^plan_differs: /),
    });
    expect((await countRows(root))['cutter_governance.verify_result']).toBe(0);
    await signEnactment(db, done.runId);
    await expect(enact(db, done.runId)).rejects.toThrow(/not_verified: /);
  });

  test('kill_switch_off: the switch goes off in the middle of the writes', async () => {
    const { db, root } = await open();
    const run = await ready(db);
    let asked = 0;
    const assertEnabled = async () => {
      asked += 1;
      if (asked > 2) throw new Stop('kill_switch_off', 'the window has closed');
    };
    await expect(write(db, run, assertEnabled)).rejects.toMatchObject({ code: 'kill_switch_off' });
    expect(asked).toBe(3);
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('count_drift: somebody else changed a unit, which no change set says', async () => {
    const { db, root } = await open();
    await cut(db, { documentId: 'another' });
    const snapshot = () =>
      db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    const before = await snapshot();
    const done = await cutAndVerify(db);
    await root.admin((writer) =>
      writer.script(
        "UPDATE public.information_unit SET title = 'Another' WHERE document_id = 'another' AND ordinal = 1",
      ),
    );
    const table = compareSnapshots(before, await snapshot(), { changes: done.change.counts, stage: 'cut' });
    expect(() => assertTable(table)).toThrow(/units of other documents.*another differs/);
    expect(() => assertUnchanged(before, before)).not.toThrow();
    const now = await snapshot();
    expect(() => assertUnchanged(before, now)).toThrow(
      /count_drift.*: another differs, and no change set says why/,
    );
    expect(now.unlike_heads.map(({ document_id }) => document_id)).toEqual(['another']);
    expect(() => assertUnchanged(now, { ...now, document: before.document })).toThrow(/count_drift/);
  });

  test('what was written by hand before a run is no drift of it, what is written again is', async () => {
    const { db, root } = await open();
    await cut(db, { documentId: 'another' });
    const byHand = (title: string) =>
      root.admin((writer) =>
        writer.script(
          `UPDATE public.information_unit SET title = '${title}' WHERE document_id = 'another' AND ordinal = 1`,
        ),
      );
    const snapshot = (before?: Snapshot) =>
      db.read('cutter_exec', (reader) =>
        takeSnapshot(reader, { documentId: 'charter', ...(before && { before }) }),
      );
    await byHand('Another');
    const before = await snapshot();
    expect(before.hand_writes).toBe(1);
    const later = await snapshot(before);
    expect(() => assertUnchanged(before, later)).not.toThrow();
    await byHand('Another again');
    expect(() => assertUnchanged(before, later)).not.toThrow();
    const now = await snapshot(later);
    expect(() => assertUnchanged(later, now)).toThrow(/count_drift.*: another differs/);
  });

  test('what is written by hand is noticed where an earlier cluster had a transaction of the same number', async () => {
    const { db, root } = await open();
    await cut(db, { documentId: 'another' });
    const before = await db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    await root.admin(async (writer) => {
      await writer.query(`
        INSERT INTO cutter_governance.hand_write (relation, transaction)
        VALUES ('unit_version', pg_current_xact_id()::text)`);
      await writer.script(`UPDATE public.information_unit SET title = 'Other' WHERE document_id = 'another'`);
    });
    const [noted] = await db.read('cutter_exec', (reader) =>
      reader.query(`SELECT count(*)::integer AS rows FROM cutter_governance.hand_write`),
    );
    expect(noted).toEqual({ rows: before.hand_writes + 2 });
  });

  test('a row that is deleted, a version and a document without a head are noticed as well', async () => {
    const { db, root } = await open();
    const { runId } = await cut(db, { documentId: 'another' });
    const snapshot = () =>
      db.read('cutter_exec', (reader) => takeSnapshot(reader, { documentId: 'charter' }));
    const before = await snapshot();
    const tampered = [
      `UPDATE public.unit_version SET status = 'retired' WHERE run_id = '${runId}'`,
      `UPDATE cutter_governance.document_head SET lifecycle_log = 7 WHERE document_id = 'another'`,
      `INSERT INTO public.information_unit (document_id, key, ordinal, unit_kind, section_type, title)
         VALUES ('unheard-of', 'a', 1, 'article', 'normative', 'A')`,
    ];
    for (const statement of tampered) {
      await root.admin((writer) => writer.script(statement));
      const now = await snapshot();
      expect(() => assertUnchanged(before, now), statement).toThrow(/count_drift/);
    }
  });

  test('no count_drift: another document was cut meanwhile, and its change set says so', async () => {
    const { db } = await open();
    const snapshot = (before?: Snapshot) =>
      db.read('cutter_exec', (reader) =>
        takeSnapshot(reader, { documentId: 'charter', ...(before && { before }) }),
      );
    const before = await snapshot();
    const done = await cutAndVerify(db);
    const between = await snapshot();
    await cut(db, { documentId: 'another' });
    const now = await snapshot(between);
    expect(now.moved).toEqual(['another']);
    const table = compareSnapshots(before, now, { changes: done.change.counts, stage: 'cut' });
    expect(() => assertTable(table)).not.toThrow();
    expect(table.map(({ name }) => name)).toContain('changed by recorded change sets');
    expect(() => assertUnchanged(between, now)).not.toThrow();
    for (const field of ['change_sets', 'lifecycle_log', 'verify_results'] as const) {
      const document = { ...now.document, [field]: now.document[field] + 1 };
      expect(() => assertUnchanged(between, { ...now, document })).toThrow(/count_drift/);
    }
    // Heads that somebody has written past everything that notes it: no run has moved one.
    const others = { ...now.others, sha256: before.document.sha256 };
    expect(() => assertUnchanged({ ...now, moved: [] }, { ...now, moved: [], others })).toThrow(
      /the heads of other documents differ/,
    );
  });

  test('count_drift: the snapshot before is of an earlier version, which is read and compared with nothing', () => {
    const earlier = { document_id: 'charter', other_documents: { draft: { units: 0 } } };
    const read = recordedSnapshot.parse(earlier);
    expect(read).toEqual(earlier);
    expect(() => comparable(read)).toThrow(/count_drift.*earlier version/);
    expect(() => recordedSnapshot.parse({ document_id: 'charter' })).toThrow();
  });

  test('a second change set for a run cannot exist, and its units cannot be added to', async () => {
    const { db, root } = await open();
    const run = await begin(db);
    await cut(db, { run });
    const rows = await rowsOf(root);
    await expect(cut(db, { run, markdown: `${CHARTER}\nMore.\n` })).rejects.toThrow(/already_cut: /);
    expect(await rowsOf(root)).toBe(rows);
  });

  test('units that nobody accounts for cannot be committed', async () => {
    const { db, root } = await open();
    const run = await ready(db);
    const { runId } = run;
    const options = { assertEnabled: enabled, behind: { runId, gate: 'SG_1_cut_authz' } } as const;
    const legAOnly = db.write('cutter_exec', options, (writer) => writeLegA(writer, run));
    await expect(legAOnly).rejects.toMatchObject({
      code: 'guard_refused',
      detail: expect.stringMatching(/^incomplete: /),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('grant_delta: any excess and any lack is named with the statement that mends it', async () => {
    const { db, root } = await open();
    await sabotage(
      root,
      `REVOKE SELECT ON public.unit_version FROM cutter_verify; GRANT UPDATE (title) ON public.information_unit TO cutter_exec;
       GRANT INSERT ON public.unit_version TO PUBLIC; GRANT cutter_exec TO cutter_verify;
       ALTER ROLE cutter_exec CREATEDB; CREATE TABLE public.elsewhere (n int); GRANT SELECT ON public.elsewhere TO cutter_exec;
       GRANT SELECT ON cutter_governance.signature TO cutter_verify WITH GRANT OPTION;
       GRANT EXECUTE ON FUNCTION public.fn_iu_enact(text) TO cutter_verify`,
    );
    const { deviations } = await db.read('cutter_verify', probeGrants);
    expect(deviations.map(({ kind, mend }) => `${kind} ${mend}`).sort()).toEqual([
      'excess ALTER ROLE cutter_exec NOCREATEDB;',
      'excess REVOKE EXECUTE ON FUNCTION public.fn_iu_enact(text) FROM cutter_verify CASCADE;',
      'excess REVOKE INSERT ON TABLE public.unit_version FROM PUBLIC CASCADE;',
      'excess REVOKE SELECT ON TABLE cutter_governance.signature FROM cutter_verify CASCADE;',
      'excess REVOKE SELECT ON TABLE public.elsewhere FROM cutter_exec CASCADE;',
      'excess REVOKE UPDATE (title) ON TABLE public.information_unit FROM cutter_exec CASCADE;',
      'excess REVOKE cutter_exec FROM cutter_verify;',
      'lack GRANT SELECT ON TABLE cutter_governance.signature TO cutter_verify;',
      'lack GRANT SELECT ON TABLE public.unit_version TO cutter_verify;',
    ]);
    await root.admin(mendGrants);
    expect((await db.read('cutter_verify', probeGrants)).deviations).toEqual([]);
  });
});

function replaceFunction(body: string): string {
  return `CREATE OR REPLACE FUNCTION public.fn_iu_create(p_run_id text, p_rows jsonb)
    RETURNS TABLE (ordinal integer, key text, status text, unit_id bigint, version integer)
    LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${body} END $$`;
}
