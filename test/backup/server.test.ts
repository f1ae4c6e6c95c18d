import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { decrypt, readMessage } from 'openpgp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BackupRequest, takeBackup } from '../../src/backup/backup.ts';
import { type Connection, withClient } from '../../src/backup/connection.ts';
import { tableContents } from '../../src/backup/content.ts';
import { fromPostgres } from '../../src/backup/dump.ts';
import { type Encryptor, openpgpJs } from '../../src/backup/encrypt.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { selftest } from '../../src/backup/selftest.ts';
import { versionOf } from '../../src/backup/tool.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { readTools } from '../../src/deployment/config.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { startPostgres } from '../support/postgres.ts';
import { leaveOut, onlyWhere } from '../support/skip.ts';
import { keyFile, makeKey, type TestKey } from './keys.ts';

const run = promisify(execFile);
const TOOLS = readTools(process.env);
const server = await startPostgres();
const gpgVersion = await versionOf('gpg', TOOLS);
const encryptors: Encryptor[] = [
  ...(gpgVersion ? [{ tool: 'gpg' as const, version: gpgVersion }] : []),
  openpgpJs(),
];
// Characters that mean something in a .pgpass file, in a URL and in a shell.
const READER = { user: 'backup_reader', password: `p:w\\d %'"@$(x)` };

afterAll(() => server?.stop());

/** A self-signed certificate for 127.0.0.1 and for no name, readable by the user that the server runs as. */
async function makeCertificate(folder: string) {
  const [certificate, privateKey] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', privateKey, '-out', certificate];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]);
  if (process.getuid?.() === 0) await run('chown', ['-R', 'postgres', folder]);
  return { certificate, privateKey };
}

describe('a backup of a PostgreSQL server', onlyWhere(server, 'PostgreSQL absent'), () => {
  let governed: string;
  let key: TestKey;
  let directory: string;
  let gpgHome: string;

  beforeAll(async () => {
    key = await makeKey({}, new Date());
    governed = (await server?.createDatabase()) ?? '';
    await query(`
      CREATE ROLE backup_reader LOGIN PASSWORD '${READER.password.replaceAll("'", "''")}' IN ROLE pg_read_all_data;
      CREATE ROLE backup_writer;
      CREATE SCHEMA cutter_governance;
      CREATE TABLE public.unit (id bigserial PRIMARY KEY, body text, at timestamptz DEFAULT now(), raw bytea, f float8);
      CREATE TABLE cutter_governance.fact (run_id text UNIQUE, fact jsonb);
      GRANT INSERT ON public.unit TO backup_writer;
      ALTER TABLE cutter_governance.fact OWNER TO backup_writer;
      INSERT INTO cutter_governance.fact VALUES ('run', '{"a": [1, null]}');
      INSERT INTO public.unit (body, raw, f)
        SELECT E'Điều ' || n || E'.\\n\\\\restrict x\\t' || repeat(md5(n::text), 20), decode(md5(n::text), 'hex'), random()
          FROM generate_series(1, 60000) n`);
    gpgHome = await mkdtemp(join(tmpdir(), 'countersign-gpg-'));
    if (gpgVersion) {
      await writeFile(join(gpgHome, 'key.asc'), key.armoredPrivate);
      await run('gpg', ['--homedir', gpgHome, '--batch', '--import', join(gpgHome, 'key.asc')]);
    }
  });
  afterAll(async () => {
    if (gpgVersion) await run('gpgconf', ['--homedir', gpgHome, '--kill', 'all']);
    await rm(gpgHome, { recursive: true, force: true });
    await server?.dropDatabase(governed);
    await server?.query('postgres', 'DROP ROLE backup_reader; DROP ROLE backup_writer');
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-test-'));
    return () => rm(directory, { recursive: true, force: true });
  });

  function query(text: string, database = governed) {
    return server?.query(database, text) ?? [];
  }

  function connection(overrides: Partial<Connection> = {}): Connection {
    const { host = '', port = 0 } = server ?? {};
    return {
      ...{ host, port, database: governed, sslMode: 'disable', sslRootCertificate: undefined, login: READER },
      ...overrides,
    };
  }

  function maintenance(database = 'postgres'): Connection {
    return connection({ database, login: server?.superuser ?? READER });
  }

  function request(overrides: Partial<BackupRequest> = {}): BackupRequest {
    const source = fromPostgres(connection(), TOOLS);
    return { runId: 'run', directory, recipient: key.backupKey, source, now: () => new Date(), ...overrides };
  }

  function contents(database: string) {
    return withClient(maintenance(database), async (client) => {
      await client.query('BEGIN READ ONLY');
      return tableContents(client);
    });
  }

  async function whyNot(backup: Promise<unknown>): Promise<string> {
    const error = await backup.then(
      () => ({ code: 'taken', detail: '' }),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'incomplete_backup' });
    expect(error.message).not.toContain(READER.password);
    return error.detail;
  }

  /** The tools with a pg_dump in front of them whose output goes through a shell's hands. */
  async function pretending(hands: string): Promise<typeof TOOLS> {
    const folder = join(directory, 'tools');
    await mkdir(folder);
    const path = join(folder, 'pg_dump');
    await writeFile(
      path,
      `#!/bin/sh\nPATH='${TOOLS.PATH}'\n[ "$1" = --version ] && exec pg_dump --version\npg_dump "$@" | ${hands}\n`,
    );
    await chmod(path, 0o755);
    return { ...TOOLS, PATH: `${folder}:${TOOLS.PATH}` };
  }

  /** The processes that this one started, by name. */
  async function childrenNamed(name: string): Promise<number[]> {
    const { stdout } = await run('pgrep', ['-P', String(process.pid), '-x', name]).catch(() => ({
      stdout: '',
    }));
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  async function killWhenWriting(name: string): Promise<void> {
    const path = join(directory, 'run.sql.gpg.partial');
    while (((await stat(path).catch(() => undefined))?.size ?? 0) < 1 << 20) await sleep(1);
    for (const pid of await childrenNamed(name)) process.kill(pid, 'SIGKILL');
  }

  describe.each(encryptors)('through $tool', (encryptor) => {
    it('decrypts to a dump that psql restores to the same content', async () => {
      const envelope = await takeBackup(request({ encryptor }));
      expect(envelope.encryption.tool).toBe(encryptor.tool);
      const tools = encryptor.tool === 'gpg' ? ['pg_dump', 'gpg'] : ['pg_dump'];
      expect(envelope.processes).toEqual(tools.map((tool) => ({ tool, exit_code: 0, stderr: '' })));
      const binaryMessage = await readFile(join(directory, envelope.path));
      const message = await readMessage({ binaryMessage });
      const { data } = await decrypt({ message, decryptionKeys: key.privateKey, format: 'binary' });
      const copy = (await server?.createDatabase()) ?? '';
      await writeFile(join(directory, 'dump.sql'), data);
      const url = server?.url(copy) ?? '';
      await run('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-f', join(directory, 'dump.sql'), url]);
      expect(await contents(copy)).toEqual(await contents(governed));
      await server?.dropDatabase(copy);
    });

    it('is refused when the dump ends early, with exit 0', async () => {
      const tools = await pretending('head -c 20000');
      const source = fromPostgres(connection(), tools);
      expect(await whyNot(takeBackup(request({ encryptor, source })))).toContain(
        'the dump ended before its last line: it is not whole',
      );
      expect(await readdir(directory)).toEqual(['tools']);
    });

    it('is given up when the dump stands still', async () => {
      const tools = await pretending('head -c 20000; exec sleep 600');
      const source = fromPostgres(connection(), tools);
      const why = await whyNot(takeBackup(request({ encryptor, source, stallMs: 1500 })));
      expect(why).toMatch(/^pg_dump.* stood still for 2 s and were ended/);
      expect(await childrenNamed('pg_dump')).toEqual([]);
      expect(await readdir(directory)).toEqual(['tools']);
    });

    it('takes the last line of an older pg_dump, which restricts nothing, for one', async () => {
      const tools = await pretending("sed '/^.unrestrict /d'");
      const envelope = await takeBackup(request({ encryptor, source: fromPostgres(connection(), tools) }));
      expect(envelope.bytes).toBeGreaterThan(20_000);
    });

    it('proves itself by a restore, compared with the same snapshot', async () => {
      const writing = query(`INSERT INTO public.unit (body) SELECT 'late' FROM pg_sleep(0.4)`);
      const envelope = await takeBackup(request({ encryptor, proof: { maintenance: maintenance() } }));
      await writing;
      await query(`DELETE FROM public.unit WHERE body = 'late'`);
      expect(envelope.proof?.tables.map(({ name }) => name)).toEqual([
        'cutter_governance.fact',
        'public.unit',
      ]);
      const scratch = await query(`SELECT 1 FROM pg_database WHERE datname LIKE 'countersign_proof_%'`);
      expect(scratch).toEqual([]);
    });

    it('leaves no file and no scratch database when the restore of the proof fails half-way', async () => {
      await query(`CREATE ROLE limited LOGIN CREATEDB PASSWORD 'limited';
        CREATE FUNCTION public.odd() RETURNS int LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_call_handler'`);
      const limited = connection({ database: 'postgres', login: { user: 'limited', password: 'limited' } });
      const why = await whyNot(takeBackup(request({ encryptor, proof: { maintenance: limited } })));
      expect(why).toMatch(/psql exited 3: .*permission denied for language c/s);
      expect(await readdir(directory)).toEqual([]);
      expect(await query(`SELECT 1 FROM pg_database WHERE datname LIKE 'countersign_proof_%'`)).toEqual([]);
      await query('DROP FUNCTION public.odd(); DROP ROLE limited');
    });

    it('leaves no file when pg_dump is killed', async () => {
      const [why] = await Promise.all([
        whyNot(takeBackup(request({ encryptor }))),
        killWhenWriting('pg_dump'),
      ]);
      expect(why).toContain('pg_dump was killed by SIGKILL');
      expect(await readdir(directory)).toEqual([]);
    });

    it('leaves no file when the server ends the connection of pg_dump', async () => {
      const end = async () => {
        const path = join(directory, 'run.sql.gpg.partial');
        while (((await stat(path).catch(() => undefined))?.size ?? 0) < 1 << 20) await sleep(1);
        await query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign backup'`,
        );
      };
      const [why] = await Promise.all([whyNot(takeBackup(request({ encryptor }))), end()]);
      expect(why).toMatch(/pg_dump exited 1: .*(terminating|closed the) connection/s);
      expect(await readdir(directory)).toEqual([]);
    });

    it('leaves no file when the disk is full', async () => {
      // Compressible rows: 1 MB in the database, 60 MB in the dump, so that only the disk itself can stop it.
      const squeezed = (await server?.createDatabase()) ?? '';
      await query(`CREATE TABLE t AS SELECT repeat('x', 2000000) AS x FROM generate_series(1, 30)`, squeezed);
      const mounted = join(directory, 'small');
      await mkdir(mounted);
      try {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', mounted]);
      } catch {
        return leaveOut('mounting not permitted');
      }
      try {
        const source = fromPostgres(connection({ database: squeezed }), TOOLS);
        const why = await whyNot(takeBackup(request({ encryptor, source, directory: mounted })));
        expect(why).toMatch(/no space left on device/i);
        expect(await readdir(mounted)).toEqual([]);
      } finally {
        await run('umount', [mounted]);
        await server?.dropDatabase(squeezed);
      }
    });
  });

  it(
    'leaves no file when gpg is killed, and pg_dump does not hang',
    onlyWhere(gpgVersion, 'gpg absent'),
    async () => {
      const [why] = await Promise.all([whyNot(takeBackup(request())), killWhenWriting('gpg')]);
      expect(why).toContain('gpg was killed by SIGKILL');
      expect(await readdir(directory)).toEqual([]);
      expect(await childrenNamed('pg_dump')).toEqual([]);
    },
  );

  it('is not tried when the database would not fit', async () => {
    const mounted = join(directory, 'tiny');
    await mkdir(mounted);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mounted]);
    } catch {
      return leaveOut('mounting not permitted');
    }
    try {
      expect(await whyNot(takeBackup(request({ directory: mounted })))).toMatch(
        /has \d+ MiB free .* may need/,
      );
    } finally {
      await run('umount', [mounted]);
    }
  });

  it('stops with the reason, and without the password, when the login is wrong', async () => {
    const source = fromPostgres(connection({ login: { ...READER, password: 'wrong' } }), TOOLS);
    expect(await whyNot(takeBackup(request({ source })))).toContain('password authentication failed');
  });

  it('speaks TLS only to the server that the root certificate vouches for', async () => {
    const tls = await mkdtemp(join(tmpdir(), 'countersign-tls-'));
    const made = await makeCertificate(tls).catch(() => leaveOut('openssl absent'));
    if (process.env['TEST_DATABASE_URL']) return leaveOut('a server given by TEST_DATABASE_URL');
    await query(`ALTER SYSTEM SET ssl_cert_file = '${made.certificate}'`);
    await query(`ALTER SYSTEM SET ssl_key_file = '${made.privateKey}'`);
    await query('ALTER SYSTEM SET ssl = on');
    await query('SELECT pg_reload_conf()');
    const through = (sslMode: Connection['sslMode'], overrides: Partial<Connection> = {}) => {
      const secured = connection({ sslMode, sslRootCertificate: made.certificate, ...overrides });
      return takeBackup(request({ runId: sslMode, source: fromPostgres(secured, TOOLS) }));
    };
    try {
      expect((await through('verify-full')).dump.tool).toBe('pg_dump');
      expect((await through('verify-ca', { host: 'localhost' })).dump.tool).toBe('pg_dump');
      await rm(join(directory, 'verify-full.envelope.json'));
      expect(await whyNot(through('verify-full', { host: 'localhost' }))).toContain('localhost');
      const stranger = (await makeCertificate(directory)).certificate;
      expect(await whyNot(through('verify-full', { sslRootCertificate: stranger }))).toContain('certificate');
    } finally {
      await query('ALTER SYSTEM SET ssl = off');
      await query('SELECT pg_reload_conf()');
      await rm(tls, { recursive: true });
    }
  });

  it('stops when the login may not read everything', async () => {
    await query(`CREATE ROLE blind LOGIN PASSWORD 'blind'`);
    const source = fromPostgres(connection({ login: { user: 'blind', password: 'blind' } }), TOOLS);
    expect(await whyNot(takeBackup(request({ source })))).toContain('permission denied');
    await query('DROP ROLE blind');
  });

  it('stops when the file turns out to be encrypted to another key', async () => {
    const other = await makeKey({}, new Date());
    const recipient = { ...key.backupKey, publicKey: other.backupKey.publicKey };
    expect(await whyNot(takeBackup(request({ recipient })))).toContain(`not only to ${key.fingerprint}`);
    expect(await readdir(directory)).toEqual([]);
  });

  it('shows the password on no command line', async () => {
    const seen: string[] = [];
    const watch = async () => {
      while (!seen.some((line) => line.includes('--no-password'))) {
        for (const name of ['pg_dump', 'gpg'])
          for (const pid of await childrenNamed(name))
            seen.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
      }
    };
    await Promise.all([takeBackup(request()), watch()]);
    expect(seen.join('\n')).toContain('--no-password');
    expect(seen.join('\n')).not.toContain(READER.password);
  });

  it('passes its selftest, which leaves nothing behind', async () => {
    const checks = await selftest({
      source: fromPostgres(connection(), TOOLS),
      directory,
      keyFiles: [keyFile(key.armoredPublic)],
      fingerprint: key.fingerprint,
      now: new Date(),
    });
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual(
      ['dump', 'encryption', 'key', 'directory', 'pipe', 'recipient'].map((name) => [name, true]),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('fails its selftest, saying which part, when the key is missing and the login is wrong', async () => {
    const checks = await selftest({
      source: fromPostgres(connection({ login: { ...READER, password: 'wrong' } }), TOOLS),
      directory,
      keyFiles: [],
      fingerprint: key.fingerprint,
      now: new Date(),
    });
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['dump', 'key']);
  });

  describe('brought back', onlyWhere(gpgVersion, 'gpg absent'), () => {
    const restore = async (path: string, into: string, production: Connection | undefined = undefined) =>
      restoreBackup({
        verification: await verifyBackup(path),
        into: maintenance(into),
        production,
        allowProduction: false,
        tools: TOOLS,
        gpgEnvironment: { GNUPGHOME: gpgHome },
      });

    it('equals the proof in its envelope', async () => {
      const envelope = await takeBackup(request({ proof: { maintenance: maintenance() } }));
      const copy = (await server?.createDatabase()) ?? '';
      const restored = await restore(join(directory, envelope.path), copy);
      expect(restored.differences).toEqual([]);
      expect(restored.tables).toEqual(await contents(governed));
      await server?.dropDatabase(copy);
    });

    it('is refused into production, into a database with content, and from a file that does not verify', async () => {
      const { path } = await takeBackup(request());
      const file = join(directory, path);
      const copy = (await server?.createDatabase()) ?? '';
      const elsewhere = connection({ host: 'localhost' });
      expect(await whyNot(restore(file, governed, elsewhere))).toContain('is the production database');
      expect(await whyNot(restore(file, governed))).toContain('is not empty');
      await writeFile(file, (await readFile(file)).subarray(0, -1));
      expect(await whyNot(restore(file, copy))).toContain('does not verify');
      expect(await contents(copy)).toEqual([]);
      await server?.dropDatabase(copy);
    });

    it('leaves the target untouched when gpg finds the message forged at its very end', async () => {
      const envelope = await takeBackup(request());
      const file = join(directory, envelope.path);
      const bytes = await readFile(file);
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
      await writeFile(file, bytes);
      await writeFile(
        join(directory, 'run.envelope.json'),
        JSON.stringify({ ...envelope, sha256: sha256(bytes) }),
      );
      const copy = (await server?.createDatabase()) ?? '';
      expect(await whyNot(restore(file, copy))).toMatch(/gpg exited 2/);
      expect(await contents(copy)).toEqual([]);
      await server?.dropDatabase(copy);
    });
  });
});
