// The bot at work: the app that hears, the workers that look, the orchestrator that runs, the publisher that tells.
// `start` and the demo call this with the same kind of deployment, opened from settings.
import type { Logger } from 'pino';
import type { Policy } from '../approval/admission.ts';
import { isRunId } from '../approval/run-id.ts';
import { app } from '../github/app.ts';
import { createApp, signIn } from '../github/client.ts';
import { pageOf, type Repository } from '../github/repository.ts';
import { listen } from '../github/server.ts';
import { sourceReader } from '../github/source-reader.ts';
import { admitAlone, wasActedUpon } from '../governed/admit.ts';
import { catchUp } from '../intake/catch-up.ts';
import type { Judging } from '../intake/judge.ts';
import { lookAtPull } from '../intake/pulls.ts';
import { publishAnswer } from '../publish/answer.ts';
import { publishCheckRun } from '../publish/check-run.ts';
import { publishDocumentCheck } from '../publish/document-check.ts';
import { reportToKb } from '../publish/kb.ts';
import { publishLog } from '../publish/log.ts';
import type { OutboxPorts } from '../publish/outbox.ts';
import { publishRun } from '../publish/publisher.ts';
import { publishTimeStamps, type StampingPorts } from '../publish/time-stamps.ts';
import type { ConditionId } from '../readiness/conditions.ts';
import { assessOpening } from '../readiness/opening.ts';
import { inGroups, type Recorder } from '../record/recorder-key.ts';
import { closeAbandoned } from '../run/close.ts';
import { appendRevertPlan } from '../run/compensate.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunLog } from '../run/log.ts';
import { advance, type OrchestratorPorts } from '../run/orchestrator.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { hasCut, type RunState } from '../run/state.ts';
import { witnessing } from '../run/witness.ts';
import { keepArtifact } from '../store/artifacts.ts';
import { notePause, pauseLeft } from '../store/forge-pause.ts';
import { markProcessed, receive } from '../store/inbox.ts';
import { LOG_KEY } from '../store/judgements.ts';
import { hint, type Worker, workQueue } from '../store/queue.ts';
import { knownName } from '../store/repositories.ts';
import { runLog } from '../store/run-log.ts';
import { markPublished, markReported } from '../store/standings.ts';
import type { Store } from '../store/store.ts';
import { watchLeases } from '../store/takeover.ts';
import { watchBranch } from './branch-watch.ts';
import { openCounters } from './counters.ts';
import type { Deployment } from './deployment.ts';
import { type MetricsParts, metricsPage } from './metrics.ts';
import { readableRun } from './readable-run.ts';
import { askReady, type ReadinessParts, rememberFor } from './ready.ts';
import { contextOf, type RunParts } from './run-context.ts';
import { signingOf, takenNames } from './signing.ts';
import { tellError, tellLeases, tellRefused, tellRewritable } from './telling.ts';
import { isUsedElsewhere, witnessesOf } from './witnesses.ts';
import { takingTurns } from './write-turns.ts';

export interface ServiceOptions {
  /** Conditions that do not hold up an opening here. Empty in production: only the demo waives, and says so. */
  readonly waived: ReadonlySet<ConditionId>;
  readonly log: Logger;
  /** Told each entry once it is durable; for whoever watches. */
  onEvent?(event: RunEvent): void;
}

export interface Service {
  /** Where GitHub's webhooks are received. */
  readonly url: string;
  close(): Promise<void>;
}

const INSTALLATION_ASKED_EVERY_MS = 60_000;
const CATCH_UP_EVERY_MS = 5 * 60 * 1000;

/** What every worker needs; opened once, at the start. */
interface Works {
  readonly deployment: Deployment;
  readonly recorder: Recorder;
  readonly options: ServiceOptions;
  readonly onError: Worker['onError'];
  readonly onRefused: OutboxPorts['onRefused'];
  readonly store: Store;
  readonly repository: Repository;
  /** Where people look at it. */
  readonly page: string;
  readonly policy: Policy;
  readonly parts: RunParts;
}

/** The deployment stays open when the service is closed. */
export async function startService(deployment: Deployment, options: ServiceOptions): Promise<Service> {
  const { config, now } = deployment;
  const { log } = options;
  // The keys first: without them nothing else is worth opening.
  await deployment.readKeys();
  const recorder = await deployment.recorder();
  const store = await deployment.store();
  await tellRewritable(store, log);
  const governed = takingTurns(await deployment.governed(), { store });
  const forge = config.github.apiUrl;
  const counters = openCounters();
  const limits = {
    left: () => pauseLeft(store, forge),
    onAnswer: counters.answered,
    async note(seconds: number) {
      log.warn({ seconds }, 'GitHub asks for a pause: nothing is asked of it until then, by any replica');
      await notePause(store, { forge, seconds });
    },
  };
  const probot = createApp({ github: config.github, log, limits });
  await probot.ready();
  const found = await signIn(probot, config.orchestrator.repository);
  const names = [found.name, config.orchestrator.repository];
  const repository = { ...found, name: await knownName(store, { id: found.id, names }) };
  const { takeBackup: backup, masterOff } = deployment;
  const works: Works = {
    ...{
      deployment,
      recorder,
      options,
      store,
      repository,
      onError: tellError({ log, counters }),
      onRefused: tellRefused(log),
      page: pageOf(found.name, config.github.apiUrl),
    },
    policy: { thresholds: config.orchestrator.policy.thresholds },
    parts: { store, governed, keys: deployment.readKeys, masterOff, backup, now },
  };
  await lookAtPulls(works);
  await watchBranch({
    ...{ repository, store, now, log, reviewers: config.orchestrator.reviewers },
    ...{ onRefused: works.onRefused, onError: works.onError },
  });
  await advanceRuns(works);
  await publishRuns(works);
  await reportRuns(works);
  await stampStatements(works);

  const readiness: ReadinessParts = {
    ...{ store, governed },
    installation: rememberFor(INSTALLATION_ASKED_EVERY_MS, () => repository.defaultBranch(), now),
    onFailed: (part, error) => log.error({ part, err: error }, 'not ready'),
  };
  const metrics: MetricsParts = {
    ...{ store, counters, pauseLeft: limits.left, urlOf: (name) => pageOf(name, forge) },
    onFailed: (error) => log.error({ err: error }, 'no figures'),
  };
  const server = await listen(probot, {
    app: app({ receive: (delivery) => receive(store, delivery, now()), repository }),
    host: config.github.host,
    port: config.github.port,
    ready: () => askReady(readiness),
    metrics: () => metricsPage(metrics),
  });
  const look = () =>
    catchUp({
      ...{ store, forge: repository, now },
      ...{ reports: config.kb !== undefined, stamps: config.authorities.length > 0 },
    }).catch((error: unknown) => log.error({ err: error }, 'catching up failed'));
  await look();
  const timer = setInterval(look, CATCH_UP_EVERY_MS);
  const endWatch = store.exclusive
    ? () => undefined
    : watchLeases(store, tellLeases({ log, counters }, look));
  log.info({ recorder_key: inGroups(recorder.current.key) }, 'the record is signed by this key');
  log.info({ url: server.url, repository: repository.name }, 'countersign is listening');
  return {
    url: server.url,
    async close() {
      clearInterval(timer);
      endWatch();
      await server.close();
    },
  };
}

async function lookAtPulls(works: Works): Promise<void> {
  const { deployment, recorder, options, onError, onRefused, store, repository, policy, parts } = works;
  const { config, release, now } = deployment;
  const source = sourceReader(repository);
  const witnesses = witnessesOf({ ...parts, repository, source });
  const assessment = {
    ...parts,
    source,
    release,
    waived: options.waived,
    backupKey: deployment.readBackupKey,
  };
  const judging: Judging = {
    ...{ forge: repository, source, store, policy, now },
    keys: parts.keys,
    targets: config.orchestrator.targets,
    deployment: config.orchestrator.deployment,
    recorderKey: recorder.current.key,
    wasActedUpon: (digest) => parts.governed.read('cutter_exec', (reader) => wasActedUpon(reader, digest)),
    assessOpening: (opening) => assessOpening(opening, assessment),
    usedElsewhere: (use) => isUsedElsewhere(use, witnesses),
  };
  const outbox = { repository, store, now, onRefused };
  await workQueue(store, 'pull', {
    onError,
    async look(key) {
      const lookedAt = now();
      await lookAtPull(Number(key), {
        ...judging,
        sg1Only: config.orchestrator.policy.sg1_only,
        check: (judged) => publishCheckRun(judged, outbox),
        checkDocument: (change) =>
          publishDocumentCheck(change, {
            ...outbox,
            deployment: judging.deployment,
            signing: () =>
              signingOf(config, { repository, keys: parts.keys, recorderKey: recorder.current.key }),
          }),
        answer: (at) => publishAnswer(at, { ...outbox, taken: () => takenNames(repository) }),
        admitInDatabase: (signed) => admitAlone(parts.governed, signed),
        onJudged: ({ pull, commit, verdict }) =>
          options.log.info(
            {
              ...{ pull: pull.number, commit, verdict: verdict.verdict },
              reason: 'reason' in verdict ? verdict.reason : undefined,
            },
            'judged',
          ),
      });
      await markProcessed(store, Number(key), lookedAt);
    },
  });
}

async function advanceRuns({
  deployment,
  options,
  onError,
  store,
  repository,
  policy,
  parts,
}: Works): Promise<void> {
  const events = runLog(store);
  const source = sourceReader(repository);
  const log: RunLog = {
    load: events.load,
    async append(event) {
      await events.append(event);
      options.onEvent?.(event);
    },
  };
  const ports: OrchestratorPorts = {
    log,
    ...witnessing({
      log,
      witnesses: witnessesOf({ ...parts, repository, source }),
      onUnnoted: (error, { runId }) =>
        options.log.error(
          { run_id: runId, err: error },
          'the governed database has not noted how far the log came',
        ),
    }),
    now: deployment.now,
    context: (state) => contextOf(state, { parts, policy, source }),
    onHeld: (state) => planCompensation(state, { parts, log: options.log }),
    patience: {
      delaysMs: PATIENCE_MS,
      onWaiting: (error, { runId, phase, ms }) =>
        options.log.warn(
          { run_id: runId, phase, ms, err: error },
          'the governed database refuses for now; it is tried again',
        ),
    },
    onUnhandled: (error, at) => options.log.error({ ...at, err: error }, 'an unhandled error stopped a run'),
  };
  await workQueue(store, 'run', {
    onError,
    async look(key) {
      if (isRunId(key) && (await readableRun(key, { store, log: options.log }))) await advance(key, ports);
    },
  });
}

async function publishRuns({
  deployment,
  recorder,
  options,
  onError,
  onRefused,
  store,
  repository,
  page,
  parts,
}: Works): Promise<void> {
  const { config, now } = deployment;
  const { reviewers } = config.orchestrator;
  const ports = {
    ...{ repository, store, reviewers, recorder, now, deployment: config.orchestrator.deployment },
    onRefused,
    signing: () => signingOf(config, { repository, keys: parts.keys, recorderKey: recorder.current.key }),
    pageUrl: page,
  };
  await workQueue(store, 'publish', {
    onError,
    async look(key) {
      if (key === LOG_KEY) return publishLog(ports);
      if (!isRunId(key)) return;
      // Whoever abandoned it may not have reached the governed database: there the run is closed before anybody is told.
      const state = await readableRun(key, { store, log: options.log });
      if (!state) return;
      await closeAbandoned(state, parts.governed);
      // Before publishing, so that a forge that does not answer holds up no report; nor does a receiver hold up the forge.
      if (config.kb) await hint(store, 'kb', { key });
      await publishRun(key, ports);
      await markPublished(store, { runId: key, seq: state.head.seq }, now());
      if (config.authorities.length > 0) await hint(store, 'stamp', { key: LOG_KEY });
    },
  });
}

async function reportRuns({ deployment, options, onError, store }: Works): Promise<void> {
  const { config, now } = deployment;
  const { kb } = config;
  if (!kb) return;
  const ports = { kb, store, now, deployment: config.orchestrator.deployment };
  await workQueue(store, 'kb', {
    onError,
    async look(key) {
      const state = isRunId(key) ? await readableRun(key, { store, log: options.log }) : null;
      if (!state) return;
      await reportToKb(state.runId, ports);
      await markReported(store, { runId: state.runId, seq: state.head.seq });
    },
  });
}

// In a queue of its own, behind what was published: an authority that does not answer holds up nothing.
async function stampStatements({
  deployment,
  options,
  onError,
  onRefused,
  store,
  repository,
}: Works): Promise<void> {
  const { config, now } = deployment;
  const { log } = options;
  if (config.authorities.length === 0) return;
  const ports: StampingPorts = {
    ...{ repository, store, now, authorities: config.authorities, silent: new Map() },
    onRefused,
    onSilent: (authority, why) =>
      log.warn({ authority, why }, 'a statement goes without its time stamp; it is asked for again later'),
  };
  await workQueue(store, 'stamp', {
    onError,
    look: () => publishTimeStamps(ports),
  });
}

// A hold behind the commit is told together with what undoing it would do. That the plan cannot be made is no second
// STOP: the operator can ask for it later.
async function planCompensation(
  state: RunState,
  { parts, log }: { parts: RunParts; log: Logger },
): Promise<void> {
  if (!hasCut(state)) return;
  const { store, governed, now } = parts;
  const ports = {
    ...{ log: runLog(store), governed, now },
    keep: (artifact: Parameters<typeof keepArtifact>[1]) => keepArtifact(store, artifact),
  };
  try {
    await appendRevertPlan(state.runId, { hard: false, ports });
  } catch (error) {
    log.error({ run_id: state.runId, err: error }, 'the compensation could not be planned');
  }
}
