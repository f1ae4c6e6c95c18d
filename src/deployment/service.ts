// The bot, composed: the app that hears, the workers that look, the orchestrator that runs, the publisher that tells.
// `start` and the demo build the same thing from different parts.
import type { Logger } from 'pino';
import type { Policy } from '../approval/admission.ts';
import type { KeyRing } from '../approval/keys.ts';
import { isRunId, type RunId } from '../approval/run-id.ts';
import type { Envelope } from '../backup/envelope.ts';
import type { BackupKey } from '../backup/key.ts';
import type { GitHubRefusal } from '../github/answer.ts';
import { app } from '../github/app.ts';
import { createApp, signIn } from '../github/client.ts';
import { listen } from '../github/server.ts';
import { sourceReader } from '../github/source.ts';
import type { GovernedDatabase } from '../governed/database.ts';
import { catchUp } from '../intake/catch-up.ts';
import type { Judging } from '../intake/judge.ts';
import { lookAtPull } from '../intake/pulls.ts';
import { publishApprovalCheck } from '../publish/check.ts';
import { publishRun } from '../publish/publisher.ts';
import { assessOpening } from '../readiness/opening.ts';
import type { Release } from '../readiness/probes.ts';
import type { ConditionId } from '../readiness/readiness.ts';
import { recordRevertPlan } from '../run/compensate.ts';
import type { RunEvent } from '../run/events.ts';
import { LostRace, type RunLog } from '../run/log.ts';
import { advance, type OrchestratorPorts } from '../run/orchestrator.ts';
import type { RunState } from '../run/state.ts';
import { type Artifact, keepArtifact } from '../store/artifacts.ts';
import { markProcessed } from '../store/inbox.ts';
import { type QueueName, work } from '../store/queue.ts';
import { runLog } from '../store/run-log.ts';
import type { Store } from '../store/store.ts';
import type { GitHubSettings, OrchestratorSettings } from './config.ts';
import { contextOf } from './run-context.ts';

export interface ServiceParts {
  readonly orchestrator: OrchestratorSettings;
  readonly github: GitHubSettings;
  readonly throttle: boolean;
  readonly store: Store;
  readonly governed: GovernedDatabase;
  readonly keys: KeyRing;
  /** The operator's master switch, read at each call. */
  masterOff(): Promise<boolean>;
  backup(runId: RunId): Promise<Envelope>;
  /** Throws Stop `key_unusable`. */
  backupKey(): Promise<BackupKey>;
  readonly release: Release;
  /** Conditions that do not hold up an opening here. Empty in production: only the demo waives, and says so. */
  readonly waived: ReadonlySet<ConditionId>;
  readonly log: Logger;
  now(): Date;
  /** Told each entry once it is durable; for whoever watches. */
  onEvent?(event: RunEvent): void;
}

export interface Service {
  /** Where GitHub's webhooks are received. */
  readonly url: string;
  close(): Promise<void>;
}

const CATCH_UP_EVERY_MS = 5 * 60 * 1000;

export async function startService(parts: ServiceParts): Promise<Service> {
  const { orchestrator, github, store, keys, log, now } = parts;
  const policy: Policy = { thresholds: orchestrator.policy.thresholds };
  const probot = createApp({ github, throttle: parts.throttle, log });
  await probot.ready();
  const repository = await signIn(probot, orchestrator.repository);
  const judging: Judging = {
    repository,
    store,
    keys,
    policy,
    targets: orchestrator.targets,
    now,
    assessOpening: (opening) => assessOpening(opening, { ...parts, source: sourceReader(repository) }),
  };
  const { sg1_only: sg1Only } = orchestrator.policy;

  const onError = (error: unknown, context: { queue: QueueName; key: string; tries: number }): void => {
    if (error instanceof LostRace) log.info(context, error.message);
    else log.error({ ...context, err: error }, 'a look failed and will be repeated');
  };

  const onRefused = (refusal: GitHubRefusal, subject: string): void =>
    log.error({ subject, code: refusal.code }, refusal.message);

  await work(store, 'pull', {
    onError,
    async look(key) {
      const lookedAt = now();
      await lookAtPull(Number(key), {
        ...judging,
        sg1Only,
        check: (judged) => publishApprovalCheck(judged, { repository, store, now, onRefused }),
        onJudged: ({ pull, commit, verdict }) =>
          log.info(
            {
              pull: pull.number,
              commit,
              verdict: verdict.verdict,
              reason: 'reason' in verdict ? verdict.reason : undefined,
            },
            'judged',
          ),
      });
      await markProcessed(store, Number(key), lookedAt);
    },
  });

  const events = runLog(store);
  const ports: OrchestratorPorts = {
    log: {
      load: events.load,
      async append(event) {
        await events.append(event);
        parts.onEvent?.(event);
      },
    },
    now,
    context: (state) => contextOf(state, { parts, policy, source: sourceReader(repository) }),
    onHeld: (state) => planCompensation(state, { parts, log: events }),
    onUnhandled: (error, at) => log.error({ ...at, err: error }, 'an unhandled error stopped a run'),
  };
  await work(store, 'run', {
    onError,
    async look(key) {
      if (isRunId(key)) await advance(key, ports);
    },
  });

  await work(store, 'publish', {
    onError,
    async look(key) {
      if (isRunId(key))
        await publishRun(key, { repository, store, reviewers: orchestrator.reviewers, now, onRefused });
    },
  });

  const server = await listen(probot, {
    app: app({ store, repository: repository.name, now }),
    host: github.host,
    port: github.port,
  });
  const look = () =>
    catchUp({ store, repository, now }).catch((error: unknown) =>
      log.error({ err: error }, 'catching up failed'),
    );
  await look();
  const timer = setInterval(look, CATCH_UP_EVERY_MS);
  log.info({ url: server.url, repository: repository.name }, 'countersign is listening');
  return {
    url: server.url,
    async close() {
      clearInterval(timer);
      await server.close();
    },
  };
}

// A hold behind the commit is told together with what undoing it would do. That the plan cannot be made is no second
// STOP: the operator can ask for it later.
async function planCompensation(
  state: RunState,
  { parts, log }: { parts: ServiceParts; log: RunLog },
): Promise<void> {
  if (!state.finished.some(({ phase }) => phase === 'leg_b_record')) return;
  const { store, governed, now } = parts;
  const keep = (artifact: Artifact) => keepArtifact(store, artifact);
  try {
    await recordRevertPlan(state.runId, { hard: false, ports: { log, governed, keep, now } });
  } catch (error) {
    parts.log.error({ run_id: state.runId, err: error }, 'the compensation could not be planned');
  }
}
