// What the head of a plan of 100,000 rows costs, its lines included: in this process, in PostgreSQL and in PGlite, each
// against one plain SHA-256 over the same bytes where they are. The contenders take turns, the best of a few counts.
import { PGlite } from '@electric-sql/pglite';
import { sha256 } from '../src/digest/digest.ts';
import type { AdminDatabase } from '../src/governed/database.ts';
import { openEmbedded } from '../src/governed/embedded.ts';
import { openPostgresAdmin } from '../src/governed/postgres.ts';
import { installSchema } from '../src/governed/schema.ts';
import { growTree, isIncluded, proveInclusion } from '../src/merkle/tree-proof.ts';
import { planFile, planHead, planLines, type RowLine } from '../src/plan/plan-lines.ts';
import { startPostgres } from '../test/support/postgres.ts';

const UNITS = 100_000;
const ROUNDS = 5;
const RUN = 'run-20260521-00000000000000aa';
const HEADER = {
  document_id: 'bench',
  source_sha256: sha256(''),
  profile: 'en',
  granularity: 'article',
  accepts_sha256: null,
} as const;

/** Prints one line for each place where a head is computed. */
export async function benchPlan(): Promise<void> {
  const plan = { header: HEADER, rows: rowsOf(UNITS), retired: [] };
  const head = planHead(planLines(plan));
  const file = planFile(planLines(plan));
  const bytes = Buffer.from(file);
  const times = await compare(
    async () => sha256(bytes),
    async () => planHead(planLines(plan)),
  );
  report('this process', times);

  const lines = file.trimEnd().split('\n');
  const tree = growTree(lines);
  const path = proveInclusion(tree, UNITS / 2);
  const claim = { leaf: lines[UNITS / 2] ?? '', index: UNITS / 2, size: tree.size, path, head };
  if (!isIncluded(claim)) throw new Error('the proof of a row does not hold');
  process.stdout.write(`  a row's proof: ${path.length} digests, ${JSON.stringify(path).length} bytes\n`);

  const server = await startPostgres();
  if (server) {
    const database = await server.createDatabase();
    const { host, port, superuser } = server;
    const place = { host, port, database, sslMode: 'disable', sslRootCertificate: undefined } as const;
    const admin = openPostgresAdmin({ ...place, admin: superuser });
    try {
      await inDatabase('PostgreSQL', { admin, head });
    } finally {
      await admin.close();
      await server.stop();
    }
  } else process.stdout.write('plan in PostgreSQL: none is installed; not measured\n');

  const pglite = new PGlite();
  await inDatabase('PGlite', { admin: openEmbedded(pglite), head });
  await pglite.close();
}

async function inDatabase(
  place: string,
  { admin, head }: { admin: AdminDatabase; head: string },
): Promise<void> {
  await installSchema(admin);
  const ask = async (text: string) => {
    const rows = await admin.admin((writer) => writer.query<{ answer: string }>(text));
    return rows[0]?.answer;
  };
  // Not analysed, as in the write transaction that has just filled the tables.
  await admin.admin((writer) => writer.script(FILL));
  const computed = async () => {
    const answer = await ask('SELECT cutter_guard.plan_head(1) AS answer');
    if (answer !== head) throw new Error(`the head in ${place} is ${answer}, outside it is ${head}`);
  };
  report(place, await compare(() => ask(PLAIN), computed));
}

interface Times {
  readonly plain: number;
  readonly computed: number;
}

async function compare(plain: () => Promise<unknown>, computed: () => Promise<unknown>): Promise<Times> {
  const best = { plain: Number.POSITIVE_INFINITY, computed: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    best.plain = Math.min(best.plain, await time(plain));
    best.computed = Math.min(best.computed, await time(computed));
  }
  return best;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function report(place: string, { plain, computed }: Times): void {
  process.stdout.write(
    `plan: lines and head of ${UNITS} rows in ${place} ${computed.toFixed(0)} ms, ` +
      `${(computed / plain).toFixed(1)} x one SHA-256 over the same bytes (${plain.toFixed(0)} ms)\n`,
  );
}

/** Articles of 320 bytes under chapters of twenty: the rows that FILL makes in SQL. */
function rowsOf(units: number): RowLine[] {
  return Array.from({ length: units }, (_, index): RowLine => {
    const isChapter = index % 21 === 0;
    const chapter = `chapter-${Math.floor(index / 21)}`;
    return {
      ...{
        action: 'create',
        ordinal: index + 1,
        title: `Unit ${index} “of the keepers”`,
        num: null,
        heading: null,
      },
      ...{ key: isChapter ? chapter : `${chapter}/article-${index}`, parent: isChapter ? null : chapter },
      ...{ unit_kind: isChapter ? 'chapter' : 'article', section_type: 'normative' },
      ...{ byte_start: index * 320, byte_end: (index + 1) * 320, body_sha256: sha256(`Text of ${index}.`) },
    };
  });
}

const FILL = `
  SET LOCAL session_replication_role = replica;
  INSERT INTO cutter_governance.cut_change_set
    (run_id, document_id, source_sha256, profile, granularity, cutplan_sha256, created, revised, kept, retired)
  VALUES ('${RUN}', 'bench', '${HEADER.source_sha256}', 'en', 'article', '${HEADER.source_sha256}', ${UNITS}, 0, 0, 0);
  INSERT INTO public.information_unit (document_id, key, ordinal, parent_id, unit_kind, section_type, title, run_id,
    cut_run_id, cut_ordinal, cut_parent_id, cut_version)
  SELECT 'bench', CASE WHEN at % 21 = 0 THEN '' || chapter ELSE chapter || '/article-' || at END, at + 1, parent, kind,
         'normative', title, '${RUN}', '${RUN}', at + 1, parent, 1
    FROM generate_series(0, ${UNITS - 1}) AS at
   CROSS JOIN LATERAL (SELECT 'chapter-' || at / 21 AS chapter, CASE WHEN at % 21 > 0 THEN at / 21 * 21 + 1 END AS parent,
     CASE WHEN at % 21 = 0 THEN 'chapter' ELSE 'article' END AS kind, 'Unit ' || at || ' “of the keepers”' AS title) AS made
   ORDER BY at;
  INSERT INTO public.unit_version (unit_id, version, unit_kind, section_type, title, body, sha256, run_id)
  SELECT id, 1, unit_kind, section_type, title, 'Text of ' || id - 1 || '.',
         encode(sha256(convert_to('Text of ' || id - 1 || '.', 'UTF8')), 'hex'), run_id
    FROM public.information_unit ORDER BY id;
  INSERT INTO cutter_governance.cut_change_set_affected_row
    (change_set_id, unit_id, unit_version_id, action, ordinal, parent_unit_id, byte_start, byte_end)
  SELECT 1, unit.id, held.id, 'create', cut_ordinal, cut_parent_id, (cut_ordinal - 1) * 320, cut_ordinal * 320
    FROM public.information_unit AS unit JOIN public.unit_version AS held ON held.unit_id = unit.id ORDER BY unit.id;
  CREATE TABLE public.plan_file AS
    SELECT convert_to(string_agg(line, E'\\n' ORDER BY place), 'UTF8') AS bytes FROM cutter_guard.plan_lines(1)`;

const PLAIN = `SELECT encode(sha256(bytes), 'hex') AS answer FROM public.plan_file`;

if (import.meta.main) await benchPlan();
