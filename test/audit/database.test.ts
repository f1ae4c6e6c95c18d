// The governed database of a whole history, held against the history's own records; and then with one thing in it changed at
// a time, by an administrator whom no guard stops.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/approval/run-id.ts';
import { auditClone } from '../../src/audit/audit.ts';
import { Reconciliation, runInForce, SERVED } from '../../src/audit/database.ts';
import { openEvidence } from '../../src/audit/evidence.ts';
import { openTownHistory, type TownHistory } from './town-history.ts';

it('holds the database against the run before, once a compensation has taken the newest one back', () => {
  const [first, second] = ['run-20260101-0000000000000001', 'run-20260102-0000000000000002'] as [
    RunId,
    RunId,
  ];
  const enacted = [first, second].map((runId) => ({ runId, kind: 'enacted' as const }));
  expect(runInForce(enacted)).toBe(second);
  expect(runInForce([...enacted, { runId: second, kind: 'reverted' }])).toBe(first);
  expect(runInForce([{ runId: first, kind: 'reverted' }])).toBeUndefined();
  expect(runInForce([{ runId: first, kind: 'cut' }])).toBeUndefined();
});

describe('a governed database held against the records', () => {
  let town: TownHistory;
  beforeAll(async () => {
    town = await openTownHistory();
  }, 240_000);
  afterAll(() => town?.close());

  /** What an audit finds beyond the clone when these statements have been made in the database, and nothing is kept. */
  async function foundAfter(...statements: readonly string[]): Promise<readonly string[]> {
    const rows: unknown[] = [];
    const undone = new Error('undo');
    await town.workshop.root
      .admin(async (writer) => {
        await writer.write("SET LOCAL session_replication_role = 'replica'");
        for (const statement of statements) await writer.write(statement);
        rows.push(...(await writer.write(SERVED)));
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    return audited(rows);
  }

  async function audited(rows: readonly unknown[]): Promise<readonly string[]> {
    const evidence = await openEvidence(town.directory);
    try {
      const trust = { keys: town.keys, policy: { thresholds: {} } };
      const served = (async function* () {
        yield* rows;
      })();
      const { findings, database } = await auditClone(evidence, { trust, served });
      expect(database).toEqual({ units: rows.length });
      return findings
        .filter(({ code }) => code.startsWith('unit_'))
        .map(({ code, where, detail }) => `${code} ${where}: ${detail}`);
    } finally {
      await evidence.close();
    }
  }

  it('is clean as the runs left it, and serves something', async () => {
    expect(await foundAfter()).toEqual([]);
  });

  it.each([
    [
      "UPDATE public.unit_version SET body = 'Else.', sha256 = encode(sha256('Else.'), 'hex') WHERE status = 'enacted' AND id = (SELECT max(id) FROM public.unit_version WHERE status = 'enacted')",
      /^unit_differs .*: body_sha256 is [0-9a-f]{64}, signed is /,
    ],
    [
      "UPDATE public.information_unit SET title = 'Else' WHERE lifecycle_status = 'enacted' AND key LIKE 'art-%'",
      /^unit_differs .*: the unit and its version do not say the same of it/,
    ],
    [
      "UPDATE public.information_unit SET ordinal = ordinal + 100 WHERE lifecycle_status = 'enacted' AND key LIKE 'art-%'",
      /^unit_differs .*: ordinal is 10\d, signed is /,
    ],
    [
      "UPDATE public.information_unit SET parent_id = NULL WHERE lifecycle_status = 'enacted' AND key LIKE 'art-%'",
      /^unit_differs .*: parent is null, signed is document/,
    ],
    [
      "UPDATE public.information_unit SET key = 'art-99' WHERE lifecycle_status = 'enacted' AND key = 'art-1'",
      /^unit_unsigned \S+ art-99: the plan of run-\S+ has no such unit/,
    ],
    [
      "UPDATE public.information_unit SET document_id = 'Forged' WHERE lifecycle_status = 'enacted' AND key = 'art-1'",
      /^unit_unsigned Forged art-1: no record has an enacted cut of it/,
    ],
    [
      "UPDATE public.unit_version SET status = 'retired' WHERE status = 'enacted'",
      /^unit_differs .*: none of its versions is in force/,
    ],
    [
      "UPDATE public.information_unit SET lifecycle_status = 'retired' WHERE lifecycle_status = 'enacted'",
      /^unit_differs .*: its version is enacted, and the unit is retired/,
    ],
    [
      "UPDATE public.unit_version SET num = 'Article 77' WHERE status = 'enacted' AND num IS NOT NULL",
      /^unit_differs .*: num is Article 77, signed is Article /,
    ],
    [
      "UPDATE public.unit_version SET num = NULL, heading = NULL WHERE status = 'enacted' AND num IS NOT NULL",
      /^unit_differs .*: num is null, signed is Article /,
    ],
  ])('names what %s has changed', async (statement, named) => {
    const found = await foundAfter(statement);
    expect(found[0]).toMatch(named);
  });

  it('names what is gone', async () => {
    const gone = await foundAfter(
      "DELETE FROM public.unit_version WHERE status = 'enacted'",
      "DELETE FROM public.information_unit WHERE lifecycle_status = 'enacted'",
    );
    expect(gone.length).toBeGreaterThan(0);
    for (const one of gone) expect(one).toMatch(/^unit_missing .* has it, and nothing is in force there$/);
  });

  it('names a unit that nobody signed and no record has, unless it was there before all records', async () => {
    const put = (run: string) =>
      `INSERT INTO public.information_unit (document_id, key, lifecycle_status, ordinal, unit_kind, section_type, title, run_id, cut_run_id, cut_key, cut_ordinal, cut_version)
       VALUES ('Other', 'art-1', 'enacted', 1, 'article', 'normative', 'Article 1', ${run})`;
    expect(await foundAfter(put('NULL, NULL, NULL, NULL, NULL'))).toEqual([
      'unit_before_records Other art-1: no run has cut its document',
    ]);
    const forged = await foundAfter(
      put("'run-20260101-0123456789abcdef', 'run-20260101-0123456789abcdef', 'art-1', 1, 1"),
    );
    expect(forged).toEqual(['unit_unsigned Other art-1: no record has an enacted cut of it']);
  });

  it('names a second unit at an address, which the constraint of a sound database would not let in', async () => {
    const [row] = await town.workshop.root.admin((writer) => writer.write(SERVED));
    const twice = new Reconciliation(new Map());
    twice.take(row);
    twice.take(row);
    expect(twice.close().map(({ detail }) => detail)).toEqual([
      'no record has an enacted cut of it',
      'a second unit is in force at this address',
      'no record has an enacted cut of it',
    ]);
  });
});
