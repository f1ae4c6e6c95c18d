// A governed database for a test, and the road that a cut takes through it. Every database is fresh: an embedded one is
// loaded from a dump of an installed one, a real one is cloned from a template.

import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import { planDocument } from '../../src/document/plan.ts';
import type { AdminDatabase, GovernedDatabase } from '../../src/governed/database.ts';
import { openEmbedded } from '../../src/governed/embedded.ts';
import { writeLegA } from '../../src/governed/leg-a.ts';
import { type RecordedApproval, writeLegB } from '../../src/governed/leg-b.ts';
import { enactUnits, verifyEnactment } from '../../src/governed/lifecycle.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import type { GovernedSettings } from '../../src/governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../../src/governed/postgres.ts';
import { installSchema, mendGrants } from '../../src/governed/schema.ts';
import { verifyStructure } from '../../src/governed/structure.ts';
import { readUnits } from '../../src/governed/units.ts';
import { verifyWrite } from '../../src/governed/write-verification.ts';
import { type ChangePlan, planChange } from '../../src/plan/change.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
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
  const first = new PGlite();
  await installSchema(openEmbedded(first));
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

export function runId(number: number): string {
  return `run-20260521-${number.toString(16).padStart(16, '0')}`;
}

export function documentOf(markdown: string) {
  const bytes = new TextEncoder().encode(markdown);
  return { bytes, sha256: sha256(bytes), plan: planDocument(bytes, { profile: 'en' }) };
}

export async function planFor(
  db: GovernedDatabase,
  options: { documentId: string; markdown: string },
): Promise<ChangePlan> {
  const existing = await db.read('cutter_exec', (reader) => readUnits(reader, options.documentId));
  return planChange(documentOf(options.markdown).plan, existing, { documentId: options.documentId });
}

export const APPROVALS: readonly RecordedApproval[] = ['GAP7_execution_enable', 'SG_1_cut_authz'].map(
  (gate) => ({
    gate,
    documentSha256: sha256(gate),
    path: `approvals/${gate}.md`,
    commit: 'c'.repeat(40),
    signers: ['A'.repeat(40)],
  }),
);

export interface CutRequest {
  readonly runId: string;
  readonly documentId?: string;
  readonly markdown?: string;
}

/** The write transaction: leg A, structure, leg B. */
export async function cut(db: GovernedDatabase, request: CutRequest) {
  const { runId: run, documentId = 'charter', markdown = CHARTER } = request;
  const change = await planFor(db, { documentId, markdown });
  const sourceSha256 = documentOf(markdown).sha256;
  const pinned = { runId: run, documentId, sourceSha256, change };
  const outputs = await db.write('cutter_exec', { assertEnabled: enabled }, async (writer) => ({
    cut_leg_a: await writeLegA(writer, pinned),
    structural_verify: await verifyStructure(writer, pinned),
    leg_b_record: await writeLegB(writer, {
      ...pinned,
      ...{ cutplanSha256: change.cutplan_sha256, approvals: APPROVALS, manifest: { source: 'charter.md' } },
    }),
  }));
  return { change, sourceSha256, outputs, documentId, runId: run };
}

/** The whole way to the pause before SG_2. */
export async function cutAndVerify(db: GovernedDatabase, request: CutRequest) {
  const done = await cut(db, request);
  const write_verify = await verifyWrite(db, verifyOptions(done));
  return { ...done, write_verify };
}

export function verifyOptions(done: Awaited<ReturnType<typeof cut>>) {
  const { runId: run, documentId, sourceSha256, change, outputs } = done;
  const cutplanSha256 = change.cutplan_sha256;
  return { runId: run, documentId, sourceSha256, cutplanSha256, expected: outputs, assertEnabled: enabled };
}

/** The whole way to COMPLETED. */
export async function cutAndEnact(db: GovernedDatabase, request: CutRequest) {
  const done = await cutAndVerify(db, request);
  return { ...done, ...(await enactAndVerify(db, request)) };
}

export async function enactAndVerify(db: GovernedDatabase, request: CutRequest) {
  const { runId: run, documentId = 'charter', markdown = CHARTER } = request;
  const lifecycle_enact = await enact(db, run);
  const lifecycle_verify = await verifyEnactment(db, {
    ...{ runId: run, documentId, sourceSha256: documentOf(markdown).sha256 },
    ...{ expected: lifecycle_enact, assertEnabled: enabled },
  });
  return { lifecycle_enact, lifecycle_verify };
}

export async function enact(db: GovernedDatabase, run: string) {
  return db.write('cutter_exec', { assertEnabled: enabled }, (writer) => enactUnits(writer, { runId: run }));
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
