// Every condition of the writers' SQL is taken out, one at a time, in a database of its own; the case that belongs to it
// must then come out differently. A condition without a case, or one that no case depends on, fails here.

import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { planRevert, type RevertPlan } from '../../src/governed/compensation.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { switchOff } from '../../src/governed/master-switch.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { linesOf } from '../../src/plan/change.ts';
import { planHead } from '../../src/plan/plan-lines.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import { admitted, age, foundDeployment, signApproval, signGate } from '../support/signing.ts';
import {
  begin,
  CHARTER,
  cut,
  cutAndVerify,
  databasesOf,
  enabled,
  enact,
  enactAndVerify,
  executeSigned,
  planFor,
  type Ready,
  ready,
  realBackend,
  revert,
  signEnactment,
  signRevert,
  sovereign,
  type TestDatabase,
  write,
} from './fixture.ts';

interface Condition {
  /** `function: reason`, numbered where a function refuses twice with one reason. */
  readonly name: string;
  readonly file: string;
  /** The file without this condition. */
  readonly without: string;
}

const REFUSAL =
  /\bIF ((?:(?!\bTHEN\b)[\s\S])+?) THEN(\s+PERFORM cutter_guard\.refuse\((?:'(\w+)'|v_refusal\.reason))/g;

function conditions(): Condition[] {
  const seen = new Map<string, number>();
  return schemaFiles()
    .filter(({ name }) => name.startsWith('writers/'))
    .flatMap(({ name: file, text }) =>
      [...text.matchAll(REFUSAL)].map((match) => {
        const before = text.slice(0, match.index);
        const inside = [...before.matchAll(/FUNCTION \w+\.(\w+)\(/g)]
          .filter(({ index }) => before.slice(index - 8, index).includes('REPLACE'))
          .at(-1)?.[1];
        const plain = `${inside}: ${match[3] ?? 'the refusal'}`;
        const count = (seen.get(plain) ?? 0) + 1;
        seen.set(plain, count);
        const at = match.index + 'IF '.length;
        const without = `${text.slice(0, at)}false${text.slice(at + (match[1]?.length ?? 0))}`;
        return { name: count === 1 ? plain : `${plain} ${count}`, file, without };
      }),
    );
}

type Case = (stage: TestDatabase) => Promise<unknown>;

const HOUR_MS = 3600 * 1000;
const day = 25 * HOUR_MS;

/** As the administrator at his worst: no trigger and no foreign key watches. */
async function tamper(root: AdminDatabase, sql: string): Promise<void> {
  await root.admin((writer) => writer.script(`SET LOCAL session_replication_role = replica; ${sql}`));
}

async function exec(
  db: GovernedDatabase,
  _runId: string,
  statement: string,
  parameters: readonly unknown[] = [],
) {
  return db.write('cutter_exec', { assertEnabled: enabled }, (writer) => writer.write(statement, parameters));
}

async function verify(db: GovernedDatabase, runId: string, kind: string) {
  return db.write('cutter_verify', { assertEnabled: enabled }, (writer) =>
    writer.write('SELECT result_sha256 FROM cutter_governance.fn_verify($1, $2)', [runId, kind]),
  );
}

async function openWrite(db: GovernedDatabase, runId: string, gate: string) {
  return exec(db, runId, 'SELECT cutter_governance.fn_open_write($1, $2)', [runId, gate]);
}

async function planned(db: GovernedDatabase, runId: string): Promise<RevertPlan> {
  const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
  if (plan.verdict === 'refused') throw new Error(plan.detail);
  return plan;
}

/** A cut that ends before its plan does, under a signature for exactly that. */
async function shortened(db: GovernedDatabase): Promise<Ready> {
  const run = await ready(db);
  const shorter = await planFor(db, { documentId: 'charter', markdown: CHARTER.slice(0, -30) });
  const header = { ...shorter.header, source_sha256: run.sourceSha256 };
  const change = { ...shorter, header };
  const digest = planHead(linesOf(change));
  await signGate(db, { gate: 'SG_1_cut_authz', runId: run.runId, digest, by: [await sovereign()] });
  return { ...run, change: { ...change, cutplan_sha256: digest } };
}

/** The write transaction as a caller with the password of cutter_exec would do it, with anything in between. */
async function writeRaw(
  db: GovernedDatabase,
  run: Ready,
  options: { record?: boolean; before?: string } = {},
) {
  const { runId } = run;
  return db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
    await writeLegA(writer, run);
    if (options.record !== false)
      await writer.write(`SELECT cutter_governance.fn_record_cut($1, '{}')`, [runId]);
    if (options.before) await writer.script(options.before);
  });
}

const inAccount =
  (sql: string): Case =>
  async ({ db, root }) => {
    const { runId } = await cut(db);
    await tamper(root, sql);
    return verify(db, runId, 'write');
  };

const inEnactment =
  (sql: string): Case =>
  async ({ db, root }) => {
    const done = await cutAndVerify(db);
    await enactAndVerify(db, done);
    await tamper(root, `DELETE FROM cutter_governance.verify_result WHERE kind = 'enactment'; ${sql}`);
    return verify(db, done.runId, 'enactment');
  };

const inRevert =
  (sql: string): Case =>
  async ({ db, root }) => {
    const done = await cutAndVerify(db);
    await enactAndVerify(db, done);
    await revert(db, await planned(db, done.runId));
    await tamper(root, `DELETE FROM cutter_governance.verify_result WHERE kind = 'revert'; ${sql}`);
    return verify(db, done.runId, 'revert');
  };

const CASES: Readonly<Record<string, Case>> = {
  'authorise: isolation': async ({ db, settings }) => {
    const { runId } = await ready(db);
    const client = new pg.Client({ ...settings, ...settings?.exec });
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await client.query(`SELECT cutter_governance.fn_open_write($1, 'SG_1_cut_authz')`, [runId]);
    } finally {
      await client.end();
    }
  },
  'authorise: replication_role': async ({ db, root }) => {
    const run = await ready(db);
    await root.admin((writer) =>
      writer.script('GRANT SET ON PARAMETER session_replication_role TO cutter_exec'),
    );
    return db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => {
      await writer.script('SET LOCAL session_replication_role = replica');
      await writeLegA(writer, run);
    });
  },
  'authorise: gate_unknown': async ({ db }) => openWrite(db, (await ready(db)).runId, 'SG_H_release_authz'),
  'authorise: switch_off': async ({ db }) => {
    const run = await ready(db);
    await switchOff(db, { by: 'the operator' });
    // As a stolen login would: the bot's own write asks for the switch before the function does.
    return db.note((writer) =>
      writer.write('SELECT cutter_governance.fn_open_write($1, $2)', [run.runId, 'SG_1_cut_authz']),
    );
  },
  'authorise: run_not_found': async ({ db, root }) => {
    // An approval whose run is not the one that is derived from it.
    const run = await ready(db);
    await tamper(root, `UPDATE cutter_governance.approval SET run_id = 'run-20260521-0000000000000001'`);
    return openWrite(db, run.runId.replace(/.*/, 'run-20260521-0000000000000001'), 'SG_1_cut_authz');
  },
  'authorise: approval_withdrawn': async ({ db, root }) => {
    const { runId, opening, documentId, sourceSha256, ...run } = await ready(db);
    const by = [await sovereign()];
    const bindings = {
      ...{ deployment: 'test', document_id: documentId, mode: 'LIVE' },
      ...{ source_sha256: sourceSha256, recorder_key: RECORDER_KEY },
    };
    await admitted(
      db,
      await signApproval({ gate: 'GAP7_execution_enable', bindings: { ...bindings, run_id: runId }, by }),
    );
    await tamper(
      root,
      `UPDATE cutter_governance.approval SET withdrawn_by = repeat('0', 64) WHERE document_sha256 = '${opening.sha256}'`,
    );
    return write(db, { ...run, runId, opening, documentId, sourceSha256 });
  },
  'authorise: binding_mismatch': async ({ db, root }) => {
    const run = await ready(db);
    await foundDeployment(root, { signers: [await sovereign()], deployment: 'staging' });
    return write(db, run);
  },
  'authorise: run_closed': async ({ db }) => {
    const run = await ready(db);
    await exec(db, run.runId, 'SELECT cutter_governance.fn_close_run($1)', [run.runId]);
    return write(db, run);
  },
  'authorise: enable_expired': async ({ db, root }) => {
    const run = await ready(db);
    await age(root, run.opening, day);
    return write(db, run);
  },
  'authorise: gate_not_signed': async ({ db }) => {
    const { runId } = await begin(db);
    return openWrite(db, runId, 'SG_1_cut_authz');
  },
  'authorise: window_expired': async ({ db, root }) => {
    const run = await ready(db);
    await age(root, run.sg1, day);
    return write(db, run);
  },
  'assert_signers: key_revoked': async ({ db, root }) => {
    const run = await ready(db);
    await tamper(root, 'UPDATE cutter_governance.signer_key SET revoked_at = now()');
    return write(db, run);
  },
  'fn_open_cut: already_cut': async ({ db }) => {
    const run = await ready(db);
    await write(db, run);
    return write(db, run);
  },
  'fn_open_cut: not_baselined': async ({ db, root }) => {
    const run = await ready(db);
    await tamper(
      root,
      `INSERT INTO public.information_unit (document_id, key, ordinal, unit_kind, section_type, title)
       VALUES ('charter', 'from-before', 9, 'article', 'normative', 'From before')`,
    );
    return writeRaw(db, run);
  },
  'fn_iu_create: incomplete': async ({ db }) => {
    const { runId } = await ready(db);
    return exec(db, runId, `SELECT * FROM public.fn_iu_create($1, '{}')`, [runId]);
  },
  'fn_iu_create: not_opened': async ({ db }) => {
    const { runId } = await ready(db);
    return exec(db, runId, `SELECT * FROM public.fn_iu_create($1, '[]')`, [runId]);
  },
  'fn_iu_create: already_cut': async ({ db }) => {
    const { runId } = await cut(db);
    const row = {
      ...{ action: 'create', ordinal: 99, key: 'smuggled', parent: null, unit_kind: 'article' },
      ...{ section_type: 'normative', title: 't', body: '', byte_start: 0, byte_end: 0 },
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    };
    return exec(db, runId, 'SELECT * FROM public.fn_iu_create($1, $2::text::jsonb)', [
      runId,
      JSON.stringify([row]),
    ]);
  },
  'fn_record_cut: incomplete': async ({ db }) => {
    const { runId } = await ready(db);
    return exec(db, runId, `SELECT * FROM cutter_governance.fn_record_cut($1, '[]')`, [runId]);
  },
  'fn_record_cut: not_opened': async ({ db }) => {
    const { runId } = await ready(db);
    return exec(db, runId, `SELECT * FROM cutter_governance.fn_record_cut($1, '{}')`, [runId]);
  },
  'fn_record_cut: already_cut': async ({ db }) => {
    const { runId } = await cut(db);
    return exec(db, runId, `SELECT * FROM cutter_governance.fn_record_cut($1, '{}')`, [runId]);
  },
  'assert_cut: unit_left_out': async ({ db }) => {
    const run = await ready(db);
    await cut(db, { markdown: `${CHARTER}\n## Article 9 Bees\n\nTwo.\n` });
    return write(db, { ...run, change: run.change }).catch(async () => {
      // The same document planned before another run added to it: every row is kept, one is not named.
      const stale = await ready(db);
      const change = { ...stale.change, retire: [], counts: { ...stale.change.counts, retire: 0 } };
      const digest = planHead(linesOf(change));
      await signGate(db, { gate: 'SG_1_cut_authz', runId: stale.runId, digest, by: [await sovereign()] });
      return writeRaw(db, { ...stale, change: { ...change, cutplan_sha256: digest } });
    });
  },
  'check_at_commit: commit_only': async ({ db }) =>
    writeRaw(db, await ready(db), { before: 'SET CONSTRAINTS ALL IMMEDIATE' }),
  'assert_account: incomplete': async ({ db }) => writeRaw(db, await ready(db), { record: false }),
  'assert_account: plan_differs': inAccount(
    `UPDATE public.unit_version SET title = title || '!' WHERE version = 1`,
  ),
  'assert_account: source_differs': async ({ db }) => writeRaw(db, await shortened(db)),
  'assert_account: source_differs 2': inAccount(
    `UPDATE cutter_governance.approval SET bindings = bindings || '{"document_id": "another"}' WHERE gate LIKE 'GAP7%'`,
  ),
  'assert_account: verify_mismatch': inAccount('UPDATE cutter_governance.cut_change_set SET kept = kept + 1'),
  'assert_account: verify_mismatch 2': inAccount(
    `INSERT INTO public.unit_version (unit_id, version, status, unit_kind, section_type, title, body, sha256, run_id)
     SELECT unit_id, 2, 'draft', unit_kind, section_type, title, body, sha256, run_id FROM public.unit_version LIMIT 1`,
  ),
  'assert_account: verify_mismatch 3': inAccount(
    `UPDATE cutter_governance.manifest_envelope SET manifest = '{"source": "elsewhere"}'`,
  ),
  'assert_signatures: verify_mismatch': inAccount(
    `UPDATE cutter_governance.approval SET used_by = NULL, used_at = NULL WHERE gate = 'SG_1_cut_authz'`,
  ),
  'assert_signatures: verify_mismatch 2': inAccount(
    `INSERT INTO cutter_governance.signature (review_decision_id, run_id, gate, document_sha256, signer)
     SELECT review_decision_id, run_id, gate, document_sha256, repeat('A', 40) FROM cutter_governance.signature LIMIT 1`,
  ),
  'assert_signatures: verify_mismatch 3': inAccount(
    `DELETE FROM cutter_governance.signature WHERE gate = 'SG_1_cut_authz'`,
  ),
  'fn_iu_enact: not_recorded': async ({ db }) => {
    const { runId } = await ready(db);
    await signGate(db, {
      gate: 'SG_2_lifecycle_authz',
      runId,
      digest: 'a'.repeat(64),
      by: [await sovereign()],
    });
    return enact(db, runId);
  },
  'fn_iu_enact: already_enacted': async ({ db }) => {
    const done = await cutAndVerify(db);
    await enactAndVerify(db, done);
    return enact(db, done.runId);
  },
  'fn_iu_enact: not_verified': async ({ db }) => {
    const { runId } = await cut(db);
    await signEnactment(db, runId);
    return enact(db, runId);
  },
  'fn_iu_enact: cut_again': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    await cut(db, { markdown: `${CHARTER}\nMore.\n` });
    await signEnactment(db, runId);
    return enact(db, runId);
  },
  'assert_enactment: not_enacted': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    await signEnactment(db, runId);
    return verify(db, runId, 'enactment');
  },
  'assert_enactment: evidence_differs': inEnactment(
    `UPDATE cutter_governance.verify_result SET result_sha256 = repeat('0', 64) WHERE kind = 'write'`,
  ),
  'assert_enactment: verify_mismatch': inEnactment(`UPDATE public.information_unit SET title = title || '!'`),
  'assert_enactment: source_differs': inEnactment(
    `INSERT INTO public.information_unit (document_id, key, lifecycle_status, ordinal, unit_kind, section_type, title)
     VALUES ('charter', 'planted', 'enacted', 99, 'article', 'normative', 'Planted');
     INSERT INTO public.unit_version (unit_id, version, status, unit_kind, section_type, title, body, sha256)
     SELECT id, 1, 'enacted', unit_kind, section_type, title, 'x', encode(sha256('x'), 'hex')
       FROM public.information_unit WHERE key = 'planted'`,
  ),
  'fn_iu_revert: incomplete': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    await signRevert(db, await planned(db, runId));
    return exec(db, runId, 'SELECT * FROM public.fn_iu_revert($1, NULL, false)', [runId]);
  },
  'fn_iu_revert: the refusal': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    const plan = await planned(db, runId);
    await signRevert(db, plan);
    await cut(db, { markdown: `${CHARTER}\nMore.\n` });
    return executeSigned(db, plan);
  },
  'fn_iu_revert: plan_differs': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    const plan = await planned(db, runId);
    await signRevert(db, plan);
    return exec(db, runId, 'SELECT * FROM public.fn_iu_revert($1, $2, false)', [runId, 'f'.repeat(64)]);
  },
  'assert_revert: not_reverted': async ({ db }) => {
    const { runId } = await cutAndVerify(db);
    await signRevert(db, await planned(db, runId));
    return verify(db, runId, 'revert');
  },
  'assert_revert: verify_mismatch': inRevert(`UPDATE public.unit_version SET status = 'enacted'`),
  'assert_revert: verify_mismatch 2': inRevert(
    `UPDATE public.information_unit SET lifecycle_status = 'draft'`,
  ),
  'assert_revert: verify_mismatch 3': inRevert(`DELETE FROM public.iu_lifecycle_log WHERE cause = 'revert'`),
  'assert_revert: verify_mismatch 4': inRevert(
    `UPDATE cutter_governance.run_closed SET outcome = 'abandoned'`,
  ),
  'fn_verify: not_recorded': async ({ db }) => verify(db, (await ready(db)).runId, 'write'),
  'fn_verify: verify_mismatch': inEnactmentOfAnotherResult(),
  'take_baseline: incomplete': async ({ root }) => {
    await tamper(
      root,
      `INSERT INTO public.information_unit (document_id, key, ordinal, unit_kind, section_type, title)
       VALUES ('old', 'empty', 1, 'article', 'normative', 'Without a text')`,
    );
    return root.admin((writer) => writer.write(`SELECT cutter_guard.take_baseline('old')`));
  },
  'fn_note_head: run_not_found': ({ db }) =>
    exec(
      db,
      '',
      `SELECT cutter_governance.fn_note_head('run-20260521-0000000000000001', 1, repeat('0', 64))`,
    ),
  'fn_note_head: head_rewound': async ({ db }) => {
    const { runId } = await begin(db);
    const note = (entries: number) =>
      exec(db, runId, `SELECT cutter_governance.fn_note_head($1, $2, repeat('0', 64))`, [runId, entries]);
    await note(7);
    return note(6);
  },
  'fn_close_run: run_not_found': ({ db }) =>
    exec(db, '', `SELECT cutter_governance.fn_close_run('run-20260521-0000000000000001')`),
};

/** A result that was written down is another than what is found now. */
function inEnactmentOfAnotherResult(): Case {
  return async ({ db, root }) => {
    const { runId } = await cutAndVerify(db);
    await tamper(root, `UPDATE cutter_governance.verify_result SET result_sha256 = repeat('0', 64)`);
    return verify(db, runId, 'write');
  };
}

async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    return error instanceof Error
      ? error.message.replace(/[0-9a-f]{16,}/g, '…').slice(0, 300)
      : String(error);
  }
}

const FOUND = conditions();

describe('each condition of the writers', () => {
  const open = databasesOf(realBackend);

  test('has a case, and each case a condition', () => {
    expect(FOUND.length).toBeGreaterThan(40);
    expect(Object.keys(CASES).sort()).toEqual(FOUND.map(({ name }) => name).sort());
  });

  for (const { name, without } of FOUND) {
    test(`is needed: ${name}`, { timeout: 120_000 }, async () => {
      const [whole, weakened] = [await open(), await open()];
      const attempt = CASES[name];
      if (!attempt) throw new Error(`${name} has no case`);
      const refused = await outcomeOf(attempt(whole));
      const [, reason = ''] = name.replace(/ \d+$/, '').split(': ');
      expect(refused).toContain(reason === 'the refusal' ? 'cut_again' : reason);
      await weakened.root.admin((writer) => writer.script(`SET LOCAL ROLE workflow_admin; ${without}`));
      expect(await outcomeOf(attempt(weakened))).not.toBe(refused);
    });
  }
});
