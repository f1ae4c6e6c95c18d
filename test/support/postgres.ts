// A throw-away PostgreSQL for tests: a cluster started from the installed binaries, or the server of TEST_DATABASE_URL.
// Logins use SCRAM passwords over loopback, as in production; nothing of it outlives `stop()`.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface TestLogin {
  readonly user: string;
  readonly password: string;
}

export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly superuser: TestLogin;
  /** Where pg_dump, psql and pg_restore of the same version are; undefined with TEST_DATABASE_URL and no binaries. */
  readonly binaries: string | undefined;
  /** A connection URL, by default as the superuser. It holds a password: never print it. */
  url(database: string, login?: TestLogin): string;
  /** Runs statements as the superuser. */
  query(database: string, text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** A fresh database and its name; from a template it costs a file copy. Nobody may be connected to the template. */
  createDatabase(options?: { readonly template?: string }): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster, or returns null after printing why there is none. */
export async function startPostgres(): Promise<TestPostgres | null> {
  const binaries = await findBinaries();
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return connectTo(new URL(given), binaries);
  if (!binaries) {
    console.warn(
      'notice: no PostgreSQL binaries in PATH or /usr/lib/postgresql and no TEST_DATABASE_URL: skipped',
    );
    return null;
  }
  return startCluster(binaries);
}

async function findBinaries(): Promise<string | undefined> {
  const installed = await readdir('/usr/lib/postgresql').catch(() => []);
  const newestFirst = installed.toSorted((a, b) => Number(b) - Number(a));
  const inPath = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const directory of [
    ...newestFirst.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...inPath,
  ]) {
    const found = await Promise.all([stat(join(directory, 'initdb')), stat(join(directory, 'pg_ctl'))]).catch(
      () => null,
    );
    if (found) return directory;
  }
  return undefined;
}

// Durability is pointless in a cluster that is thrown away, and compiling a query costs more than running it does here;
// everything else stays as a server has it.
const FOR_A_SHORT_LIFE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'jit=off'];

async function startCluster(binaries: string): Promise<TestPostgres> {
  const root = await mkdtemp(join(tmpdir(), 'countersign-pg-'));
  const data = join(root, 'data');
  const superuser = { user: 'postgres', password: randomBytes(18).toString('base64url') };
  const passwordFile = join(root, 'password');
  await writeFile(passwordFile, superuser.password, { mode: 0o600 });
  const asOwner = await unprivileged(root, passwordFile);

  await asOwner(join(binaries, 'initdb'), [
    ...['--pgdata', data, '--username', superuser.user, '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
  ]);
  const port = await freePort();
  const settings = [`-k ${root} -p ${port} -c listen_addresses=127.0.0.1`, ...FOR_A_SHORT_LIFE].join(' -c ');
  const control = join(binaries, 'pg_ctl');
  await asOwner(control, ['start', '--wait', '-D', data, '-l', join(root, 'server.log'), '-o', settings]);
  const copyFiles = Number(await readFile(join(data, 'PG_VERSION'), 'utf8')) >= 15;
  return {
    ...over({ host: '127.0.0.1', port, superuser, binaries }, { copyFiles }),
    async stop() {
      await asOwner(control, ['stop', '--wait', '-D', data, '-m', 'immediate']);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function connectTo(url: URL, binaries: string | undefined): TestPostgres {
  const superuser = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  const made = new Set<string>();
  const server = over({ host: url.hostname, port: Number(url.port || 5432), superuser, binaries });
  return {
    ...server,
    async createDatabase(options) {
      const name = await server.createDatabase(options);
      made.add(name);
      return name;
    },
    async stop() {
      for (const name of made) await server.dropDatabase(name);
    },
  };
}

function over(
  server: Pick<TestPostgres, 'host' | 'port' | 'superuser' | 'binaries'>,
  // By default a copy goes through the log, block by block, which costs three times as much.
  { copyFiles = false } = {},
): Omit<TestPostgres, 'stop'> {
  const url: TestPostgres['url'] = (database, login = server.superuser) =>
    `postgres://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@${server.host}:${server.port}/${database}`;
  const query: TestPostgres['query'] = async (database, text, parameters) => {
    const client = new pg.Client({ connectionString: url(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, parameters)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    ...server,
    url,
    query,
    async createDatabase({ template = 'template0' } = {}) {
      const name = `test_${randomBytes(6).toString('hex')}`;
      const strategy = copyFiles ? 'STRATEGY file_copy' : '';
      await query('postgres', `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8' ${strategy}`);
      return name;
    },
    async dropDatabase(name) {
      await query('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

type Runner = (program: string, parameters: readonly string[]) => Promise<unknown>;

// PostgreSQL refuses to run as root, so root hands the folder to another user and drops to it.
async function unprivileged(...paths: readonly string[]): Promise<Runner> {
  const [root = tmpdir()] = paths;
  if (process.getuid?.() !== 0) return (program, parameters) => run(program, [...parameters], { cwd: root });
  const owner = await idsOf('postgres').catch(() => ({ uid: 65_534, gid: 65_534 }));
  for (const path of paths) await chown(path, owner.uid, owner.gid);
  await chmod(root, 0o700);
  const drop = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--'];
  return (program, parameters) => run('setpriv', [...drop, program, ...parameters], { cwd: root });
}

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
