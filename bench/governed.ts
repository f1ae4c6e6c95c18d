// What cut_leg_a costs: wall time and peak memory of this process, against COPY of the same rows straight into the
// tables. Each measurement has a fresh database and a process of its own; the contenders take turns.
import { execFile } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sha256 } from '../src/digest/digest.ts';
import { writeLegA } from '../src/governed/leg-a.ts';
import { setPasswords } from '../src/governed/logins.ts';
import type { GovernedSettings } from '../src/governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../src/governed/postgres.ts';
import { installSchema, mendGrants } from '../src/governed/schema.ts';
import type { ChangePlan, PlannedRow } from '../src/plan/change.ts';
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts';

const run = promisify(execFile);
const SIZES = [200, 10_000, 100_000];
const ROUNDS = 3;
const RUN = 'run-20260521-00000000000000aa';
const LOGIN = { user: 'cutter_exec', password: 'only-for-the-bench' };

interface Setting {
  readonly units: number;
  readonly contender: 'copy' | 'cut';
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

/** Prints one line for each size. */
export async function benchGoverned(): Promise<void> {
  const server = await startPostgres();
  if (!server) return console.log('governed: needs PostgreSQL; not measured');
  try {
    const template = await server.createDatabase();
    const admin = openPostgresAdmin({ ...settingsFor(server, template), admin: server.superuser });
    await installSchema(admin, (writer) => setPasswords(writer, { cutter_exec: LOGIN }));
    await admin.close();
    for (const units of SIZES) await compare({ server, template, units });
  } finally {
    await server.stop();
  }
}

async function compare(options: { server: TestPostgres; template: string; units: number }): Promise<void> {
  const { server, template, units } = options;
  const costs: Record<Setting['contender'], Cost[]> = { copy: [], cut: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of ['copy', 'cut'] as const) {
      const settings = settingsFor(server, await server.createDatabase({ template }));
      const admin = openPostgresAdmin({ ...settings, admin: server.superuser });
      await admin.admin(mendGrants);
      await admin.close();
      const setting: Setting = { units, contender, settings, superuser: server.superuser };
      const env = { PATH: process.env['PATH'], BENCH_GOVERNED: JSON.stringify(setting) };
      const { stdout } = await run(process.execPath, [fileURLToPath(import.meta.url)], { env });
      costs[contender].push(JSON.parse(stdout));
      await server.dropDatabase(settings.database);
    }
  }
  const [copy, cut] = [median(costs.copy.map(({ ms }) => ms)), median(costs.cut.map(({ ms }) => ms))];
  const peak = Math.max(...costs.cut.map(({ peakMib }) => peakMib));
  const added = Math.max(...costs.cut.map(({ addedMib }) => addedMib));
  console.log(
    `cut_leg_a of ${units} units: ${cut.toFixed(0)} ms, ${(cut / copy).toFixed(2)} x COPY into the tables (${copy.toFixed(0)} ms), ` +
      `peak ${peak.toFixed(0)} MiB, ${added.toFixed(0)} MiB of it for the writing`,
  );
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

async function measureAlone({ units, contender, settings, superuser }: Setting): Promise<Cost> {
  const rows = planOf(units);
  // The contract of both: all rows, and the change set that they refer to, committed.
  const before = process.resourceUsage().maxRSS;
  let startedAt = 0;
  if (contender === 'copy') {
    const client = new pg.Client({ ...settings, ...superuser });
    await client.connect();
    startedAt = performance.now();
    await client.query('BEGIN');
    await copyStraight(client, rows);
    await client.query(ACCOUNT, [RUN, sha256(''), units]);
    await client.query('COMMIT');
    await client.end();
  } else {
    const db = openPostgres(settings);
    await db.read('cutter_exec', async () => {});
    startedAt = performance.now();
    await db.write('cutter_exec', { assertEnabled: async () => {} }, async (writer) => {
      await writeLegA(writer, { runId: RUN, documentId: 'bench', change: changeOf(rows) });
      await writer.write(ACCOUNT, [RUN, sha256(''), units]);
    });
    await db.close();
  }
  const ms = performance.now() - startedAt;
  const peak = process.resourceUsage().maxRSS;
  return { ms, peakMib: peak / 1024, addedMib: (peak - before) / 1024 };
}

/** Articles of about 320 bytes under chapters of twenty. */
function planOf(units: number): PlannedRow[] {
  let start = 0;
  return Array.from({ length: units }, (_, index): PlannedRow => {
    const isChapter = index % 21 === 0;
    const body = `## Unit ${index}\n\n${'Every member may speak, and what is said is kept.\n'.repeat(6)}`;
    const [from, to] = [start, start + body.length];
    start = to;
    const chapter = `chapter-${Math.floor(index / 21)}`;
    return {
      ...{ action: 'create', ordinal: index + 1, title: `Unit ${index}`, body, sha256: sha256(body) },
      ...{ key: isChapter ? chapter : `${chapter}/article-${index}`, parent: isChapter ? null : chapter },
      ...{
        unit_kind: isChapter ? 'chapter' : 'article',
        section_type: 'normative',
        byte_start: from,
        byte_end: to,
      },
    };
  });
}

function changeOf(rows: readonly PlannedRow[]): ChangePlan {
  const document = { bytes: rows.at(-1)?.byte_end ?? 0, sha256: sha256('') };
  const plan = { document, profile: 'en', granularity: 'article' as const, rows };
  const { profile, granularity } = plan;
  const header = {
    document_id: 'bench',
    source_sha256: sha256(''),
    profile,
    granularity,
    accepts_sha256: null,
  };
  const counts = { create: rows.length, revise: 0, keep: 0, retire: 0 };
  return { header, plan, rows, inPlace: false, retire: [], counts, cutplan_sha256: sha256('') };
}

async function copyStraight(client: pg.Client, rows: readonly PlannedRow[]): Promise<void> {
  const idOf = new Map(rows.map(({ key, ordinal }) => [key, ordinal]));
  const parentOf = ({ parent }: PlannedRow) => (parent === null ? '\\N' : String(idOf.get(parent)));
  await copyInto(client, {
    into: `public.information_unit (id, document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
       cut_run_id, cut_ordinal, cut_parent_id, cut_version)`,
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
}

async function copyInto(client: pg.Client, copy: { into: string; lines: Iterable<string> }): Promise<void> {
  await pipeline(Readable.from(copy.lines), client.query(copyFrom(`COPY ${copy.into} FROM STDIN`)));
}

/** In chunks of 64 KiB: a stream write for each line would cost more than the line. */
function* lines(
  rows: readonly PlannedRow[],
  valuesOf: (row: PlannedRow) => (string | number)[],
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
    (run_id, document_id, source_sha256, profile, granularity, cutplan_sha256, created, revised, kept, retired)
  VALUES ($1, 'bench', $2, 'en', 'article', $2, $3, 0, 0, 0)`;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const setting = process.env['BENCH_GOVERNED'];
  if (setting === undefined) await benchGoverned();
  else console.log(JSON.stringify(await measureAlone(JSON.parse(setting))));
}
