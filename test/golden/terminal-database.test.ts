// The screens of `countersign db`, on a real PostgreSQL that is as expected, then is not, then is mended.
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealBackend, realBackend, type TestDatabase } from '../governed/fixture.ts';
import { runCommand } from '../support/site.ts';
import { onlyWhere } from '../support/skip.ts';
import { type Shown, screens } from './screen.ts';

const TEST_MS = 900_000;
const backend: RealBackend | null = await realBackend();

describe('what a terminal shows of a governed PostgreSQL', onlyWhere(backend, 'PostgreSQL absent'), () => {
  const real = backend as RealBackend;
  let database: TestDatabase;
  let environment: Record<string, string>;
  beforeAll(async () => {
    database = await real.open();
    const { settings } = database;
    if (!settings) throw new Error('a real database has settings');
    environment = {
      DOT_CUTTER_DB_HOST: settings.host,
      DOT_CUTTER_DB_PORT: String(settings.port),
      DOT_CUTTER_DB_NAME: settings.database,
      DOT_CUTTER_DB_SSLMODE: 'disable',
      DOT_CUTTER_ADMIN_DB_USER: real.server.superuser.user,
      DOT_CUTTER_ADMIN_DB_PASSWORD: real.server.superuser.password,
      DOT_CUTTER_EXEC_DB_USER: settings.exec.user,
      DOT_CUTTER_EXEC_DB_PASSWORD: settings.exec.password,
      DOT_CUTTER_VERIFY_DB_USER: settings.verify.user,
      DOT_CUTTER_VERIFY_DB_PASSWORD: settings.verify.password,
    };
  });
  afterAll(async () => {
    await database.close();
    await real.stop();
  });

  it('by check, grants and init', { timeout: TEST_MS }, async () => {
    const shown: Shown[] = [];
    const typed = async (line: string, settings = environment) =>
      shown.push({
        command: line,
        ...(await runCommand(line.split(' '), { directory: tmpdir(), environment: settings })),
      });
    const query = (text: string) => real.server.query(environment['DOT_CUTTER_DB_NAME'] ?? '', text);
    await typed('db check');
    await typed('db grants');
    await query('GRANT DELETE ON public.unit_version TO cutter_exec');
    await query('REVOKE SELECT ON public.unit_version FROM cutter_verify');
    await query('ALTER TABLE public.unit_version ADD COLUMN note text');
    await query('DROP FUNCTION public.fn_iu_revert');
    await query(`ALTER TABLE public.unit_version ALTER COLUMN title SET DEFAULT 'untitled'`);
    await typed('db check');
    await typed('db grants');
    await typed('db init');
    await query('GRANT DELETE ON public.unit_version TO cutter_exec');
    await typed('db grants --apply');
    const empty = await real.server.createDatabase();
    await typed('db grants', { ...environment, DOT_CUTTER_DB_NAME: empty });
    const { DOT_CUTTER_ADMIN_DB_PASSWORD: _password, ...without } = environment;
    await typed('db check', without);
    const replaced = new Map([
      [environment['DOT_CUTTER_DB_NAME'] ?? '', '<database>'],
      [empty, '<empty>'],
    ]);
    await expect(screens('countersign db', shown, { replaced, alive: true })).toMatchFileSnapshot(
      '10-terminal-db.txt',
    );
  });
});
