// Each part of a condition that parts.ts names is needed: without it, what is asked gets another answer. All in one database,
// in transactions that are rolled back.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planRevert } from '../../src/governed/compensation.ts';
import type { Writer } from '../../src/governed/database.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { RECORDER_KEY } from '../support/recorder.ts';
import {
  admitted,
  foundDeployment,
  makeSigner,
  openRun,
  signApproval,
  signGate,
} from '../support/signing.ts';
import {
  type Backend,
  CHARTER,
  cut,
  cutAndEnact,
  cutAndVerify,
  documentOf,
  embeddedBackend,
  planFor,
  revert,
  signEnactment,
  sovereign,
  type TestDatabase,
} from './fixture.ts';
import { discarding } from './guard/guard-database.ts';
import { PARTS, type Part } from './parts.ts';

const REVISED = CHARTER.replace('feeds its members', 'feeds everybody').replace(
  /## Article 3[\s\S]*/,
  '## Article 4 Tools\n\nShared.\n',
);

type Names = Readonly<Record<string, string>>;

/** A run of each state, and one that two signers have made ready: the first opened it, the second signed its plan. */
async function setStage({ db, root }: TestDatabase): Promise<Names> {
  const [first, second] = [await sovereign(), await makeSigner('Second Signer')];
  await foundDeployment(root, { signers: [first, second] });
  const planned = async (runId: string, hard: boolean) => {
    const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard }));
    if (plan.verdict === 'refused') throw new Error(plan.detail);
    return plan;
  };

  const source = documentOf(CHARTER).sha256;
  const two = await openRun(db, { documentId: 'two', sourceSha256: source, by: [first] });
  const bindings = {
    ...{ deployment: 'test', document_id: 'two', mode: 'LIVE', source_sha256: source },
    recorder_key: RECORDER_KEY,
  };
  const again = { gate: 'GAP7_execution_enable', by: [first] } as const;
  const renewal = await admitted(
    db,
    await signApproval({ ...again, bindings: { ...bindings, run_id: two.runId } }),
  );
  const { cutplan_sha256: digest } = await planFor(db, { documentId: 'two', markdown: CHARTER });
  const sg1 = await signGate(db, { gate: 'SG_1_cut_authz', runId: two.runId, digest, by: [second] });

  const done = await cutAndVerify(db, { documentId: 'cut' });
  const hard = await cut(db, { documentId: 'cut', markdown: REVISED });
  await revert(db, await planned(hard.runId, true));
  await signEnactment(db, done.runId);
  await cutAndEnact(db);
  const revised = await cutAndEnact(db, { markdown: REVISED });
  const back = await cutAndEnact(db, { documentId: 'back' });
  await revert(db, await planned(back.runId, false));
  return {
    ...{ two: two.runId, opening: two.opening.sha256, renewal: renewal.sha256, sg1: sg1.sha256 },
    ...{ first: first.key.fingerprint, second: second.key.fingerprint },
    ...{ cut: done.runId, 'opening of cut': done.opening.sha256, hard: hard.runId },
    ...{ revised: revised.runId, back: back.runId },
  };
}

async function answerOf(writer: Writer, part: Part, names: Names): Promise<string> {
  const named = (sql: string) =>
    sql.replace(/\{([a-z][a-z0-9 ]*)\}/g, (_, name: string) => {
      const value = names[name];
      if (!value) throw new Error(`the stage has no ${name}`);
      return value;
    });
  if (part.tamper)
    await writer.script(
      `SET LOCAL session_replication_role = replica; ${named(part.tamper)}; SET LOCAL session_replication_role = origin`,
    );
  try {
    let answer: unknown;
    for (const sql of part.ask) answer = await writer.query(named(sql));
    return JSON.stringify(answer);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a part of a condition', () => {
  let backend: Backend;
  let database: TestDatabase;
  let names: Names;
  beforeAll(async () => {
    backend = await embeddedBackend();
    database = await backend.open();
    names = await setStage(database);
  });
  afterAll(async () => {
    await database.close();
    await backend.stop();
  });

  test.each(PARTS.map((part) => [part.name, part] as const))('is needed: %s', async (_, part) => {
    const { text = '' } = schemaFiles().find(({ name }) => name === `writers/${part.file}`) ?? {};
    expect(text.split(part.from), 'the part stands there once').toHaveLength(2);
    const weakened = text.replace(part.from, () => part.put);
    const answer = await discarding(database.root, (writer) => answerOf(writer, part, names));
    expect(answer).toContain(part.answer);
    const without = await discarding(database.root, async (writer) => {
      await writer.script(`SET LOCAL ROLE workflow_admin; ${weakened}; RESET ROLE`);
      return answerOf(writer, part, names);
    });
    expect(without).not.toContain(part.answer);
  });

  test.each([
    ['approval_window', `valid_until = signed_at + interval '24:00:01'`],
    ['approval_window', `valid_until = signed_at + interval '23:44:59'`],
    ['approval_use', `used_by = run_id`],
    ['approval_use', 'used_at = now()'],
    ['approval_used_or_withdrawn', `used_by = run_id, used_at = now(), withdrawn_by = repeat('0', 64)`],
    ['approval_run', 'run_id = NULL'],
    ['approval_run', `gate = 'SG_W_withdrawal'`],
    ['approval_digest', `document = document || '\\x00'`],
  ])('%s lets no row have %s', async (constraint, set) => {
    const written = discarding(database.root, (writer) =>
      writer.write(`UPDATE cutter_governance.approval SET ${set} WHERE document_sha256 = '${names['sg1']}'`),
    );
    await expect(written).rejects.toThrow(`"${constraint}"`);
  });
});
