import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../src/governed/snapshot.ts';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { type Bot, type Deployment, deploy } from '../support/deployment.ts';
import { samplesOf } from '../support/metrics.ts';
import { leaveOut, onlyWhere } from '../support/skip.ts';
import { smallLaw } from '../support/workshop.ts';

const run = promisify(execFile);
const WAIT_MS = 90_000;
const ARTICLES = 1_500;

const deployment: Deployment | null = await deploy({ law: smallLaw(ARTICLES, 'Production') });

// PostgreSQL, a login for each role, the state in a database of its own, and the bot as a process: nothing embedded.
describe('in production', onlyWhere(deployment, 'PostgreSQL absent'), () => {
  const site = deployment as Deployment;
  let bot: Bot;
  beforeAll(async () => {
    bot = await site.startBot();
  });
  afterAll(async () => {
    await bot.stop();
    await site.close();
  });

  const count = async (text: string): Promise<unknown> => {
    const [row] = await site.backend.server.query(
      site.environment['DOT_CUTTER_DB_NAME'] ?? '',
      `SELECT (${text})::int AS n`,
    );
    return row?.['n'];
  };

  it('says PASS to every condition but the two that approvals close', async () => {
    const { code, output } = await site.run('readiness', '--json');
    expect(code, output).toBe(0);
    const open = (JSON.parse(output) as { id: string; pass: boolean }[]).filter(({ pass }) => !pass);
    expect(open.map(({ id }) => id)).toEqual(['PRE-1', 'PRE-2']);
  });

  it('finishes with exactly one of everything after being killed in the middle of its writes', async () => {
    const { sovereign } = site;
    const opened = await sovereign.approve(site.openingDraft('law'));
    const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    const before = await site.database.db.read('cutter_verify', (reader) =>
      takeSnapshot(reader, { documentId: 'law' }),
    );
    expect(before.document).toMatchObject({ draft_units: 0, enacted_units: 0, retired_units: 0 });

    const writing = bot.logged(/"type":"phase_started","phase":"cut_leg_a"/);
    const cut = await sovereign.approve(unsignedFromComment(asked, new Date()));
    await writing;
    await bot.kill();
    const written = await count('SELECT count(*) FROM public.information_unit');
    expect([0, ARTICLES + 1]).toContain(written);

    bot = await site.startBot();
    const askedAgain = await sovereign.waitFor(
      cut,
      /Waiting for your signature: `SG_2_lifecycle_authz`/,
      WAIT_MS,
    );
    expect(await count('SELECT count(*) FROM public.information_unit')).toBe(ARTICLES + 1);
    expect(await count('SELECT count(*) FROM cutter_governance.cut_change_set')).toBe(1);
    expect(await count('SELECT count(*) FROM cutter_governance.verify_result')).toBe(1);

    const enacting = bot.logged(/"type":"phase_started","phase":"lifecycle_enact"/);
    const enacted = await sovereign.approve(unsignedFromComment(askedAgain, new Date()));
    await enacting;
    await bot.kill();
    bot = await site.startBot();
    await sovereign.waitFor(enacted, /^### ✅/m, WAIT_MS);
    expect(
      await count(`SELECT count(*) FROM public.information_unit WHERE lifecycle_status = 'enacted'`),
    ).toBe(ARTICLES + 1);
    expect(await count('SELECT count(*) FROM public.iu_lifecycle_log')).toBe(ARTICLES + 1);
    expect((await sovereign.comments(cut)).filter((body) => body.includes('progress of'))).toHaveLength(1);
  });

  it('took a backup that decrypts with gpg, restores with psql, and equals the state before the run', async () => {
    const { binaries, superuser } = site.backend.server;
    if (!binaries) return leaveOut('psql absent');
    const home = await mkdtemp(join(tmpdir(), 'countersign-gnupg-'));
    try {
      const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
      await gpg('--import', join(site.directory, 'backup-private.asc'));
      const folder = join(site.directory, 'backups');
      const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.sql.gpg'));
      const plain = join(home, 'dump.sql');
      await gpg('--output', plain, '--decrypt', join(folder, file));
      const restored = await site.backend.server.createDatabase();
      await run(join(binaries, 'psql'), ['-v', 'ON_ERROR_STOP=1', '-q', '-f', plain], {
        env: {
          ...{
            PATH: process.env['PATH'] ?? '',
            PGHOST: site.backend.server.host,
            PGPORT: String(site.backend.server.port),
          },
          ...{ PGUSER: superuser.user, PGPASSWORD: superuser.password, PGDATABASE: restored },
        },
      });
      const [counts] = await site.backend.server.query(
        restored,
        `SELECT (SELECT count(*)::int FROM public.information_unit) AS units,
                (SELECT count(*)::int FROM cutter_governance.cut_change_set) AS change_sets`,
      );
      expect(counts).toEqual({ units: 0, change_sets: 0 });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  it('says that it is up, and that it can do its work', async () => {
    const page = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${site.environment['PORT']}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    expect(await page('/healthz')).toEqual({ status: 200, text: 'up\n' });
    expect(await page('/readyz')).toEqual({
      status: 200,
      text: 'state database: ok\ngoverned database: ok\ninstallation: ok\nqueue: ok\n',
    });
    const { database } = site.database.settings ?? expect.fail('a real database has settings');
    await site.backend.server.query('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await site.backend.server.query(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
    );
    const away = await page('/readyz');
    await site.backend.server.query('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
    expect(away.status).toBe(503);
    expect(away.text).toContain('governed database: not ready');
    expect((await page('/readyz')).status).toBe(200);
  });

  it('gives its figures to whoever scrapes it', async () => {
    const answer = await fetch(`http://127.0.0.1:${site.environment['PORT']}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    const found = samplesOf(text);
    expect(found.get('countersign_runs{status="COMPLETED"}')).toBe(1);
    expect(found.get('countersign_admissions_total{reason="accepted"}')).toBe(3);
    expect(found.get('countersign_phase_duration_seconds_count{phase="lifecycle_enact"}')).toBe(1);
    expect(found.get('countersign_github_requests_total{method="GET",status="2xx"}')).toBeGreaterThan(0);
    for (const [name, secret] of Object.entries(site.environment))
      if (/PASSWORD|SECRET|DATABASE_URL/.test(name)) expect(text).not.toContain(secret);
  });

  it('leaves no password in its log', () => {
    const secrets = Object.entries(site.environment).filter(([name]) =>
      /PASSWORD|SECRET|DATABASE_URL/.test(name),
    );
    for (const line of bot.lines()) for (const [, secret] of secrets) expect(line).not.toContain(secret);
  });

  it('is disabled by the operator, proves it, and enables nothing by taking it back', async () => {
    const off = await site.run('disable');
    expect(off.output).toContain('state: switched off\ngoverned database: switched off');
    expect(off.output).toContain('open runs: none');
    expect(off.output).toContain('Nothing can execute');
    expect(off.code).toBe(0);
    const unable = await site.run('enable-master');
    expect(unable.output).toContain('DOT_CUTTER_ADMIN_DB_USER is missing');
    expect(unable.code).toBe(2);
    const on = await site.administer('enable-master');
    expect(on.output).toContain('Nothing executes without a fresh signature');
    expect(on.code).toBe(0);
  });

  it('takes the run back by a compensation that the sovereign signed', async () => {
    const state = new URL(site.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    const last = async () => {
      const [entry] = await site.backend.server.query(
        state,
        'SELECT run_id, hash FROM event ORDER BY at DESC, seq DESC LIMIT 1',
      );
      return { runId: String(entry?.['run_id']), hash: String(entry?.['hash']) };
    };
    const { runId } = await last();
    const planned = await site.run('revert', 'plan', runId, '--record');
    expect(planned.output).toContain('revert_plan_sha256');
    const digest = /revert_plan_sha256: ([0-9a-f]{64})/.exec(planned.output)?.[1] ?? '';
    expect(
      await count(`SELECT count(*) FROM public.information_unit WHERE lifecycle_status = 'enacted'`),
    ).toBe(ARTICLES + 1);

    const { approvalTemplate } = await import('../../src/approval/template.ts');
    const { signedUtc } = await import('../../src/local/sovereign.ts');
    const bindings = { run_id: runId, revert_plan_sha256: digest, event_log_sha256: (await last()).hash };
    const document = approvalTemplate({
      gate: 'SG_R_revert_authz',
      bindings,
      signedUtc: signedUtc(new Date()),
    });
    const pull = await site.sovereign.approve({ file: 'approvals/take-back.md', document });
    await site.sovereign.waitFor(pull, /^### ↩️/m, WAIT_MS);
    expect(
      await count(`SELECT count(*) FROM public.information_unit WHERE lifecycle_status = 'retired'`),
    ).toBe(ARTICLES + 1);
  });

  it('withdraws what it asked for when the operator abandons the run', async () => {
    const pull = await site.sovereign.approve(site.openingDraft('law'));
    const asked = await site.sovereign.waitFor(pull, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    const runId = /run-\d{8}-[0-9a-f]{16}/.exec(asked)?.[0] ?? '';
    const { code, output } = await site.run('abandon', runId, '--why', 'the town changed its mind');
    expect(code, output).toBe(0);
    await site.sovereign.waitFor(pull, /No signature is wanted any more/, WAIT_MS);
    const again = await site.run('abandon', runId, '--why', 'twice');
    expect(again.output).toContain(`${runId} is ABANDONED: a run that has ended cannot be abandoned`);
    expect(again.code).toBe(1);
  });

  it('refuses to start while settings are missing, and lists all of them', async () => {
    const { DOT_CUTTER_EXEC_DB_PASSWORD: _exec, WEBHOOK_SECRET: _secret, ...rest } = site.environment;
    const { stderr } = await run(
      process.execPath,
      [join(site.directory, 'software', 'src', 'main.ts'), 'start'],
      {
        cwd: site.directory,
        env: { ...rest, BACKUP_GPG_FPR: 'ABCD1234' },
      },
    ).catch((error: { stderr: string }) => error);
    expect(stderr).toContain('WEBHOOK_SECRET is missing');
    expect(stderr).toContain('DOT_CUTTER_EXEC_DB_PASSWORD is missing');
    expect(stderr).toContain('BACKUP_GPG_FPR must be a full 40-digit fingerprint');
  });
});
