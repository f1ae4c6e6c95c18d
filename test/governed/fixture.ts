// A governed database for a test, and the road that a cut takes through it. Every database is fresh: an embedded one is
// loaded from a dump of an installed one, a real one is cloned from a template.

import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import { executeRevert, type RevertPlan, verifyRevert } from '../../src/governed/compensation.ts';
import type { AdminDatabase, AssertEnabled, GovernedDatabase } from '../../src/governed/database.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { writeLegB } from '../../src/governed/leg-b.ts';
import { enactUnits, verifyEnactment } from '../../src/governed/lifecycle.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import type { GovernedSettings } from '../../src/governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { installSchema, mendGrants } from '../../src/governed/schema.ts';
import { verifyStructure } from '../../src/governed/structure.ts';
import { readUnitsFor } from '../../src/governed/units.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import { type ChangePlan, planChange } from '../../src/plan/change.ts';
import { governedPglite } from '../support/pglite.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  foundDeployment,
  makeSigner,
  type Opened,
  openRun,
  signGate,
  type TestSigner,
} from '../support/signing.ts';
import { leaveOut } from '../support/skip.ts';

export interface TestDatabase {
  readonly db: GovernedDatabase;
  /** A superuser's session, to do what nobody should. */
  readonly root: AdminDatabase;
  /** Only with a real server. */
  readonly settings?: GovernedSettings;
  close(): Promise<void>;
}

export interface Backend {
  open(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

export async function embeddedBackend(): Promise<Backend> {
  const first = await governedPglite();
  await foundDeployment(openEmbedded(first), { signers: [await signer] });
  const dump = await first.dumpDataDir('none');
  await first.close();
  return {
    async open() {
      const pglite = new PGlite({ loadDataDir: dump });
      const db = openEmbedded(pglite);
      return { db, root: db, close: () => pglite.close() };
    },
    async stop() {},
  };
}

export interface RealBackend extends Backend {
  readonly server: TestPostgres;
}

/** null where no PostgreSQL is installed. */
export async function realBackend(): Promise<RealBackend | null> {
  const server = await startPostgres();
  if (!server) return null;
  const exec = { user: 'cutter_exec', password: 'exec-only-for-tests' };
  const verify = { user: 'cutter_verify', password: 'verify-only-for-tests' };
  const settingsFor = (database: string): GovernedSettings => ({
    ...{ host: server.host, port: server.port, database, sslMode: 'disable', sslRootCertificate: undefined },
    ...{ exec, verify },
  });
  const template = await server.createDatabase();
  const admin = openPostgresAdmin({ ...settingsFor(template), admin: server.superuser });
  await installSchema(admin, (writer) => setPasswords(writer, { cutter_exec: exec, cutter_verify: verify }));
  await foundDeployment(admin, { signers: [await signer] });
  await admin.close();
  return {
    server,
    async open() {
      const settings = settingsFor(await server.createDatabase({ template }));
      const db = openPostgres(settings);
      const root = openPostgresAdmin({ ...settings, admin: server.superuser });
      // A database's own privileges are not copied with its contents.
      await root.admin(mendGrants);
      return {
        ...{ db, root, settings },
        async close() {
          await Promise.all([db.close(), root.close()]);
          await server.dropDatabase(settings.database);
        },
      };
    },
    stop: () => server.stop(),
  };
}

export const CHARTER = `# Charter of the Garden

The members agree on this.

## Article 1 Purpose

The garden feeds its members.

## Article 2 Membership

Anyone may join.\tTabs, back\\slashes and "quotes" stay.

## Article 3 Dissolution

The garden ends when nobody waters it.
`;

export const enabled = async () => {};

export function documentOf(markdown: string) {
  const bytes = new TextEncoder().encode(markdown);
  return { bytes, sha256: sha256(bytes), plan: planDocument(bytes, { profile: 'en' }) };
}

export async function planFor(
  db: GovernedDatabase,
  options: { documentId: string; markdown: string },
): Promise<ChangePlan> {
  const { documentId } = options;
  const { plan } = documentOf(options.markdown);
  return db.read('cutter_exec', async (reader) => {
    const { units, texts } = await readUnitsFor(reader, { documentId, rows: plan.rows });
    return planChange(plan, units, { documentId, texts });
  });
}

/** The sovereign of every database here, made once. */
const signer = makeSigner();

export async function sovereign(): Promise<TestSigner> {
  return signer;
}

export interface CutRequest {
  readonly documentId?: string;
  readonly markdown?: string;
  /** A run that has been opened already. */
  readonly run?: Opened;
}

/** Opens a run of a document by signature. */
export async function begin(db: GovernedDatabase, request: CutRequest = {}): Promise<Opened> {
  const { documentId = 'charter', markdown = CHARTER } = request;
  const sourceSha256 = documentOf(markdown).sha256;
  return openRun(db, { documentId, sourceSha256, by: [await signer] });
}

/** A run that may cut: opened, planned, and SG_1 signed for that plan. */
export async function ready(db: GovernedDatabase, request: CutRequest = {}) {
  const { documentId = 'charter', markdown = CHARTER, run = await begin(db, request) } = request;
  const change = await planFor(db, { documentId, markdown });
  const digest = change.cutplan_sha256;
  const sg1 = await signGate(db, { gate: 'SG_1_cut_authz', runId: run.runId, digest, by: [await signer] });
  const sourceSha256 = documentOf(markdown).sha256;
  return { runId: run.runId, opening: run.opening, sg1, documentId, sourceSha256, change };
}

export type Ready = Awaited<ReturnType<typeof ready>>;

const SG_1 = 'SG_1_cut_authz';

/** The write transaction: leg A, structure, leg B. */
export async function write(db: GovernedDatabase, run: Ready, assertEnabled: AssertEnabled = enabled) {
  const { runId } = run;
  return db.write('cutter_exec', { assertEnabled, behind: { runId, gate: SG_1 } }, async (writer) => ({
    cut_leg_a: await writeLegA(writer, run),
    structural_verify: await verifyStructure(writer, run),
    leg_b_record: await writeLegB(writer, { ...run, manifest: { source: 'charter.md' } }),
  }));
}

export async function cut(db: GovernedDatabase, request: CutRequest = {}) {
  const run = await ready(db, request);
  return { ...run, outputs: await write(db, run) };
}

export type Cut = Awaited<ReturnType<typeof cut>>;

/** The whole way to the pause before SG_2. */
export async function cutAndVerify(db: GovernedDatabase, request: CutRequest = {}) {
  const done = await cut(db, request);
  return { ...done, write_verify: await verifyWrite(db, await verifyOptions(done)) };
}

export async function verifyOptions(done: Cut) {
  const { runId, documentId, sourceSha256, change, outputs, opening, sg1 } = done;
  const signers = [(await signer).key.fingerprint];
  return {
    ...{ runId, documentId, sourceSha256, cutplanSha256: change.cutplan_sha256 },
    ...{ expected: outputs, assertEnabled: enabled },
    approvals: [opening, sg1].map(({ gate, sha256: documentSha256 }) => ({ gate, documentSha256, signers })),
  };
}

/** The whole way to COMPLETED. */
export async function cutAndEnact(db: GovernedDatabase, request: CutRequest = {}) {
  const done = await cutAndVerify(db, request);
  return { ...done, ...(await enactAndVerify(db, done)) };
}

export async function enactAndVerify(db: GovernedDatabase, done: Cut) {
  const sg2 = await signEnactment(db, done.runId);
  const lifecycle_enact = await enact(db, done.runId);
  const lifecycle_verify = await verifyEnactment(db, {
    ...{ runId: done.runId, documentId: done.documentId, sourceSha256: done.sourceSha256 },
    ...{ expected: lifecycle_enact, assertEnabled: enabled },
  });
  return { sg2, lifecycle_enact, lifecycle_verify };
}

/** Signs SG_2 for the evidence as the database has it. */
export async function signEnactment(db: GovernedDatabase, runId: string) {
  const digest = sha256(await evidenceOf(db, runId));
  return signGate(db, { gate: 'SG_2_lifecycle_authz', runId, digest, by: [await signer] });
}

export async function evidenceOf(db: GovernedDatabase, runId: string): Promise<string> {
  return db.read('cutter_verify', async (reader) => {
    const rows = await reader.query<{ evidence: string }>(
      'SELECT cutter_governance.fn_evidence($1) AS evidence',
      [runId],
    );
    return rows[0]?.evidence ?? '';
  });
}

export async function enact(db: GovernedDatabase, runId: string) {
  return db.write(
    'cutter_exec',
    { assertEnabled: enabled, behind: { runId, gate: 'SG_2_lifecycle_authz' } },
    (writer) => enactUnits(writer, { runId }),
  );
}

/** Signs SG_R for a plan and carries it out. */
export async function revert(db: GovernedDatabase, plan: RevertPlan) {
  await signRevert(db, plan);
  return executeSigned(db, plan);
}

export async function signRevert(db: GovernedDatabase, { plan, sha256: digest }: RevertPlan) {
  return signGate(db, { gate: 'SG_R_revert_authz', runId: plan.run_id, digest, by: [await signer] });
}

export async function executeSigned(db: GovernedDatabase, plan: RevertPlan) {
  const reverted = await db.write('cutter_exec', { assertEnabled: enabled }, (writer) =>
    executeRevert(writer, plan),
  );
  return { ...reverted, ...(await verifyRevert(db, { revert: plan, assertEnabled: enabled })) };
}

export const BACKENDS: readonly [name: string, start: () => Promise<Backend | null>][] = [
  ['PGlite', embeddedBackend],
  ['PostgreSQL', realBackend],
];

/** Starts a backend for the tests of a `describe`; each call of the result is a fresh database, closed with the test. */
export function databasesOf<B extends Backend>(start: () => Promise<B | null>) {
  let backend: B | null;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend?.stop());
  const opened: TestDatabase[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  return async (): Promise<TestDatabase & { backend: B }> => {
    if (!backend) return leaveOut('PostgreSQL absent');
    const database = await backend.open();
    opened.push(database);
    return { ...database, backend };
  };
}

/** What no run may change: everything that is in the tables. */
export async function countRows(root: AdminDatabase): Promise<Record<string, number>> {
  const tables = ['public.information_unit', 'public.unit_version', 'public.iu_lifecycle_log'].concat(
    [
      'cut_change_set',
      'cut_change_set_affected_row',
      'manifest_envelope',
      'review_decision',
      'signature',
      'verify_result',
    ].map((table) => `cutter_governance.${table}`),
  );
  const counts: Record<string, number> = {};
  await root.admin(async (writer) => {
    for (const table of tables) {
      const [row] = await writer.query<{ rows: number }>(`SELECT count(*)::integer AS rows FROM ${table}`);
      counts[table] = row?.rows ?? -1;
    }
  });
  return counts;
}
