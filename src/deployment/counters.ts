// What is counted by this process alone, because nothing keeps it: each replica counts its own, from its start.
import { Counter, Gauge, Registry } from 'prom-client';
import type { GitHubAnswer } from '../github/limits.ts';
import { QUEUES, type QueueName } from '../store/queue.ts';

export interface Counters {
  readonly registry: Registry;
  answered(answer: GitHubAnswer): void;
  lookFailed(queue: QueueName): void;
  takenOver(queue: QueueName): void;
}

/** A name that comes from outside is a label only when it is known. https://docs.github.com/en/rest/rate-limit */
const RESOURCES = new Set(['core', 'search', 'graphql', 'code_search', 'integration_manifest']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

export function openCounters(): Counters {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'countersign_github_requests_total',
    help: 'Answers of GitHub to this process, by method and class of the status',
    labelNames: ['method', 'status'],
    registers,
  });
  const remaining = new Gauge({
    name: 'countersign_github_rate_limit_remaining',
    help: "Requests that GitHub's primary limit leaves, as the last answer said",
    labelNames: ['resource'],
    registers,
  });
  const limit = new Gauge({
    name: 'countersign_github_rate_limit',
    help: "GitHub's primary limit, as the last answer said",
    labelNames: ['resource'],
    registers,
  });
  const failures = new Counter({
    name: 'cicd_system_errors_total',
    help: 'Looks of this process that failed and are repeated, by queue',
    labelNames: ['cicd_system_component', 'error_type'],
    registers,
  });
  const takeovers = new Counter({
    name: 'countersign_lease_takeovers_total',
    help: 'Leases of dead replicas whose work this process had taken over, by queue',
    labelNames: ['queue'],
    registers,
  });
  const failed = (queue: QueueName) => ({ cicd_system_component: queue, error_type: 'look_failed' });
  for (const queue of QUEUES) {
    failures.inc(failed(queue), 0);
    takeovers.inc({ queue }, 0);
  }
  return {
    registry,
    answered({ method, status, limit: told }) {
      requests.inc({
        method: METHODS.has(method) ? method : 'other',
        status: `${Math.trunc(status / 100)}xx`,
      });
      if (!told) return;
      const resource = RESOURCES.has(told.resource) ? told.resource : 'other';
      remaining.set({ resource }, told.remaining);
      limit.set({ resource }, told.of);
    },
    lookFailed: (queue) => failures.inc(failed(queue)),
    takenOver: (queue) => takeovers.inc({ queue }),
  };
}
