// What a backup costs: wall time and peak memory of this process, against the shell pipeline that does the same.
// Every figure of one run comes from one database on one machine, the contenders taking turns.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateKey } from 'openpgp';
import { takeBackup } from '../src/backup/backup.ts';
import { type Connection, connectionEnvironment } from '../src/backup/connection.ts';
import { fromPostgres } from '../src/backup/dump.ts';
import { openpgpJs } from '../src/backup/encrypt.ts';
import { readBackupKey } from '../src/backup/key.ts';
import { versionOf } from '../src/backup/tool.ts';
import { readTools } from '../src/deployment/config.ts';
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const SMALL_MB = 200;
const MIB = 1 << 20;

interface Setting {
  readonly connection: Connection;
  readonly directory: string;
  readonly keyPath: string;
  readonly fingerprint: string;
}

interface Cost {
  readonly ms: number;
  /** Resident memory of the Node process with everything loaded, and at its peak; undefined for the shell. */
  readonly loadedMib?: number;
  readonly peakMib?: number;
}

/** Prints one line for each contender and size. `BENCH_BACKUP_MB` is the size of the large database (default 500). */
export async function benchBackup(): Promise<void> {
  const server = await startPostgres();
  if (!server || !(await versionOf('gpg', readTools(process.env))))
    return console.log('backup: needs PostgreSQL and gpg; not measured');
  const directory = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  try {
    const key = await generateKey({
      userIDs: [{ name: 'bench' }],
      date: new Date(Date.now() - 3_600_000),
      format: 'object',
    });
    const keyPath = join(directory, 'key.gpg');
    await writeFile(keyPath, key.publicKey.write());
    const fingerprint = key.publicKey.getFingerprint().toUpperCase();
    for (const megabytes of [SMALL_MB, Number(process.env['BENCH_BACKUP_MB'] ?? 500)]) {
      const connection = await fill(server, megabytes);
      await compare({ megabytes, connection, directory, keyPath, fingerprint });
      await server.dropDatabase(connection.database);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
    await server.stop();
  }
}

/** Rows of about 1 kB that neither TOAST nor gpg can compress. */
async function fill(server: TestPostgres, megabytes: number): Promise<Connection> {
  const database = await server.createDatabase();
  await server.query(
    database,
    `CREATE TABLE unit AS SELECT n, now() AS at, (SELECT string_agg(md5(n || '/' || i), '') FROM generate_series(1, 30) AS i) AS body
       FROM generate_series(1, ${megabytes * 1000}) AS n`,
  );
  const { host, port, superuser } = server;
  return { host, port, database, sslMode: 'disable', sslRootCertificate: undefined, login: superuser };
}

async function compare({ megabytes, ...setting }: Setting & { megabytes: number }): Promise<void> {
  const costs: Record<string, Cost[]> = { shell: [], gpg: [], 'openpgp.js': [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    costs['shell']?.push(await measureShell(setting));
    costs['gpg']?.push(await measureOurs('gpg', setting));
    costs['openpgp.js']?.push(await measureOurs('openpgp.js', setting));
  }
  const baseline = best(costs['shell'] ?? []);
  for (const [name, measured] of Object.entries(costs)) {
    const { ms, loadedMib, peakMib } = best(measured);
    const memory =
      peakMib && loadedMib ? `, peak ${peakMib} MiB (${peakMib - loadedMib} over the idle process)` : '';
    console.log(
      `backup of ${megabytes} MB, ${name}: ${(ms / 1000).toFixed(2)} s = ${(ms / baseline.ms).toFixed(2)} x shell${memory}`,
    );
  }
}

/** The round that was disturbed least by whatever else the machine did. */
function best(costs: readonly Cost[]): Cost {
  return costs.toSorted((a, b) => a.ms - b.ms)[0] ?? { ms: Number.NaN };
}

/** Hashed by openssl where there is one: sha256sum, without the processor's SHA instructions, takes six times as long. */
const PIPELINE = `
  set -o pipefail
  hash() { if command -v openssl >/dev/null; then openssl dgst -sha256 "$1"; else sha256sum "$1"; fi; }
  pg_dump | gpg --batch --no-options --homedir "$1" --trust-model always --recipient-file "$2" \\
    --compress-algo none --encrypt --output "$3" && hash "$3"`;

async function measureShell({ connection, directory, keyPath }: Setting): Promise<Cost> {
  const { PATH = '' } = process.env;
  const env = { PATH, ...connectionEnvironment(connection, '15') };
  const target = await mkdtemp(join(directory, 'shell-'));
  const startedAt = performance.now();
  await run('bash', ['-c', PIPELINE, 'bash', target, keyPath, join(target, 'dump.sql.gpg')], { env });
  const ms = performance.now() - startedAt;
  await rm(target, { recursive: true });
  return { ms };
}

/** In a process of its own, so that its peak memory is nobody else's. The clock runs inside, as the bot is already up. */
async function measureOurs(tool: 'gpg' | 'openpgp.js', setting: Setting): Promise<Cost> {
  const { PATH = '' } = process.env;
  const env = { PATH, BENCH_SETTING: JSON.stringify({ tool, ...setting }) };
  const { stdout } = await run(process.execPath, [fileURLToPath(import.meta.url)], { env });
  return JSON.parse(stdout);
}

async function backUpAlone(): Promise<void> {
  const { tool, connection, directory, keyPath, fingerprint } = JSON.parse(
    process.env['BENCH_SETTING'] ?? '{}',
  );
  const files = [{ name: 'key.gpg', bytes: await readFile(keyPath) }];
  const recipient = await readBackupKey(files, { fingerprint, now: new Date() });
  const loadedMib = Math.round(process.memoryUsage.rss() / MIB);
  const target = await mkdtemp(join(directory, 'ours-'));
  const startedAt = performance.now();
  await takeBackup({
    runId: 'bench',
    directory: target,
    recipient,
    source: fromPostgres(connection, readTools(process.env)),
    now: () => new Date(),
    ...(tool === 'openpgp.js' && { encryptor: openpgpJs() }),
  });
  const ms = performance.now() - startedAt;
  const cost: Cost = { ms, loadedMib, peakMib: Math.round(process.resourceUsage().maxRSS / 1024) };
  await rm(target, { recursive: true });
  console.log(JSON.stringify(cost));
}

if (import.meta.main) await (process.env['BENCH_SETTING'] ? backUpAlone() : benchBackup());
