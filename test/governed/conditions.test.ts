// Every condition of the writers' SQL is taken out, one at a time, in a database of its own; the case that belongs to it
// must then come out differently. A condition without a case, or one that no case depends on, fails here.
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { planRevert, type RevertPlan } from '../../src/governed/compensation.ts';
import { cutLegA } from '../../src/governed/cut.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { schemaFiles } from '../../src/governed/schema.ts';
import { linesOf } from '../../src/plan/change.ts';
import { planHead } from '../../src/plan/plan-lines.ts';
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

async function exec(db: GovernedDatabase, statement: string, parameters: readonly unknown[] = []) {
  return db.write('cutter_exec', { assertEnabled: enabled }, (writer) => writer.write(statement, parameters));
}

async function verify(db: GovernedDatabase, runId: string, kind: string) {
  return db.write('cutter_verify', { assertEnabled: enabled }, (writer) =>
    writer.write('SELECT result_sha256 FROM cutter_governance.fn_verify($1, $2)', [runId, kind]),
  );
}

async function openWrite(db: GovernedDatabase, runId: string, gate: string) {
  return exec(db, 'SELECT cutter_governance.fn_open_write($1, $2)', [runId, gate]);
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
    await cutLegA(writer, run);
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
