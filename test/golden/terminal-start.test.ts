// What `countersign start` says when it cannot start: each fault by itself, from the real server, port, file or App that
// gives it, and several at once. One line of what, one of what to do, exit 2, no stack.
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecorderKeyFile } from '../../src/deployment/recorder-key-file.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { makeKey, placeKey } from '../../src/local/throwaway-keys.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../standin/src/server.ts';
import { type RealBackend, realBackend, type TestDatabase } from '../governed/fixture.ts';
import { runCommand } from '../support/site.ts';
import { onlyWhere } from '../support/skip.ts';
import { type Shown, screens } from './screen.ts';

const TEST_MS = 900_000;
const backend: RealBackend | null = await realBackend();

describe('what a start says that cannot be', onlyWhere(backend, 'PostgreSQL absent'), () => {
  const real = backend as RealBackend;
  const dumper = { user: 'cutter_backup', password: 'dumps-only-for-tests' };
  const closing: (() => Promise<unknown>)[] = [];
  let directory: string;
  let database: TestDatabase;
  let environment: Record<string, string>;
  let settings: Record<string, unknown>;
  let app: StandInOptions['app'];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-start-'));
    database = await real.open();
    await database.root.admin((writer) => setPasswords(writer, { cutter_backup: dumper }));
    const place = database.settings ?? expect.fail('a real database has settings');
    const madeAt = new Date(Date.now() - 24 * 3600 * 1000);
    const keys = { sovereign: await makeKey('Sovereign', madeAt), backup: await makeKey('Backup', madeAt) };
    for (const name of ['sovereign', 'backup'] as const)
      await placeKey(keys[name], join(directory, 'keys', name));
    await makeRecorderKeyFile(join(directory, 'recorder.key'));
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    app = {
      ...{ id: 7, slug: 'countersign', webhookUrl: null, webhookSecret: 'x'.repeat(32) },
      publicKeyPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
    settings = {
      repository: 'town/governance',
      deployment: 'town',
      targets: [{ document_id: 'charter', path: 'documents/charter.md' }],
      reviewers: ['ada'],
    };
    environment = {
      PATH: `${real.server.binaries}:${process.env['PATH']}`,
      APP_ID: '7',
      PRIVATE_KEY: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      WEBHOOK_SECRET: 'x'.repeat(32),
      GITHUB_API_URL: (await town({})).apiUrl,
      PORT: '0',
      SOVEREIGN_GPG_FPR: keys.sovereign.fingerprint,
      SOVEREIGN_KEY_DIR: join(directory, 'keys', 'sovereign'),
      BACKUP_GPG_FPR: keys.backup.fingerprint,
      BACKUP_KEY_DIR: join(directory, 'keys', 'backup'),
      BACKUP_DIR: join(directory, 'backups'),
      RECORDER_KEY_PATH: join(directory, 'recorder.key'),
      DOT_CUTTER_DB_HOST: place.host,
      DOT_CUTTER_DB_PORT: String(place.port),
      DOT_CUTTER_DB_NAME: place.database,
      DOT_CUTTER_DB_SSLMODE: 'disable',
      DOT_CUTTER_EXEC_DB_USER: place.exec.user,
      DOT_CUTTER_EXEC_DB_PASSWORD: place.exec.password,
      DOT_CUTTER_VERIFY_DB_USER: place.verify.user,
      DOT_CUTTER_VERIFY_DB_PASSWORD: place.verify.password,
      DOT_CUTTER_BACKUP_DB_USER: dumper.user,
      DOT_CUTTER_BACKUP_DB_PASSWORD: dumper.password,
      DATABASE_URL: real.server.url(await real.server.createDatabase()),
    };
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await database.close();
    await real.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** A GitHub of its own, whose App or clock is another. */
  async function town(options: {
    app?: Partial<StandInOptions['app']>;
    clock?: () => Date;
  }): Promise<StandIn> {
    const standIn = await startStandIn({
      directory: await mkdtemp(join(directory, 'github-')),
      clock: options.clock ?? (() => new Date()),
      app: { ...app, ...options.app },
      users: [{ login: 'ada', token: 'a-token-of-a-test', admin: true }],
    });
    closing.push(() => standIn.close());
    const files = { 'documents/charter.md': '# Charter\n' };
    await standIn.createRepository({ owner: 'town', name: 'governance', files, message: 'Adopt' });
    return standIn;
  }

  const shown: Shown[] = [];
  async function started(
    fault: string,
    changed: { env?: Record<string, string>; config?: Record<string, unknown> },
  ): Promise<string> {
    await writeFile(
      join(directory, 'orchestrator.config.json'),
      JSON.stringify({ ...settings, ...changed.config }),
    );
    const screen = await runCommand(['start'], {
      directory,
      environment: { ...environment, ...changed.env },
    });
    expect(screen.output, fault).not.toMatch(/^ +at .+:\d+:\d+\)?$/m);
    expect(screen.code, `${fault}: ${screen.output}`).toBe(2);
    shown.push({ command: `start   # ${fault}`, ...screen });
    return screen.output;
  }

  it('of each of them', { timeout: TEST_MS }, async () => {
    const { server } = real;
    const [, other] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const tooFew = await town({ app: { permissions: { contents: 'read' }, events: ['push'] } });
    const wrongClock = await town({ clock: () => new Date(Date.now() + 3600_000) });
    const taken = createServer((socket) => {
      closing.unshift(async () => socket.destroy());
    });
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => taken.close(resolve)));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const tools = join(directory, 'old-tools');
    await mkdir(tools);
    await writeFile(join(tools, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 13.1"\n');
    await chmod(join(tools, 'pg_dump'), 0o755);
    const empty = await server.createDatabase();
    const { publicKey: ended } = await generateKey({
      ...({ type: 'ecc', curve: 'ed25519Legacy', format: 'object' } as const),
      userIDs: [{ name: 'Former Sovereign' }],
      date: new Date(Date.now() - 48 * 3600_000),
      keyExpirationTime: 3600,
    });
    await mkdir(join(directory, 'keys', 'ended'));
    await writeFile(join(directory, 'keys', 'ended', 'ended.asc'), ended.armor());
    const governed = environment['DOT_CUTTER_DB_NAME'] ?? '';

    await started('the App is not installed', { config: { repository: 'town/elsewhere' } });
    await started('the private key of another App', {
      env: { PRIVATE_KEY: other?.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() ?? '' },
    });
    await started('GitHub out of reach', { env: { GITHUB_API_URL: 'http://127.0.0.1:1' } });
    await started('permissions and events too few', { env: { GITHUB_API_URL: tooFew.apiUrl } });
    await started("GitHub's clock an hour ahead", { env: { GITHUB_API_URL: wrongClock.apiUrl } });
    await started('servers that take a connection and say nothing', {
      env: {
        GITHUB_API_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: `postgres://bot:hidden-word@127.0.0.1:${port}/state`,
        DOT_CUTTER_DB_PORT: port,
      },
    });
    await started('a port that is taken', { env: { PORT: port } });
    await started('a state database that is not there', { env: { DATABASE_URL: server.url('absent') } });
    await started('no server at DATABASE_URL', {
      env: { DATABASE_URL: 'postgres://bot:hidden-word@127.0.0.1:1/state' },
    });
    await started('a wrong password in DATABASE_URL', {
      env: { DATABASE_URL: server.url('postgres', { user: 'postgres', password: 'hidden-word' }) },
    });
    await started('a state server without TLS', {
      env: { DATABASE_URL: `${environment['DATABASE_URL']}?sslmode=verify-full` },
    });
    await started('a governed server without TLS', { env: { DOT_CUTTER_DB_SSLMODE: 'verify-full' } });
    await started('one database for both', { env: { DATABASE_URL: server.url(governed) } });
    await started('one database for both, by another name of the server', {
      env: { DATABASE_URL: server.url(governed).replace('127.0.0.1', 'localhost') },
    });
    await started('the login of another role', {
      env: {
        DOT_CUTTER_EXEC_DB_USER: server.superuser.user,
        DOT_CUTTER_EXEC_DB_PASSWORD: server.superuser.password,
      },
    });
    await started('no governed database of that name', { env: { DOT_CUTTER_DB_NAME: empty } });
    await started('a threshold that nobody can meet', {
      config: { policy: { thresholds: { SG_1_cut_authz: 3 } } },
    });
    await started('an unknown profile, one document and one path twice', {
      config: {
        targets: [
          { document_id: 'charter', path: 'documents/charter.md', profile: 'klingon' },
          { document_id: 'statute', path: 'documents/charter.md' },
          { document_id: 'Charter', path: 'documents/other.md' },
        ],
      },
    });
    await started('a pinned key that has ended', {
      env: { SOVEREIGN_GPG_FPR: ended.getFingerprint(), SOVEREIGN_KEY_DIR: join(directory, 'keys', 'ended') },
    });
    await started('no backup key', { env: { BACKUP_KEY_DIR: join(directory, 'keys', 'sovereign') } });
    await started('a pg_dump that is too old', { env: { PATH: `${tools}:${environment['PATH']}` } });
    await server.query(governed, 'ALTER ROLE cutter_exec SUPERUSER');
    await started('a role that is a superuser', {});
    await server.query(governed, 'ALTER ROLE cutter_exec NOSUPERUSER');
    const all = await started('several at once', {
      config: { repository: 'town/elsewhere' },
      env: {
        PORT: port,
        DATABASE_URL: server.url('absent'),
        DOT_CUTTER_DB_SSLMODE: 'require',
        BACKUP_KEY_DIR: join(directory, 'keys', 'sovereign'),
      },
    });
    expect(all.match(/^ {2}- /gm)).toHaveLength(6);
    expect(shown.map(({ output }) => output).join()).not.toContain('hidden-word');

    const replaced = new Map([
      [directory, '<here>'],
      [port, '<port>'],
      [governed, '<database>'],
      [empty, '<empty>'],
      [String(real.server.port), '<server port>'],
      [environment['GITHUB_API_URL']?.replace('/api/v3', '') ?? '', 'http://127.0.0.1:<port>'],
    ]);
    await expect(screens('countersign start', shown, { replaced, alive: true })).toMatchFileSnapshot(
      '10-terminal-start.txt',
    );
  });
});
