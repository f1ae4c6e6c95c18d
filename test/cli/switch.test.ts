// The two master switches by the real commands: off in both places, proved only where it is so, and given back.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writerOf } from '../../src/deployment/embedded-writes.ts';
import { setPasswords } from '../../src/governed/logins.ts';
import { readSwitch, switchOff, switchOn } from '../../src/governed/master-switch.ts';
import { openPostgresStore } from '../../src/store/store.ts';
import {
  BACKENDS,
  cut,
  databasesOf,
  type RealBackend,
  ready,
  realBackend,
  type TestDatabase,
  write,
} from '../governed/fixture.ts';
import { placePglite } from '../support/pglite.ts';
import { runCommand, type Screen } from '../support/site.ts';
import { leaveOut } from '../support/skip.ts';

const TEST_MS = 300_000;
const ADMIN = { user: 'workflow_admin', password: 'admin-only-for-tests' };
const NOBODY = 'postgres://nobody:none@127.0.0.1:1/none';

for (const [name, start] of BACKENDS) {
  describe(`the switch of the governed database (${name})`, () => {
    const open = databasesOf(start);

    it('stops the next write before its first statement, as well where the bot itself says yes', async () => {
      const { db, root } = await open();
      const run = await ready(db);
      let asked = 0;
      expect(await switchOff(db, { by: 'ada' })).toBe('off');
      const assertEnabled = async (): Promise<void> => {
        asked += 1;
      };
      await expect(write(db, run, assertEnabled)).rejects.toMatchObject({
        code: 'master_off',
        detail: 'the master switch of the governed database is off',
      });
      expect(asked).toBe(1);
      const found = await db.read('cutter_exec', readSwitch);
      expect(found).toMatchObject({ off: true, changedBy: 'ada', writing: [] });
      await root.admin((admin) => switchOn(admin, 'ada'));
      expect(await db.read('cutter_verify', readSwitch)).toMatchObject({ off: false });
      expect(await write(db, run)).toMatchObject({ cut_leg_a: { units: 4 } });
    });

    it('is asked for once more between the last statement and COMMIT, as the window is', async () => {
      const { db } = await open();
      const run = await ready(db);
      let asked = 0;
      await write(db, run, async () => {
        asked += 1;
      });
      const again = await open();
      const other = await ready(again.db);
      let left = asked - 1;
      const dying = write(again.db, other, async () => {
        left -= 1;
        if (left < 0) throw new Error('the window has closed');
      });
      await expect(dying).rejects.toThrow('the window has closed');
      const [row] = await again.root.admin((admin) =>
        admin.query<{ n: number }>('SELECT count(*)::int AS n FROM cutter_governance.cut_change_set'),
      );
      expect(row?.n).toBe(0);
    });
  });
}

describe('the commands, on servers', () => {
  let backend: RealBackend | null;
  let directory: string;
  beforeAll(async () => {
    backend = await realBackend();
    directory = await mkdtemp(join(tmpdir(), 'countersign-switch-'));
  });
  afterAll(async () => {
    await backend?.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const opened: TestDatabase[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });

  async function site() {
    if (!backend) return leaveOut('PostgreSQL absent');
    const database = await backend.open();
    opened.push(database);
    const { settings } = database;
    if (!settings) throw new Error('a real database has settings');
    await database.root.admin((admin) => setPasswords(admin, { workflow_admin: ADMIN }));
    const url = backend.server.url(await backend.server.createDatabase());
    const store = await openPostgresStore(url, () => undefined);
    await store.close();
    const environment: Record<string, string> = {
      DATABASE_URL: url,
      DOT_CUTTER_DB_HOST: settings.host,
      DOT_CUTTER_DB_PORT: String(settings.port),
      DOT_CUTTER_DB_NAME: settings.database,
      DOT_CUTTER_DB_SSLMODE: 'disable',
      DOT_CUTTER_EXEC_DB_USER: settings.exec.user,
      DOT_CUTTER_EXEC_DB_PASSWORD: settings.exec.password,
    };
    const admin = {
      DOT_CUTTER_ADMIN_DB_USER: ADMIN.user,
      DOT_CUTTER_ADMIN_DB_PASSWORD: ADMIN.password,
    };
    const run = (args: string, changed: Record<string, string | undefined> = {}): Promise<Screen> => {
      const merged = Object.entries({ ...environment, ...changed }).filter(
        ([, value]) => value !== undefined,
      );
      return runCommand(args.split(' '), {
        directory,
        environment: Object.fromEntries(merged) as Record<string, string>,
      });
    };
    return { ...database, settings, run, admin };
  }

  it('need no setting but where the two databases are, and prove what they did', {
    timeout: TEST_MS,
  }, async () => {
    const { run, admin } = await site();
    const before = await run('disabled');
    expect(before.output).toContain('Something could execute: a signature is enough.');
    expect(before.code).toBe(1);

    const off = await run('disable');
    expect(off.output).toContain('state: switched off\ngoverned database: switched off');
    expect(off.output).toContain('Nothing can execute: no write is under way');
    expect(off.code).toBe(0);
    expect(await run('disabled')).toMatchObject({
      code: 0,
      output: expect.stringContaining('open runs: none'),
    });

    const unable = await run('enable-master');
    expect(unable.output).toContain('DOT_CUTTER_ADMIN_DB_USER');
    expect(unable.output).toContain('state: left off');
    expect(unable.code).toBe(2);
    expect((await run('disabled')).code).toBe(0);

    const on = await run('enable-master', admin);
    expect(on.code, on.output).toBe(0);
    expect(await run('disabled')).toMatchObject({ code: 1 });
  });

  it('switch the part that is there, and say which one was not reached', { timeout: TEST_MS }, async () => {
    const { run, db } = await site();
    const withoutState = await run('disable', { DATABASE_URL: NOBODY });
    expect(withoutState.output).toContain('state: NOT REACHED');
    expect(withoutState.output).toContain('governed database: switched off');
    expect(withoutState.output).toContain('Nothing can execute');
    expect(withoutState.output).not.toContain('none@');
    expect(withoutState.code).toBe(1);
    expect(await db.read('cutter_exec', readSwitch)).toMatchObject({ off: true });

    const other = await site();
    const withoutGoverned = await other.run('disable', { DOT_CUTTER_EXEC_DB_PASSWORD: undefined });
    expect(withoutGoverned.output).toContain('state: switched off');
    expect(withoutGoverned.output).toContain('DOT_CUTTER_EXEC_DB_PASSWORD is missing');
    expect(withoutGoverned.output).toContain('It is not proved that nothing can execute');
    expect(withoutGoverned.code).toBe(1);
    expect((await other.run('disabled', { DOT_CUTTER_DB_PORT: '1' })).code).toBe(2);
    expect(await other.db.read('cutter_exec', readSwitch)).toMatchObject({ off: false });

    const nothing = await run('disable', { DATABASE_URL: undefined, DOT_CUTTER_DB_HOST: undefined });
    expect(nothing.output).toContain('neither DATABASE_URL nor a configuration file');
    expect(nothing.code).toBe(2);
  });

  it('wait for the write that is under way, and say plainly when it does not end', {
    timeout: TEST_MS,
  }, async () => {
    const { run, db, settings } = await site();
    const { runId } = await ready(db);
    const writer = new pg.Client({ ...settings, ...settings.exec });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(`SELECT cutter_governance.fn_open_write('${runId}', 'SG_1_cut_authz')`);
    expect(await switchOff(db, { by: 'ada', waitMs: 200 })).toBe('still_writing');
    const { rows } = await writer.query('SELECT pg_backend_pid() AS pid');
    const during = await run('disabled');
    expect(during.output).toContain(
      `A write is still under way: process ${rows[0].pid} (cutter_exec) since 20`,
    );
    expect(during.code).toBe(1);

    const waiting = run('disable');
    await expect
      .poll(
        () => db.read('cutter_exec', (reader) => reader.query('SELECT FROM pg_locks WHERE NOT granted')),
        {
          timeout: 20_000,
        },
      )
      .toHaveLength(1);
    await writer.query('ROLLBACK');
    await writer.end();
    const done = await waiting;
    expect(done.output).toContain('Nothing can execute');
    expect(done.code).toBe(0);
    await expect(cut(db)).rejects.toMatchObject({ code: 'master_off' });
  });
});

describe('the commands, beside embedded databases', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-switch-'));
    await mkdir(join(directory, 'data'));
    const config = { governed: 'embedded', data: 'data' };
    await writeFile(join(directory, 'orchestrator.config.json'), JSON.stringify(config));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const run = (args: string): Promise<Screen> => runCommand(args.split(' '), { directory });
  const lock = () => join(directory, 'data', 'governed.lock');
  const mark = () => join(directory, 'data', 'governed.writing');

  it('prove it before there is a database', { timeout: TEST_MS }, async () => {
    expect((await run('disabled')).code).toBe(1);
    const off = await run('disable');
    expect(off.output).toContain('there is no governed database yet, and the switch is off');
    expect(off.code).toBe(0);
    expect((await run('enable-master')).code).toBe(0);
  });

  it('switch the database itself while no bot holds it, and the file alone while one does', {
    timeout: TEST_MS,
  }, async () => {
    await placePglite('governed', join(directory, 'data', 'governed'));

    // A bot that lives: this process.
    await writeFile(lock(), `${process.pid}\n`);
    await writeFile(mark(), `${process.pid}\n`);
    expect(await writerOf(join(directory, 'data'))).toBe(process.pid);
    const during = await run('disable');
    expect(during.output).toContain('governed database: held by the running bot');
    expect(during.output).toContain(`A write is still under way: process ${process.pid} (the bot)`);
    expect(during.code).toBe(1);
    await rm(mark());
    const proved = await run('disabled');
    expect(proved.output).toContain('the bot, which alone holds the governed database, asks for the switch');
    expect(proved.code).toBe(0);
    expect((await run('enable-master')).code).toBe(0);
    expect((await run('disabled')).code).toBe(1);
    await rm(lock());

    const off = await run('disable');
    expect(off.output).toContain("the governed database's switch: off");
    expect(off.code).toBe(0);
    await writeFile(lock(), `${process.pid}\n`);
    await run('disable');
    const unable = await run('enable-master');
    expect(unable.output).toContain('stop the bot, then run this again');
    expect(unable.code).toBe(2);
    await rm(lock());
    expect((await run('enable-master')).code).toBe(0);
    expect(existsSync(join(directory, 'data', 'master-off'))).toBe(false);
    expect((await run('disabled')).output).toContain("the governed database's switch: on");
  });
});
