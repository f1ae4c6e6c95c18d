// `countersign revert plan`: what taking a run's cut back would execute and change. It reads only; executing it needs an
// SG_R approval bound to the digest printed here.
import { Command } from 'commander';
import { isRunId } from '../approval/run-id.ts';
import { approvalTemplate } from '../approval/template.ts';
import {
  CONFIG_FILE,
  type Config,
  processEnvironment,
  readConfig,
  readGoverned,
} from '../deployment/config.ts';
import { openEmbeddedDirectory } from '../deployment/embedded-directory.ts';
import { planRevert, type RevertPlan, type RevertRefusal, statementOf } from '../governed/compensation.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { openEmbedded } from '../governed/embedded.ts';
import { openPostgres } from '../governed/postgres.ts';
import { expectedBindings, pathForNext } from '../run/bindings.ts';
import { appendRevertPlan } from '../run/compensate.ts';
import { fold, type RunState } from '../run/state.ts';
import { type Artifact, keepArtifact } from '../store/artifacts.ts';
import { runLog } from '../store/run-log.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';
import { withDeployment } from './with-deployment.ts';

interface PlanOptions {
  readonly record?: true;
  readonly config: string;
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
    .option('--record', 'also record the plan in the run, so that an SG_R approval can name it')
    .option('--config <path>', 'with --record: the orchestrator configuration', CONFIG_FILE)
    .option('--data <directory>', 'an embedded governed database instead of the PostgreSQL of the settings')
    .action(async (runId: string, options: PlanOptions) => {
      const hard = options.hard === true;
      const { plan, approval } = options.record
        ? await record(runId, { hard, config: readConfig(processEnvironment(), options.config) })
        : { plan: await readPlan(runId, { hard, data: options.data }), approval: undefined };
      if (plan.verdict === 'refused') process.exitCode = EXIT.no;
      process.stdout.write(
        options.json
          ? `${JSON.stringify(plan, null, 2)}\n`
          : `${[...describePlan(plan), ...(approval ?? [])].join('\n')}\n`,
      );
    });
  return revert;
}

async function record(run: string, { hard, config }: { hard: boolean; config: Config }) {
  return withDeployment(config, async (deployment) => {
    const store = await deployment.store();
    const log = runLog(store);
    const runId = isRunId(run) && (await log.load(run)).length > 0 ? run : undefined;
    if (!runId) throw new CliFault(`there is no run ${run}`);
    const keep = (artifact: Artifact) => keepArtifact(store, artifact);
    const governed = await deployment.governed();
    const plan = await appendRevertPlan(runId, {
      hard,
      ports: { log, governed, keep, now: deployment.now },
    });
    const state = fold(await log.load(runId));
    return { plan, approval: plan.verdict === 'planned' ? draftOf(state) : undefined };
  });
}

/** Ready to sign: a plan that is recorded is bound to the entry that records it, which nobody could know otherwise. */
function draftOf(state: RunState): string[] {
  const gate = 'SG_R_revert_authz';
  const text = approvalTemplate({ gate, bindings: expectedBindings(state, gate, { recorderKey: null }) });
  return [
    '',
    `Save this as ${pathForNext(state, gate)}, with the time at which you sign:`,
    '',
    text.trimEnd(),
  ];
}

function readPlan(
  runId: string,
  { hard, data }: { hard: boolean; data: string | undefined },
): Promise<RevertPlan | RevertRefusal> {
  return readingFrom(data, (db) => db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard })));
}

async function readingFrom<T>(
  data: string | undefined,
  work: (db: GovernedDatabase) => Promise<T>,
): Promise<T> {
  const pglite = data === undefined ? undefined : await openEmbeddedDirectory(data, { existing: true });
  const db = pglite ? openEmbedded(pglite) : openPostgres(readGoverned(processEnvironment()));
  try {
    return await work(db);
  } finally {
    await db.close();
    await pglite?.close();
  }
}

const SHOWN = 40;

function describePlan(plan: RevertPlan | RevertRefusal): string[] {
  if (plan.verdict === 'refused') return [`refused (${plan.reason}): ${plan.detail}`];
  const { run_id, document_id, mode, units, versions, log_rows, before, after } = plan.plan;
  const more = units.length > SHOWN ? [`  … and ${units.length - SHOWN} more (--json shows all)`] : [];
  return [
    `${mode} revert of ${run_id} in ${document_id}`,
    '',
    'what is executed, in one transaction as cutter_exec:',
    `  ${statementOf(plan)};`,
    '',
    `effects: ${units.length} units and ${versions.length} versions change, ${log_rows} log rows`,
    ...units.slice(0, SHOWN).map(({ key, title, from, to }) => `  ${key}: ${from} → ${to}  (${title})`),
    ...more,
    '',
    ...Object.keys(after).map(
      (status) => `${status} units: ${counted(before, status)} now, ${counted(after, status)} after`,
    ),
    '',
    `revert_plan_sha256: ${plan.sha256}`,
    'Nothing has been touched. To execute it, record the plan (--record): the bot then prints the SG_R_revert_authz approval to sign.',
  ];
}

function counted(counts: Readonly<Record<string, number>>, status: string): number {
  return counts[status] ?? 0;
}
