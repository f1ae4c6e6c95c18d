// `countersign db`: the governed database's schema, logins and grants, as its administrator. The running bot never
// holds this login.
import { Command } from 'commander';
import { readKeys } from '../approval/key-ring.ts';
import {
  CONFIG_FILE,
  type Environment,
  processEnvironment,
  readGoverned,
  readGovernedAdmin,
  readOrchestrator,
  readSovereign,
} from '../deployment/config.ts';
import { readKeyDirectory } from '../deployment/key-directory.ts';
import type { AdminDatabase } from '../governed/database.ts';
import { type Deviation, EXPECTED, probeGrants } from '../governed/grants.ts';
import { setPasswords } from '../governed/logins.ts';
import { openPostgresAdmin } from '../governed/postgres.ts';
import { installSchema, mendGrants } from '../governed/schema.ts';
import { checkSchema } from '../governed/schema-check.ts';
import { applySigners, planSigners, signerSet } from '../governed/signers.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault } from './messages.ts';

const SETTINGS = `
Settings: DOT_CUTTER_DB_HOST, _PORT, _NAME, _SSLMODE, _SSLROOTCERT, DOT_CUTTER_ADMIN_DB_USER and _PASSWORD;
for init also DOT_CUTTER_EXEC_DB_USER and _PASSWORD, DOT_CUTTER_VERIFY_DB_USER and _PASSWORD;
for signers also SOVEREIGN_GPG_FPR and SOVEREIGN_KEY_DIR.`;

export function dbCommand(): Command {
  const db = new Command('db')
    .description('set up and check the governed PostgreSQL database')
    .addHelpText('after', SETTINGS);
  db.command('init')
    .description('create roles, logins, schemas, tables, functions and grants; safe to repeat')
    .action(() => asAdmin(init));
  db.command('check')
    .description('say what differs from the expected schema and grants; exit status 1 when anything does')
    .action(() => asAdmin(check));
  db.command('grants')
    .description('print the statements that bring the privileges to the expected matrix')
    .option('--apply', 'execute them, in one transaction')
    .action(({ apply }: { apply?: boolean }) => asAdmin((admin) => grants(admin, apply === true)));
  db.command('signers')
    .description("print how the database's signers differ from the pinned keys and the policy's thresholds")
    .option('--apply', 'make them equal, in one transaction')
    .option('--config <path>', 'the orchestrator configuration', CONFIG_FILE)
    .action(({ apply, config }: { apply?: boolean; config: string }) =>
      asAdmin((admin, environment) => signers(admin, { environment, config, apply: apply === true })),
    );
  return db;
}

async function asAdmin(
  work: (admin: AdminDatabase, environment: Environment) => Promise<void>,
): Promise<void> {
  const admin = openPostgresAdmin(readGovernedAdmin(processEnvironment()));
  try {
    await work(admin, processEnvironment());
  } finally {
    await admin.close();
  }
}

async function init(admin: AdminDatabase, environment: Environment): Promise<void> {
  const { exec, verify } = readGoverned(environment);
  const { files, mended } = await installSchema(admin, (writer) =>
    setPasswords(writer, { cutter_exec: exec, cutter_verify: verify }),
  );
  print(`installed ${files.join(', ')}`, `logins ${exec.user} and ${verify.user} set`);
  print(`${mended.length} privileges mended, the matrix of ${EXPECTED.length} holds`);
}

async function check(admin: AdminDatabase): Promise<void> {
  const { objects, differences, deviations } = await checkSchema(admin);
  for (const { object, expected, found } of differences) {
    if (expected === null) print(`unexpected ${object}`);
    else if (found === null) print(`missing    ${object}`);
    else print(`different  ${object}`, `  expected ${brief(expected)}`, `  found    ${brief(found)}`);
  }
  printDeviations(deviations);
  const wrong = differences.length + deviations.length;
  print(
    wrong === 0
      ? `${objects} objects and ${EXPECTED.length} privileges are as expected`
      : `${wrong} differences`,
  );
  if (wrong > 0) process.exitCode = EXIT.no;
}

async function grants(admin: AdminDatabase, apply: boolean): Promise<void> {
  const { matrix, deviations } = await admin.admin(probeGrants);
  if (!matrix.some(({ object }) => object === 'schema cutter_governance')) {
    throw new CliFault('the schema is not installed in this database: run `countersign db init` first');
  }
  print(`before: ${matrix.length} privileges, ${deviations.length} deviations`);
  printDeviations(deviations);
  if (deviations.length === 0) return;
  if (!apply) {
    process.exitCode = EXIT.no;
    return print('', ...deviations.map(({ mend }) => mend));
  }
  const mended = await admin.admin(mendGrants);
  const after = await admin.admin(probeGrants);
  print(
    `applied ${mended.length} statements`,
    `after: ${after.matrix.length} privileges, ${after.deviations.length} deviations`,
  );
}

interface SignersRequest {
  readonly environment: Environment;
  readonly config: string;
  readonly apply: boolean;
}

async function signers(admin: AdminDatabase, request: SignersRequest): Promise<void> {
  const { environment, config, apply } = request;
  const { fingerprints, keyDirectory } = readSovereign(environment);
  const { thresholds } = readOrchestrator(config).policy;
  const ring = await readKeys(await readKeyDirectory(keyDirectory), {
    pinned: fingerprints,
    now: new Date(),
  });
  const set = signerSet(ring, thresholds);
  const changes = await admin.admin((writer) =>
    apply ? applySigners(writer, set) : planSigners(writer, set),
  );
  for (const { kind, subject, detail } of changes) print(`${kind.padEnd(6)} ${subject}`, `       ${detail}`);
  if (changes.length === 0)
    return print(`the ${set.keys.length} keys of the pinned signers are in the database`);
  print(apply ? `${changes.length} changes made` : `${changes.length} changes; make them with --apply`);
  if (!apply) process.exitCode = EXIT.no;
}

function printDeviations(deviations: readonly Deviation[]): void {
  for (const { kind, role, privilege, object } of deviations)
    print(`${kind.padEnd(6)} ${role}: ${privilege} on ${object}`);
}

// A function's text is long; where it differs is for a diff of the schema files.
function brief(definition: string): string {
  return definition.length > 160 ? `${definition.slice(0, 160)}…` : definition;
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
