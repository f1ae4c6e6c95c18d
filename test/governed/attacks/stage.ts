// Where the attacks are played: a governed database as `db init` makes it, with a password for each role, and what an
// attacker would find there: a law in force, a cut that waits for SG_2, one that has it, one that SG_R takes back, a run that may cut, one only opened.
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { dumpEmbedded } from '../../../src/backup/dump-embedded.ts';
import { planRevert, type RevertPlan } from '../../../src/governed/compensation.ts';
import type { AdminDatabase, GovernedDatabase } from '../../../src/governed/database.ts';
import { openEmbedded } from '../../../src/governed/embedded.ts';
import { probeGrants } from '../../../src/governed/grants.ts';
import { TABLES } from '../../../src/governed/matrix.ts';
import type { GovernedSettings, Login } from '../../../src/governed/place.ts';
import { openPostgres, openPostgresAdmin } from '../../../src/governed/postgres.ts';
import { findTraces } from '../../../src/governed/traces.ts';
import { governedPglite } from '../../support/pglite.ts';
import { startPostgres } from '../../support/postgres.ts';
import { foundDeployment } from '../../support/signing.ts';
import { runCommand } from '../../support/site.ts';
import {
  begin,
  CHARTER,
  cutAndEnact,
  cutAndVerify,
  ready,
  signEnactment,
  signRevert,
  sovereign,
} from '../fixture.ts';

export type Thief = 'cutter_exec' | 'cutter_verify' | 'cutter_backup';

export interface Session {
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Stage {
  readonly name: 'PostgreSQL' | 'PGlite';
  readonly db: GovernedDatabase;
  /** A superuser's session, to look and to mend; never to attack. */
  readonly root: AdminDatabase;
  readonly prepared: Prepared;
  /** One transaction in this role, ended by a plain COMMIT; anything thrown rolls it back. */
  as<T>(role: Thief, work: (session: Session) => Promise<T>): Promise<T>;
  /** A session of one's own, without a transaction; only a real server has it. Closed with the attack. */
  connect(role: Thief, database?: string): Promise<pg.Client>;
  /** Ends what an attack has left open. */
  hangUp(): Promise<void>;
  /** A whole dump as the login that takes the backups. Throws when there is none to be had. */
  dump(): Promise<void>;
  /** The passwords of `db init` again. */
  resetLogins(): Promise<void>;
  close(): Promise<void>;
}

export type Prepared = Awaited<ReturnType<typeof prepare>>;

const variant = (name: string): string => CHARTER.replace('Charter of the Garden', `Rules of ${name}`);

async function prepare(db: GovernedDatabase) {
  const law = await cutAndEnact(db);
  const waiting = await cutAndVerify(db, { documentId: 'rules', markdown: variant('the waiting') });
  const signed = await ready(db, { documentId: 'statute', markdown: variant('the signed') });
  const opened = await begin(db, { documentId: 'ordinance', markdown: variant('the opened') });
  const amended = await ready(db, { markdown: CHARTER.replace('Anyone', 'Everybody') });
  const approved = await cutAndVerify(db, { documentId: 'bylaw', markdown: variant('the approved') });
  await signEnactment(db, approved.runId);
  const unwanted = await cutAndVerify(db, { documentId: 'decree', markdown: variant('the unwanted') });
  const compensation = await planOf(db, unwanted.runId);
  await signRevert(db, compensation);
  return { law, amended, waiting, signed, opened, approved, unwanted, compensation };
}

export async function planOf(db: GovernedDatabase, runId: string): Promise<RevertPlan> {
  const plan = await db.read('cutter_exec', (reader) => planRevert(reader, { runId, hard: false }));
  if (plan.verdict === 'refused') throw new Error(plan.detail);
  return plan;
}

const PASSWORDS: Readonly<Record<Thief, string>> = {
  cutter_exec: 'exec-only-for-attacks',
  cutter_verify: 'verify-only-for-attacks',
  cutter_backup: 'backup-only-for-attacks',
};
const loginOf = (user: Thief): Login => ({ user, password: PASSWORDS[user] });

/** null where no PostgreSQL is installed. */
export async function serverStage(): Promise<Stage | null> {
  const server = await startPostgres();
  if (!server) return null;
  const { host, port, superuser, binaries = '' } = server;
  const database = await server.createDatabase();
  const settings: GovernedSettings = {
    ...{ host, port, database, sslMode: 'disable', sslRootCertificate: undefined },
    ...{ exec: loginOf('cutter_exec'), verify: loginOf('cutter_verify') },
  };
  const init = async (): Promise<void> => {
    const { code, output } = await runCommand(['db', 'init', '--deployment', 'test'], {
      directory: tmpdir(),
      environment: {
        ...{ DOT_CUTTER_DB_HOST: host, DOT_CUTTER_DB_PORT: String(port), DOT_CUTTER_DB_NAME: database },
        ...{ DOT_CUTTER_DB_SSLMODE: 'disable' },
        ...{ DOT_CUTTER_ADMIN_DB_USER: superuser.user, DOT_CUTTER_ADMIN_DB_PASSWORD: superuser.password },
        ...loginSettings('EXEC', 'cutter_exec'),
        ...loginSettings('VERIFY', 'cutter_verify'),
        ...loginSettings('BACKUP', 'cutter_backup'),
      },
    });
    if (code !== 0) throw new Error(`db init ended with ${code}: ${output}`);
  };
  await init();
  const root = openPostgresAdmin({ ...settings, admin: superuser });
  await foundDeployment(root, { signers: [await sovereign()] });
  const db = openPostgres(settings);
  const clients: pg.Client[] = [];
  const standing = new Map<Thief, pg.Client>();
  const login = async (role: Thief, where: string): Promise<pg.Client> => {
    const client = new pg.Client({ host, port, database: where, ...loginOf(role) });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const connect = async (role: Thief, elsewhere = database): Promise<pg.Client> => {
    const client = await login(role, elsewhere);
    clients.push(client);
    return client;
  };
  const hangUp = async (): Promise<void> => {
    for (const client of clients.splice(0)) await client.end().catch(() => {});
  };
  return {
    ...{ name: 'PostgreSQL', db, root, connect, hangUp },
    prepared: await prepare(db),
    async as(role, work) {
      const client = standing.get(role) ?? (await login(role, database));
      standing.set(role, client);
      let committed = false;
      try {
        await client.query('BEGIN');
        const result = await work(sessionOf(client));
        const { command } = await client.query('COMMIT');
        committed = true;
        if (command !== 'COMMIT') throw new Error('the transaction had failed before its COMMIT');
        return result;
      } finally {
        // What a committed transaction has set for its session goes too; a session that was ended is not used again.
        try {
          await client.query(committed ? 'DISCARD ALL' : 'ROLLBACK');
        } catch {
          standing.delete(role);
          await client.end().catch(() => {});
        }
      }
    },
    async dump() {
      const place = ['--host', host, '--port', String(port), '--username', 'cutter_backup', '--no-password'];
      await promisify(execFile)(join(binaries, 'pg_dump'), [...place, '--file=/dev/null', database], {
        env: { PGPASSWORD: PASSWORDS.cutter_backup },
      });
    },
    resetLogins: init,
    async close() {
      await hangUp();
      for (const client of standing.values()) await client.end();
      await Promise.all([db.close(), root.close()]);
      await server.stop();
    },
  };
}

function loginSettings(name: string, role: Thief): Record<string, string> {
  const { user, password } = loginOf(role);
  return { [`DOT_CUTTER_${name}_DB_USER`]: user, [`DOT_CUTTER_${name}_DB_PASSWORD`]: password };
}

export function sessionOf(client: pg.Client): Session {
  return {
    query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
      (await client.query(text, [...parameters])).rows as Row[],
  };
}

export async function embeddedStage(): Promise<Stage> {
  const pglite: PGlite = await governedPglite();
  const db = openEmbedded(pglite);
  await foundDeployment(db, { signers: [await sovereign()] });
  return {
    ...{ name: 'PGlite', db, root: db },
    prepared: await prepare(db),
    as: (role, work) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(`SET LOCAL ROLE ${role}`);
        return work({
          query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
            (await transaction.query<Row>(text, [...parameters])).rows,
        });
      }),
    connect() {
      throw new Error('an embedded database has one session');
    },
    async dump() {
      await dumpEmbedded(pglite);
    },
    async hangUp() {},
    async resetLogins() {},
    close: () => pglite.close(),
  };
}

const CONTENTS = TABLES.map(
  (table) =>
    `SELECT '${table}' || coalesce(md5(string_agg(row::text, '|' ORDER BY row::text)), '') AS one FROM ${table} AS row`,
).join(' UNION ALL ');

export interface Sight {
  /** Every row of every table, in one digest: equal means that nothing at all was written. */
  readonly contents: unknown;
  /** What is in force, text by text. */
  readonly inForce: unknown;
  /** What `db check` says of privileges, settings and foreign objects; it compares definitions at the end of each kind. */
  readonly noticed: readonly string[];
}

const IN_FORCE = `
  SELECT unit.document_id, unit.key, held.id, held.title, held.sha256 FROM public.information_unit AS unit
    JOIN public.unit_version AS held ON held.unit_id = unit.id
   WHERE held.status = 'enacted' OR unit.lifecycle_status = 'enacted' ORDER BY held.id`;

export async function look({ root }: Stage): Promise<Sight> {
  return root.admin(async (writer) => {
    const contents = await writer.query(
      `SELECT string_agg(one, ' ' ORDER BY one) AS contents FROM (${CONTENTS}) AS every`,
    );
    const inForce = await writer.query(IN_FORCE);
    const { deviations } = await probeGrants(writer);
    const named = deviations.map(({ kind, role, privilege, object }) =>
      [kind, role, privilege, object].join(' '),
    );
    const traces = (await findTraces(writer)).map((object) => `unexpected ${object}`);
    return { contents, inForce, noticed: [...named, ...traces].sort() };
  });
}
