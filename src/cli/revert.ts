// `countersign revert plan`: what taking a run's cut back would execute and change. It reads only; executing it needs an
// SG_R approval bound to the digest printed here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Command } from 'commander';
import { readGoverned } from '../config.ts';
import { planRevert, type RevertPlan, type RevertRefusal } from '../governed/compensation.ts';
import { type GovernedDatabase, GovernedFault } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { CliFault } from './fault.ts';

interface PlanOptions {
  readonly hard?: true;
  readonly json?: true;
  readonly data?: string;
}

export function revertCommand(): Command {
  const revert = new Command('revert').description('take back what a run has written');
  revert
    .command('plan')
    .description('print the statements and effects of a compensation, without touching anything')
    .argument('<run>', 'the run_id')
    .option('--hard', 'delete instead of retiring; refused once the units are enacted')
    .option('--json', 'print the plan as JSON')
    .option('--data <directory>', 'an embedded governed database instead of the PostgreSQL of the settings')
    .action(async (runId: string, options: PlanOptions) => {
      const plan = await readingFrom(options.data, (db) =>
        db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: options.hard === true })),
      );
      if (plan.verdict === 'refused') process.exitCode = 1;
      process.stdout.write(
        options.json ? `${JSON.stringify(plan, null, 2)}\n` : `${describePlan(plan).join('\n')}\n`,
      );
    });
  return revert;
}

async function readingFrom<T>(
  data: string | undefined,
  work: (db: GovernedDatabase) => Promise<T>,
): Promise<T> {
  const pglite = data === undefined ? undefined : await openExisting(data);
  const db = pglite ? openEmbedded(pglite) : openPostgres(readGoverned(process.env));
  try {
    return await work(db);
  } catch (error) {
    throw error instanceof GovernedFault ? new CliFault(error.message) : error;
  } finally {
    await db.close();
    await pglite?.close();
  }
}

async function openExisting(data: string): Promise<PGlite> {
  if (!existsSync(join(data, 'PG_VERSION'))) throw new CliFault(`there is no embedded database in ${data}`);
  return PGlite.create({ dataDir: data });
}

const SHOWN = 40;

function describePlan(plan: RevertPlan | RevertRefusal): string[] {
  if (plan.verdict === 'refused') return [`refused (${plan.reason}): ${plan.detail}`];
  const { run_id, document_id, mode, statements, effects, sha256 } = plan;
  const { units, versions, log_rows, before, after } = effects;
  const more = units.length > SHOWN ? [`  … and ${units.length - SHOWN} more (--json shows all)`] : [];
  return [
    `${mode} revert of ${run_id} in ${document_id}`,
    '',
    'statements, in one transaction as cutter_exec:',
    ...statements.map((statement) => `  ${statement};`),
    '',
    `effects: ${units.length} units and ${versions.length} versions change, ${log_rows} log rows`,
    ...units.slice(0, SHOWN).map(({ key, title, from, to }) => `  ${key}: ${from} → ${to}  (${title})`),
    ...more,
    '',
    ...Object.keys(after).map(
      (status) => `${status} units: ${before[status] ?? 0} now, ${after[status] ?? 0} after`,
    ),
    '',
    `revert_plan_sha256: ${sha256}`,
    'Nothing has been touched. To execute it, merge an SG_R_revert_authz approval bound to this digest.',
  ];
}
