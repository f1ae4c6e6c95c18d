// What the write transaction of a cut costs, from its first statement to the end of COMMIT: wall time and peak memory of
// this process, with the guard, without it, and against COPY of the same rows straight into the tables. Each measurement
// has a fresh database and a process of its own; the contenders take turns.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Sha256, sha256 } from '../src/digest/digest.ts';
import type { PlanRow } from '../src/document/plan.ts';
import { writeLegA } from '../src/governed/leg-a.ts';
import { writeLegB } from '../src/governed/leg-b.ts';
import { setPasswords } from '../src/governed/logins.ts';
import type { GovernedSettings } from '../src/governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../src/governed/postgres.ts';
import { installSchema, mendGrants } from '../src/governed/schema.ts';
import { type ChangePlan, planChange } from '../src/plan/change.ts';
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts';
import { foundDeployment, makeSigner, openRun, signGate, type TestSigner } from '../test/support/signing.ts';

const run = promisify(execFile);
const SIZES = [200, 10_000, 100_000];
const ROUNDS = 3;
const CONTENDERS = ['copy', 'bare', 'guarded'] as const;
// As `npm start` has it: V8 otherwise lets what is young grow to many times what a plan takes.
const AS_STARTED = '--max-semi-space-size=8';
const RUN = 'run-20260521-00000000000000aa';
const LOGIN = { user: 'cutter_exec', password: 'only-for-the-bench' };

interface Setting {
  readonly units: number;
  readonly contender: (typeof CONTENDERS)[number];
  readonly runId: string;
  readonly settings: GovernedSettings;
  readonly superuser: { readonly user: string; readonly password: string };
}

interface Cost {
  readonly ms: number;
  /** Peak resident memory in MiB, Node itself and the plan's rows included. */
  readonly peakMib: number;
  /** How much of it came with the writing. */
  readonly addedMib: number;
}

/** Prints one line for each size, and takes the sizes up to BENCH_UNITS alone where that is set. */
export async function benchGoverned(): Promise<void> {
  const server = await startPostgres();
  if (!server) return console.log('governed: needs PostgreSQL; not measured');
  try {
    const template = await server.createDatabase();
    const admin = openPostgresAdmin({ ...settingsFor(server, template), admin: server.superuser });
    await installSchema(admin, (writer) => setPasswords(writer, { cutter_exec: LOGIN }));
    const signer = await makeSigner();
    await foundDeployment(admin, { signers: [signer] });
    await admin.close();
    const most = Number(process.env['BENCH_UNITS'] ?? Number.POSITIVE_INFINITY);
    for (const units of SIZES.filter((size) => size <= most))
      await compare({ server, template, units, signer });
  } finally {
    await server.stop();
  }
}

async function compare(options: {
  server: TestPostgres;
  template: string;
  units: number;
  signer: TestSigner;
}): Promise<void> {
  const { server, template, units, signer } = options;
  const costs: Record<Setting['contender'], Cost[]> = { copy: [], bare: [], guarded: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of CONTENDERS) {
      const settings = settingsFor(server, await server.createDatabase({ template }));
      const admin = openPostgresAdmin({ ...settings, admin: server.superuser });
      await admin.admin(mendGrants);
      const signed = await sign(settings, { units, by: [signer] });
      if (contender === 'bare') await admin.admin((writer) => writer.script(UNGUARDED));
      await admin.close();
      const setting: Setting = { units, contender, settings, superuser: server.superuser, runId: signed };
      const env = { PATH: process.env['PATH'], BENCH_GOVERNED: JSON.stringify(setting) };
      const { stdout } = await run(process.execPath, [AS_STARTED, fileURLToPath(import.meta.url)], { env });
      costs[contender].push(JSON.parse(stdout));
      await server.dropDatabase(settings.database);
    }
  }
  const ms = (contender: Setting['contender']) => median(costs[contender].map((cost) => cost.ms));
  const [copy, bare, guarded] = [ms('copy'), ms('bare'), ms('guarded')];
  const peak = Math.max(...costs.guarded.map(({ peakMib }) => peakMib));
  const added = Math.max(...costs.guarded.map(({ addedMib }) => addedMib));
  console.log(
    `a cut of ${units} units: ${guarded.toFixed(0)} ms with the guard, ${(guarded / bare).toFixed(2)} x without (${bare.toFixed(0)} ms; goal ≤ 1.10), ` +
      `${(guarded / copy).toFixed(2)} x COPY into the tables (${copy.toFixed(0)} ms; goal ≤ 1.25); ` +
      `peak ${peak.toFixed(0)} MiB${units === 100_000 ? ' (goal ≤ 200)' : ''}, ${added.toFixed(0)} MiB of it for the writing`,
  );
}

/** The same writers without a single question: neither signatures nor the check at COMMIT. */
const UNGUARDED = `
  DROP TRIGGER check_at_commit_of_cut ON cutter_governance.cut_change_set;
  CREATE OR REPLACE FUNCTION cutter_guard.assert_signers(p_document_sha256 text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN END $$;
  CREATE OR REPLACE FUNCTION cutter_guard.authorise(
    p_run_id text, p_gate text, p_digest text, OUT enable text, OUT approval text, OUT digest text, OUT document_id text,
    OUT source_sha256 text, OUT accepts_sha256 text) LANGUAGE plpgsql
    AS $$ BEGIN
      SELECT one.document_sha256, one.bindings ->> 'document_id', one.bindings ->> 'source_sha256'
        INTO enable, document_id, source_sha256 FROM cutter_governance.approval AS one WHERE one.gate = 'GAP7_execution_enable';
      SELECT one.document_sha256, one.bindings ->> 'cutplan_sha256' INTO approval, digest
        FROM cutter_governance.approval AS one WHERE one.gate = 'SG_1_cut_authz';
    END $$`;

/** Opens the run and signs the plan of this size. */
async function sign(
  settings: GovernedSettings,
  { units, by }: { units: number; by: readonly TestSigner[] },
): Promise<string> {
  const db = openPostgres(settings);
  const change = changeOf(units);
  const { source_sha256 } = change.header;
  const { runId } = await openRun(db, { documentId: 'bench', sourceSha256: source_sha256, by });
  await signGate(db, { gate: 'SG_1_cut_authz', runId, digest: change.cutplan_sha256, by });
  await db.close();
  return runId;
}

function settingsFor({ host, port }: TestPostgres, database: string): GovernedSettings {
  return {
    host,
    port,
    database,
    sslMode: 'disable',
    sslRootCertificate: undefined,
    exec: LOGIN,
    verify: LOGIN,
  };
}

async function measureAlone({ units, contender, settings, superuser, runId }: Setting): Promise<Cost> {
  const change = changeOf(units);
  // The contract of all: units, versions and affected rows, and the change set that they refer to, committed.
  const before = process.resourceUsage().maxRSS;
  let startedAt = 0;
  if (contender === 'copy') {
    const client = new pg.Client({ ...settings, ...superuser });
    await client.connect();
    startedAt = performance.now();
    await client.query(
      'BEGIN; ALTER TABLE cutter_governance.cut_change_set DISABLE TRIGGER check_at_commit_of_cut',
    );
    await client.query(ACCOUNT, [RUN, sha256(''), units]);
    await copyStraight(client, change.rows);
    await client.query('COMMIT');
    await client.end();
  } else {
    const db = openPostgres(settings);
    await db.read('cutter_exec', async () => {});
    startedAt = performance.now();
    const options = { assertEnabled: async () => {}, runId, gate: 'SG_1_cut_authz' } as const;
    await db.write('cutter_exec', options, async (writer) => {
      await writeLegA(writer, { runId, change });
      await writeLegB(writer, { runId, change, manifest: {} });
    });
    await db.close();
  }
  const ms = performance.now() - startedAt;
  const peak = process.resourceUsage().maxRSS;
  return { ms, peakMib: peak / 1024, addedMib: (peak - before) / 1024 };
}

/** Articles of about 320 bytes under chapters of twenty. */
function changeOf(units: number): ChangePlan {
  const text = (index: number): string =>
    `## Unit ${index}\n\n${'Every member may speak, and what is said is kept.\n'.repeat(6)}`;
  const source = createHash('sha256');
  let start = 0;
  const rows = Array.from({ length: units }, (_, index): PlanRow => {
    const isChapter = index % 21 === 0;
    const body = text(index);
    source.update(body);
    const [from, to] = [start, start + body.length];
    start = to;
    const chapter = `chapter-${Math.floor(index / 21)}`;
    return {
      ...{
        ordinal: index + 1,
        title: `Unit ${index}`,
        num: null,
        heading: null,
        sha256: sha256(body),
        byte_start: from,
        byte_end: to,
      },
      ...{ key: isChapter ? chapter : `${chapter}/article-${index}`, parent: isChapter ? null : chapter },
      ...{ num: null, heading: `Unit ${index}` },
      ...{ unit_kind: isChapter ? 'chapter' : 'article', section_type: 'normative' },
      body,
    };
  });
  const document = { bytes: start, sha256: source.digest('hex') as Sha256 };
  const plan = { document, profile: 'en', granularity: 'article' as const, diagnostics: [], rows };
  return planChange(plan, [], { documentId: 'bench' });
}

async function copyStraight(client: pg.Client, rows: readonly PlanRow[]): Promise<void> {
  const idOf = new Map(rows.map(({ key, ordinal }) => [key, ordinal]));
  const parentOf = ({ parent }: PlanRow) => (parent === null ? '\\N' : String(idOf.get(parent)));
  await copyInto(client, {
    into: `public.information_unit (id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
       cut_run_id, cut_key, cut_ordinal, cut_parent_id, cut_version)`,
    lines: lines(rows, (row) => {
      const { ordinal, key, unit_kind, section_type, title } = row;
      const parent = parentOf(row);
      return [
        ordinal,
        'bench',
        key,
        ordinal,
        parent,
        unit_kind,
        section_type,
        title,
        RUN,
        RUN,
        key,
        ordinal,
        parent,
        1,
      ];
    }),
  });
  await copyInto(client, {
    into: 'public.unit_version (unit_id, version, unit_kind, section_type, title, body, sha256, run_id)',
    lines: lines(rows, ({ ordinal, unit_kind, section_type, title, body, sha256: digest }) => {
      return [ordinal, 1, unit_kind, section_type, title, body.replaceAll('\n', '\\n'), digest, RUN];
    }),
  });
  const first = (await client.query<{ id: string }>('SELECT min(id) AS id FROM public.unit_version')).rows[0]
    ?.id;
  await copyInto(client, {
    into: AFFECTED,
    lines: lines(rows, (row) => {
      const { ordinal, key, byte_start, byte_end } = row;
      const version = Number(first) + ordinal - 1;
      return [
        ...[1, RUN, 'bench', ordinal, version, 'create', key, ordinal, parentOf(row), byte_start, byte_end],
      ];
    }),
  });
}

const AFFECTED = `cutter_governance.cut_change_set_affected_row (change_set_id, run_id, document_id, unit_id, unit_version_id,
   action, key, ordinal, parent_unit_id, byte_start, byte_end)`;

async function copyInto(client: pg.Client, copy: { into: string; lines: Iterable<string> }): Promise<void> {
  await pipeline(Readable.from(copy.lines), client.query(copyFrom(`COPY ${copy.into} FROM STDIN`)));
}

/** In chunks of 64 KiB: a stream write for each line would cost more than the line. */
function* lines(
  rows: readonly PlanRow[],
  valuesOf: (row: PlanRow) => (string | number)[],
): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    chunk += `${valuesOf(row).join('\t')}\n`;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

const ACCOUNT = `
  INSERT INTO cutter_governance.cut_change_set
    (run_id, document_id, source_sha256, cutplan_sha256, profile, granularity, created, recorded)
  VALUES ($1, 'bench', $2, $2, 'en', 'article', $3, true)`;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const setting = process.env['BENCH_GOVERNED'];
  if (setting === undefined) await benchGoverned();
  else console.log(JSON.stringify(await measureAlone(JSON.parse(setting))));
}
