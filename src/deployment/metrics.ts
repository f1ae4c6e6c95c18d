// /metrics: the figures of the state as they are at this moment, and what this process counts. Names of OpenTelemetry's
// conventions for CI/CD and VCS where there is one; no label holds what a run is about.
// https://opentelemetry.io/docs/specs/semconv/cicd/cicd-metrics/
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { STRETCHES } from '../run/road.ts';
import { within } from '../stop/deadline.ts';
import { type Figures, type MeasureRow, readFigures } from '../store/figures.ts';
import { PHASE_BOUNDS_MS } from '../store/measures.ts';
import { QUEUES } from '../store/queue.ts';
import type { StandingStatus } from '../store/standings.ts';
import type { Store } from '../store/store.ts';
import type { Counters } from './counters.ts';

export interface MetricsParts {
  readonly store: Pick<Store, 'database'>;
  readonly counters: Counters;
  /** Seconds for which GitHub wants to be left alone. */
  pauseLeft(): Promise<number>;
  /** Where people look at a repository of this name. */
  urlOf(repository: string): string;
  readonly deadlineMs?: number;
  onFailed(error: unknown): void;
}

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const ANSWER_MS = 8_000;

/** Never throws: without the state there are no figures, and half of them would look like a quiet day. */
export async function metricsPage(parts: MetricsParts): Promise<Page> {
  const { store, counters, deadlineMs = ANSWER_MS, urlOf } = parts;
  try {
    const text = await within(deadlineMs, 'reading the figures', async () => {
      const figures = await readFigures(store);
      // A registry for each page: two that are asked for at once do not mix.
      const ofState = stateRegistry(figures, { pause: await parts.pauseLeft(), urlOf });
      return `${await ofState.metrics()}\n${await counters.registry.metrics()}`;
    });
    return { status: 200, type: Registry.PROMETHEUS_CONTENT_TYPE, text };
  } catch (error) {
    parts.onFailed(error);
    return { status: 503, type: 'text/plain', text: 'the state database: no answer\n' };
  }
}

const PIPELINE = { cicd_pipeline_name: 'countersign' };
const HALTS: readonly StandingStatus[] = [
  ...STRETCHES.flatMap(({ leadsTo }) => ('pause' in leadsTo ? [leadsTo.pause] : [])),
  'HELD',
];
const STATUSES: readonly StandingStatus[] = [
  ...['RUNNING' as const, ...HALTS, 'UNREADABLE' as const, 'ABANDONED' as const],
  ...STRETCHES.flatMap(({ leadsTo }) => ('end' in leadsTo ? [leadsTo.end] : [])),
];

function stateRegistry(
  figures: Figures,
  { pause, urlOf }: { pause: number; urlOf(repository: string): string },
): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });

  const runs = gauge('countersign_runs', 'Runs by status, those that have ended included', ['status']);
  const active = gauge('cicd_pipeline_run_active', 'Open runs: at work, or waiting for people', [
    'cicd_pipeline_name',
    'cicd_pipeline_run_state',
  ]);
  const state = (name: string) => ({ ...PIPELINE, cicd_pipeline_run_state: name });
  for (const status of STATUSES) runs.set({ status }, 0);
  for (const name of ['pending', 'executing']) active.set(state(name), 0);
  for (const { name: status, n } of figures.runs) {
    runs.set({ status }, n);
    if (status === 'RUNNING') active.inc(state('executing'), n);
    else if (status === 'UNREADABLE' || HALTS.includes(status as StandingStatus))
      active.inc(state('pending'), n);
  }

  const pauses = gauge('countersign_oldest_pause_seconds', 'How long the oldest pause or hold has lasted', [
    'status',
  ]);
  for (const status of HALTS) pauses.set({ status }, 0);
  for (const { name: status, n } of figures.oldestPauses) pauses.set({ status }, n);

  const errors = counter('cicd_pipeline_run_errors_total', 'STOPs, by code', [
    'cicd_pipeline_name',
    'error_type',
  ]);
  const admissions = counter('countersign_admissions_total', 'Merged approvals by how they were judged', [
    'reason',
  ]);
  admissions.inc({ reason: 'accepted' }, 0);
  for (const { kind, name, times } of figures.measures) {
    if (kind === 'stop') errors.inc({ ...PIPELINE, error_type: name }, times);
    if (kind === 'admission') admissions.inc({ reason: name }, times);
  }
  registry.registerMetric(new PhaseDurations(figures.measures.filter(({ kind }) => kind === 'phase')));

  const changes = gauge('vcs_change_count', 'Pull requests with an approval that were merged and judged', [
    'vcs_change_state',
    'vcs_repository_url_full',
  ]);
  for (const { name, n } of figures.judged)
    changes.set({ vcs_change_state: 'merged', vcs_repository_url_full: urlOf(name) }, n);

  gauge('countersign_unpublished_entries', 'Entries of logs that are not shown yet').set(
    figures.unpublished.entries,
  );
  gauge('countersign_publish_lag_seconds', 'Age of the oldest entry that is not shown yet').set(
    figures.unpublished.seconds,
  );
  gauge('countersign_github_pause_seconds', 'How long GitHub still wants to be left alone').set(pause);
  const byQueue: [string, string, Figures['queued']][] = [
    ['countersign_queue_depth', 'Hints that nobody has taken yet, retries included', figures.queued],
    ['countersign_queue_age_seconds', 'How long the oldest hint has been due', figures.queueAges],
    ['countersign_dead_letters', 'Looks that ended with their process, kept for a week', figures.failedJobs],
  ];
  for (const [name, help, values] of byQueue) {
    const one = gauge(name, help, ['queue']);
    for (const queue of QUEUES) one.set({ queue }, values.find((value) => value.name === queue)?.n ?? 0);
  }
  const refused = gauge('countersign_refused_publications', 'What GitHub refuses to show, by why', ['code']);
  for (const { name: code, n } of figures.refusedPublications) refused.set({ code }, n);
  return registry;
}

const PHASES = {
  name: 'countersign_phase_duration_seconds',
  help: 'How long phases took, each time that one ended',
  labelNames: ['phase'],
  registers: [],
};

/** A histogram whose counts are kept elsewhere: prom-client's own can only be observed one by one. */
class PhaseDurations extends Histogram<string> {
  readonly #rows: readonly MeasureRow[];

  constructor(rows: readonly MeasureRow[]) {
    super(PHASES);
    this.#rows = rows;
  }

  override async get() {
    const values = [...Map.groupBy(this.#rows, ({ name }) => name)].flatMap(([phase, rows]) =>
      samplesOf(phase, rows),
    );
    return { ...(await new Histogram(PHASES).get()), values };
  }

  /** What the registry asks for where it is there. */
  getForPromString() {
    return this.get();
  }
}

function samplesOf(phase: string, rows: readonly MeasureRow[]) {
  const upTo = (last: number) =>
    rows.filter(({ bucket }) => bucket <= last).reduce((sum, { times }) => sum + times, 0);
  const all = upTo(PHASE_BOUNDS_MS.length);
  const seconds = rows.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const sample = (suffix: string, value: number, le?: number | string) => ({
    metricName: `${PHASES.name}_${suffix}`,
    labels: { phase, ...(le === undefined ? {} : { le }) },
    value,
  });
  return [
    ...PHASE_BOUNDS_MS.map((ms, index) => sample('bucket', upTo(index), ms / 1000)),
    ...[sample('bucket', all, '+Inf'), sample('sum', seconds), sample('count', all)],
  ];
}
