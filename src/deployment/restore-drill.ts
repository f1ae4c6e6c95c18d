// A drill: a backup is restored into a scratch database as the manual says, checked, held against the records of its runs,
// and dropped. Production is not touched, and nothing stays behind.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId } from '../approval/run-id.ts';
import { type Connection, withClient } from '../backup/connection.ts';
import { restoreBackup } from '../backup/restore.ts';
import { withScratchDatabase } from '../backup/scratch.ts';
import type { ToolEnvironment } from '../backup/tool.ts';
import type { BackupCheck, BackupVerification } from '../backup/verify-backup.ts';
import { readChangeSets } from '../governed/change-sets.ts';
import { PROBED_ROLES } from '../governed/matrix.ts';
import { openPostgresAdmin } from '../governed/postgres.ts';
import { checkSchema } from '../governed/schema-check.ts';
import { EventLogFault, type RunEvent } from '../run/events.ts';
import { decodePublished } from '../run/published-log.ts';
import { reconcile } from '../run/reconcile.ts';
import { Stop } from '../stop/stop.ts';

export interface DrillRequest {
  readonly verification: BackupVerification;
  /** An administrator of any server with the four roles; the scratch database is made there. */
  readonly server: Connection;
  /** The folder `runs/` of a clone, as new as there is. */
  readonly runs: string;
  readonly tools: ToolEnvironment;
  readonly gpgEnvironment: Readonly<Record<string, string>>;
}

/** Each check says whether it held; the first that could not be made ends the drill. Throws what is no finding. */
export async function drillRestore(request: DrillRequest): Promise<BackupCheck[]> {
  const { verification, server } = request;
  const checks: BackupCheck[] = [];
  const add = (name: string, ok: boolean, detail: string) => checks.push({ name, ok, detail });
  const { path, envelope } = verification;
  const failed = verification.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  add('backup', failed.length === 0, failed.join('; ') || `${path}, begun ${envelope?.started_at}`);
  if (failed.length > 0 || !envelope) return checks;
  const lacking = await rolesLacking(server);
  if (lacking.length > 0) {
    const statements = lacking.map((role) => `CREATE ROLE ${role};`).join(' ');
    add('roles', false, `the server lacks roles that the dump names; as a superuser run: ${statements}`);
    return checks;
  }
  const logs = await readLogs(request.runs);
  try {
    await withScratchDatabase(server, async (scratch) => {
      const { tools, gpgEnvironment } = request;
      const { tables, differences } = await restoreBackup({
        ...{ verification, into: scratch, tools, gpgEnvironment },
        ...{ production: undefined, allowProduction: false },
      });
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      const proved = differences ? ', as the proof in the envelope has them' : '';
      add(
        'restore',
        !differences?.length,
        differences?.join('; ') || `${tables.length} tables, ${rows} rows${proved}`,
      );
      const { login, ...place } = scratch;
      const admin = openPostgresAdmin({ ...place, admin: login });
      try {
        checks.push(await schemaCheck(admin));
        const changeSets = await admin.admin(readChangeSets);
        const backupBegan = new Date(envelope.started_at);
        checks.push(...recordChecks(logs, reconcile(logs.read, { changeSets, backupBegan })));
      } finally {
        await admin.close();
      }
    });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    add('restore', false, error.detail);
    return checks;
  }
  add('scratch', true, 'the scratch database is dropped');
  return checks;
}

async function rolesLacking(server: Connection): Promise<string[]> {
  const { rows } = await withClient(server, (client) =>
    client.query<{ role: string }>(
      `SELECT role FROM unnest($1::text[]) AS role WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)`,
      [PROBED_ROLES],
    ),
  );
  return rows.map(({ role }) => role);
}

const MOST_NAMED = 5;

function named(all: readonly string[]): string {
  const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : '';
  return `${all.slice(0, MOST_NAMED).join('; ')}${more}`;
}

/** What the database itself is granted is not in a dump: `db init` gives it where the restored one is to be used. */
async function schemaCheck(admin: ReturnType<typeof openPostgresAdmin>): Promise<BackupCheck> {
  const { objects, differences, deviations } = await checkSchema(admin);
  const wrong = [
    ...differences.map(({ object, expected, found }) =>
      expected === null
        ? `unexpected ${object}`
        : found === null
          ? `missing ${object}`
          : `different ${object}`,
    ),
    ...deviations
      .filter(({ object }) => object !== 'database')
      .map(({ kind, role, privilege, object }) => `${kind} ${role}: ${privilege} on ${object}`),
  ];
  const detail = wrong.length > 0 ? named(wrong) : `${objects} objects and their privileges are as expected`;
  return { name: 'schema', ok: wrong.length === 0, detail };
}

interface Logs {
  readonly read: readonly (readonly RunEvent[])[];
  /** One sentence for each that this version cannot read. */
  readonly unreadable: readonly string[];
}

async function readLogs(folder: string): Promise<Logs> {
  const read: RunEvent[][] = [];
  const unreadable: string[] = [];
  for (const runId of (await readdir(folder)).filter(isRunId).sort()) {
    try {
      read.push(decodePublished(await readFile(join(folder, runId, 'events.jsonl'), 'utf8')));
    } catch (error) {
      if (error instanceof EventLogFault || error instanceof SyntaxError || isAbsent(error))
        unreadable.push(`${runId}: its log cannot be read: ${error.message}`);
      else throw error;
    }
  }
  return { read, unreadable };
}

function isAbsent(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function recordChecks(
  logs: Logs,
  { contradictions, agreeing, later }: ReturnType<typeof reconcile>,
): BackupCheck[] {
  const wrong = [...logs.unreadable, ...contradictions];
  const detail =
    wrong.length > 0 ? named(wrong) : `${agreeing} of ${agreeing} change sets are as their records say`;
  return [
    { name: 'records', ok: wrong.length === 0, detail },
    {
      name: 'later',
      ok: true,
      detail:
        later.length > 0
          ? `a restore of this backup would lose what these committed later: ${named(later)}`
          : 'nothing was committed later',
    },
  ];
}
