// The figures say what the state holds, the same at every replica; and every name that a rule, a panel or the manual has is
// one that is served.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Counters, openCounters } from '../../src/deployment/counters.ts';
import { metricsPage } from '../../src/deployment/metrics.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { withinLimits } from '../../src/github/limits.ts';
import { chain, GENESIS } from '../../src/run/events.ts';
import { keepJudgement, type StoredVerdict } from '../../src/store/judgements.ts';
import { PHASE_BOUNDS_MS, rebuildMeasures } from '../../src/store/measures.ts';
import { migrate } from '../../src/store/migrations.ts';
import { noteRefusedPublication } from '../../src/store/refused-publications.ts';
import { runLog } from '../../src/store/run-log.ts';
import { openEmbeddedStore, type Store } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { measuredNames, namesOf, samplesOf } from '../support/metrics.ts';
import { emptyPglite } from '../support/pglite.ts';
import {
  approvalReference,
  finished,
  logOf,
  opened,
  PREPARED,
  RUN_ID,
  START,
} from '../support/run-events.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const RUN = {
  run_id: RUN_ID,
  repository: 'demo/governance',
  document_id: 'hidden-word',
  opened_at: START,
};
const REST = logOf(PREPARED);
/** Behind its pause, which is an hour older. */
const RENEWAL = chain(REST.at(-1) ?? GENESIS, {
  ...{ type: 'execution_renewed', approval: approvalReference('GAP7_execution_enable', 9) },
  ...{ run_id: RUN_ID, at: new Date(START.getTime() + 3_600_000) },
});
const RENEWED = [...REST, RENEWAL];

let store: Store;
let counters: Counters;
beforeAll(async () => {
  store = await openEmbeddedStore(await emptyPglite(), () => undefined);
  counters = openCounters();
  await store.database.insertInto('run').values(RUN).execute();
  for (const event of RENEWED) await runLog(store).append(event);
});
afterAll(() => store.close());

const failures: unknown[] = [];
const page = (parts: Partial<Parameters<typeof metricsPage>[0]> = {}) =>
  metricsPage({
    ...{ store, counters, pauseLeft: async () => 7 },
    urlOf: (name) => `https://forge.example/${name}`,
    onFailed: (error) => void failures.push(error),
    ...parts,
  });
const samples = async () => samplesOf((await page()).text);

/** By the clock that is asked for the figures. */
async function sinceTheRest(): Promise<number> {
  const { rows } = await sql<{ age: number }>`select extract(epoch from now() - at)::float8 as age
    from event where seq = ${PREPARED.length}`.execute(store.database);
  return rows[0]?.age ?? Number.NaN;
}

async function keep(pull: number, verdict: StoredVerdict): Promise<void> {
  const judgement = { repository: 'demo/governance', pull, commit: 'a'.repeat(40), runId: null, verdict };
  const seen = { path: 'approvals/a.md', documentSha256: sha256('a') };
  await keepJudgement(store, { ...judgement, ...seen }, { at: START });
}

describe('the figures of the state', () => {
  it('say where the runs stand, and how long the oldest has', async () => {
    const before = await sinceTheRest();
    const found = await samples();
    expect(found.get('countersign_runs{status="AWAITING_CUT_AUTHORIZATION"}')).toBe(1);
    expect(found.get('countersign_runs{status="COMPLETED"}')).toBe(0);
    const active = (state: string) =>
      found.get(
        `cicd_pipeline_run_active{cicd_pipeline_name="countersign",cicd_pipeline_run_state="${state}"}`,
      );
    expect([active('pending'), active('executing')]).toEqual([1, 0]);
    const age = found.get('countersign_oldest_pause_seconds{status="AWAITING_CUT_AUTHORIZATION"}');
    expect(age).toBeGreaterThanOrEqual(before);
    expect(age).toBeLessThanOrEqual(await sinceTheRest());
  });

  it('say how approvals were judged, each once', async () => {
    const rejected = { verdict: 'rejected', reason: 'from_fork', at: START.toISOString() } as unknown;
    await keep(1, { verdict: 'accepted' });
    await keep(2, rejected as StoredVerdict);
    await keep(2, rejected as StoredVerdict);
    const found = await samples();
    expect(found.get('countersign_admissions_total{reason="accepted"}')).toBe(1);
    expect(found.get('countersign_admissions_total{reason="from_fork"}')).toBe(1);
    const url = 'https://forge.example/demo/governance';
    expect(found.get(`vcs_change_count{vcs_change_state="merged",vcs_repository_url_full="${url}"}`)).toBe(2);
  });

  it('say what waits, what is not shown, and what was given up', async () => {
    await store.boss.send('kb', { key: 'old' }, { singletonKey: 'old' });
    await sql`update pgboss.job set start_after = now() - interval '90 s' where name = 'kb'`.execute(
      store.database,
    );
    await store.boss.send('run', { key: 'lost' });
    await sql`update pgboss.job set state = 'failed' where name = 'run'`.execute(store.database);
    await noteRefusedPublication(
      store,
      { repository: 'demo/governance', subject: 'of another run' },
      { sha256: sha256('x'), code: 'forbidden', tries: 1, refusedAt: START },
    );
    const found = await samples();
    expect(found.get('countersign_queue_depth{queue="kb"}')).toBe(1);
    expect(Math.floor((found.get('countersign_queue_age_seconds{queue="kb"}') ?? 0) / 60)).toBe(1);
    expect(found.get('countersign_queue_depth{queue="run"}')).toBe(0);
    expect(found.get('countersign_dead_letters{queue="run"}')).toBe(1);
    expect(found.get('countersign_refused_publications{code="forbidden"}')).toBe(1);
    expect(found.get('countersign_unpublished_entries')).toBe(RENEWED.length);
    expect(found.get('countersign_publish_lag_seconds')).toBeGreaterThan(86_400);
    expect(found.get('countersign_github_pause_seconds')).toBe(7);
  });

  it('name neither a run nor a document', async () => {
    const { text } = await page();
    expect(text).not.toContain('hidden-word');
    expect(text).not.toContain(RUN_ID);
  });

  it('are not half of themselves while the state gives none', async () => {
    failures.length = 0;
    const away = async () => {
      throw new Error('secret-word');
    };
    const refused = await page({ pauseLeft: away });
    const silent = await page({ pauseLeft: () => new Promise(() => undefined), deadlineMs: 50 });
    for (const { status, text } of [refused, silent])
      expect({ status, text }).toEqual({ status: 503, text: 'the state database: no answer\n' });
    expect(String(failures[0])).toBe('Error: secret-word');
    expect(failures).toHaveLength(2);
  });
});

describe('what is counted with the event', () => {
  const DURATIONS = [0, ...PHASE_BOUNDS_MS.flatMap((ms) => [ms, ms + 1])];

  /** A state from before there were measures: one run that was repeated, and stopped, many times. */
  async function older(): Promise<PGlite> {
    const pglite = await emptyPglite();
    const database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    await migrate(database as unknown as Kysely<never>, { to: '009_repositories' });
    await database.insertInto('run').values(RUN).execute();
    const happenings = [
      opened(),
      ...DURATIONS.map((duration_ms) => ({ ...finished('mark'), duration_ms })),
      { type: 'stopped' as const, phase: 'cutplan' as const, code: 'database_busy' as const, detail: '' },
    ];
    for (const event of logOf(happenings as Parameters<typeof logOf>[0])) {
      const { run_id, seq, at, hash } = event;
      await database
        .insertInto('event')
        .values({ run_id, seq, at, hash, entry: JSON.stringify(event) })
        .execute();
    }
    return pglite;
  }

  it('is counted of the past by the migration, each duration below its bound', async () => {
    const past = await openEmbeddedStore(await older(), () => undefined);
    const { text } = await page({ store: past });
    await past.close();
    const found = samplesOf(text);
    const under = (le: string) =>
      found.get(`countersign_phase_duration_seconds_bucket{phase="mark",le="${le}"}`);
    expect(PHASE_BOUNDS_MS.map((ms) => under(String(ms / 1000)))).toEqual(
      PHASE_BOUNDS_MS.map((bound) => DURATIONS.filter((ms) => ms <= bound).length),
    );
    expect(under('+Inf')).toBe(DURATIONS.length);
    expect(found.get('countersign_phase_duration_seconds_count{phase="mark"}')).toBe(DURATIONS.length);
    expect(found.get('countersign_phase_duration_seconds_sum{phase="mark"}')).toBeCloseTo(
      DURATIONS.reduce((sum, ms) => sum + ms, 0) / 1000,
    );
    expect(
      found.get(
        'cicd_pipeline_run_errors_total{cicd_pipeline_name="countersign",error_type="database_busy"}',
      ),
    ).toBe(1);
  });

  it('is the same when it is counted again', async () => {
    const all = () =>
      store.database.selectFrom('measure').selectAll().orderBy('kind').orderBy('name').execute();
    const kept = await all();
    expect(kept.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['accepted', 'from_fork', 'mark', 'source_pin']),
    );
    await store.database.transaction().execute(rebuildMeasures);
    expect(await all()).toEqual(kept);
  });
});

describe('what a process counts', () => {
  it('is told by every answer of GitHub, under names that are known', async () => {
    const own = openCounters();
    const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4321' };
    const ask = (method: string, resource: string) =>
      withinLimits({ left: async () => 0, note: async () => undefined, onAnswer: own.answered }, async () =>
        Response.json({}, { headers: { ...headers, 'x-ratelimit-resource': resource } }),
      )('https://forge.example', { method });
    await ask('GET', 'core');
    await ask('BREW', 'of-my-choice');
    own.lookFailed('publish');
    own.takenOver('run');
    const found = samplesOf(await own.registry.metrics());
    expect(found.get('countersign_github_requests_total{method="GET",status="2xx"}')).toBe(1);
    expect(found.get('countersign_github_requests_total{method="other",status="2xx"}')).toBe(1);
    expect(found.get('countersign_github_rate_limit_remaining{resource="core"}')).toBe(4321);
    expect(found.get('countersign_github_rate_limit{resource="other"}')).toBe(5000);
    expect(
      found.get('cicd_system_errors_total{cicd_system_component="publish",error_type="look_failed"}'),
    ).toBe(1);
    expect(found.get('countersign_lease_takeovers_total{queue="run"}')).toBe(1);
  });
});

describe('the files for operators', () => {
  const read = (name: string) => readFile(join(DOCS, name), 'utf8');

  it('ask only for what is served', async () => {
    const rules = parse(await read('operations/alerts.yaml')) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const board = JSON.parse(await read('operations/dashboard.json')) as {
      panels: { id: number; targets: { expr: string }[] }[];
    };
    const alerts = rules.groups.flatMap((group) => group.rules);
    const asked = [...alerts, ...board.panels.flatMap(({ targets }) => targets)].map(({ expr }) => expr);
    const names = asked.flatMap(measuredNames);
    const served = namesOf((await page()).text);
    expect(names.filter((name) => !served.has(name))).toEqual([]);
    // Each asks for something of ours, but the one that asks whether the bot is there at all.
    expect(asked.filter((expr) => measuredNames(expr).length === 0)).toHaveLength(1);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
  });

  it('are complete: the manual has a line for each figure, and none for another', async () => {
    const { text } = await page();
    const served = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    const rows = (await read('operator.md'))
      .split('\n')
      .filter((line) => /^\| `(countersign|cicd|vcs)_/.test(line));
    const told = rows.flatMap((row) => measuredNames(row.split('|')[1] ?? ''));
    expect(told.sort()).toEqual(served.sort());
  });
});
