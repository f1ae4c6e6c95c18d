import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import type { AdminDatabase, GovernedDatabase, Writer } from '../../src/governed/database.ts';
import { probeGrants } from '../../src/governed/grants.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { writeLegB } from '../../src/governed/leg-b.ts';
import { mendGrants } from '../../src/governed/schema.ts';
import { assertTable, assertUnchanged, compareSnapshots, takeSnapshot } from '../../src/governed/snapshot.ts';
import { verifyStructure } from '../../src/governed/structure.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import type { ChangePlan } from '../../src/plan/change.ts';
import { Stop } from '../../src/stop/stop.ts';
import {
  APPROVALS,
  BACKENDS,
  CHARTER,
  countRows,
  cut,
  cutAndVerify,
  databasesOf,
  documentOf,
  enabled,
  enact,
  planFor,
  runId,
  verifyOptions,
} from './fixture.ts';

const RUN = runId(1);
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
    ['another status', "NEW.status := 'retired'; RETURN NEW;", /is retired/],
    [
      'no row for one unit',
      "IF NEW.key LIKE '%art-2' THEN RETURN NULL; END IF; RETURN NEW;",
      /art-2\) is not_created/,
    ],
  ] as const)('unit_status: a trigger leaves a unit with %s', async ([, body, told]) => {
    const { db, root } = await open();
    await sabotage(root, trigger('public.information_unit', body));
    await expect(cut(db, { runId: RUN })).rejects.toMatchObject({
      code: 'unit_status',
      detail: expect.stringMatching(told),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('unit_status: the function answers with nothing', async () => {
    const { db, root } = await open();
    await sabotage(root, replaceFunction('RETURN;'));
    await expect(cut(db, { runId: RUN })).rejects.toMatchObject({ code: 'unit_status' });
    await sabotage(
      root,
      replaceFunction('RETURN QUERY SELECT 1, NULL::text, NULL::text, NULL::bigint, NULL::integer;'),
    );
    await expect(cut(db, { runId: RUN })).rejects.toMatchObject({
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
      const request = { runId: RUN, documentId: 'charter', change: { ...change, rows } };
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
    await expect(cut(db, { runId: RUN })).rejects.toMatchObject({
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
    await expect(write(db, shorter)).rejects.toMatchObject({
      code: 'structure_mismatch',
      detail: expect.stringMatching(/the source has/),
    });
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test.for(['cut_change_set', 'manifest_envelope', 'review_decision', 'signature'])(
    'incomplete_ids: %s does not answer with an id',
    async (table) => {
      const { db, root } = await open();
      await sabotage(root, trigger(`cutter_governance.${table}`, 'RETURN NULL;'));
      await expect(cut(db, { runId: RUN })).rejects.toMatchObject({
        code: 'incomplete_ids',
        detail: expect.stringContaining(table),
      });
      expect(await rowsOf(root)).toMatch(NOTHING);
    },
  );

  test('incomplete_ids: the verify result does not answer with an id', async () => {
    const { db, root } = await open();
    const done = await cut(db, { runId: RUN });
    await sabotage(root, trigger('cutter_governance.verify_result', 'RETURN NULL;'));
    await expect(verifyWrite(db, verifyOptions(done))).rejects.toMatchObject({ code: 'incomplete_ids' });
  });

  test('verify_mismatch: a committed text was changed behind the cut', async () => {
    const { db, root } = await open();
    const done = await cut(db, { runId: RUN });
    await sabotage(
      root,
      "UPDATE public.unit_version SET body = 'x', sha256 = encode(sha256('x'), 'hex') WHERE version = 1",
    );
    await expect(verifyWrite(db, verifyOptions(done))).rejects.toMatchObject({
      code: 'verify_mismatch',
      detail: expect.stringContaining('source_sha256'),
    });
    expect((await countRows(root))['cutter_governance.verify_result']).toBe(0);
    await expect(enact(db, RUN)).rejects.toThrow(/have not been verified/);
  });

  test('kill_switch_off: the switch goes off in the middle of the writes', async () => {
    const { db, root } = await open();
    const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
    let asked = 0;
    const assertEnabled = async () => {
      asked += 1;
      if (asked > 4) throw new Stop('kill_switch_off', 'the window has closed');
    };
    await expect(write(db, change, assertEnabled)).rejects.toMatchObject({ code: 'kill_switch_off' });
    expect(asked).toBe(5);
    expect(await rowsOf(root)).toMatch(NOTHING);
  });

  test('count_drift: somebody else inserted a unit', async () => {
    const { db } = await open();
    const snapshot = () => db.read('cutter_exec', (reader) => takeSnapshot(reader, 'charter'));
    const before = await snapshot();
    const done = await cutAndVerify(db, { runId: RUN });
    await cut(db, { runId: runId(2), documentId: 'another' });
    const table = compareSnapshots(before, await snapshot(), { changes: done.change.counts, stage: 'cut' });
    expect(() => assertTable(table)).toThrow(/draft units of other documents/);
    expect(() => assertUnchanged(before, before)).not.toThrow();
    const now = await snapshot();
    expect(() => assertUnchanged(before, now)).toThrow(/count_drift/);
  });

  test('a second change set for a run cannot exist, and its units cannot be added to', async () => {
    const { db, root } = await open();
    await cut(db, { runId: RUN });
    const rows = await rowsOf(root);
    await expect(cut(db, { runId: RUN, markdown: `${CHARTER}\nMore.\n` })).rejects.toThrow(
      /recorded already/,
    );
    expect(await rowsOf(root)).toBe(rows);
  });

  test('units that nobody accounts for cannot be committed', async () => {
    const { db, root } = await open();
    const change = await planFor(db, { documentId: 'charter', markdown: CHARTER });
    const legAOnly = db.write('cutter_exec', { assertEnabled: enabled }, (writer) =>
      writeLegA(writer, { runId: RUN, documentId: 'charter', change }),
    );
    await expect(legAOnly).rejects.toThrow(/foreign key/);
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
  return `CREATE OR REPLACE FUNCTION public.fn_iu_create(p_run_id text, p_document_id text, p_rows jsonb)
    RETURNS TABLE (ordinal integer, key text, status text, unit_id bigint, version integer)
    LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${body} END $$`;
}

async function write(db: GovernedDatabase, change: ChangePlan, assertEnabled = enabled) {
  const pinned = { runId: RUN, documentId: 'charter', sourceSha256: documentOf(CHARTER).sha256, change };
  return db.write('cutter_exec', { assertEnabled }, async (writer) => {
    await writeLegA(writer, pinned);
    await verifyStructure(writer, pinned);
    return writeLegB(writer, {
      ...pinned,
      cutplanSha256: sha256('plan'),
      approvals: APPROVALS,
      manifest: {},
    });
  });
}
