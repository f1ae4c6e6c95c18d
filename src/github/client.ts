// Signs in to GitHub as the App and finds the installation on the governed repository.
import type { Logger } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import { statusOf } from './answer.ts';
import { type Limits, withinLimits } from './limits.ts';
import { openRepository, type Repository } from './repository.ts';

export class GitHubFault extends Error {
  readonly code: 'not_installed' | 'wrong_credentials' | 'unreachable';

  constructor(code: GitHubFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GitHubFault';
    this.code = code;
  }
}

export interface GitHubSettings {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl: string;
  /** Where webhooks are received. */
  readonly host: string;
  readonly port: number;
}

export interface ClientOptions {
  readonly github: GitHubSettings;
  readonly log: Logger;
  /** Without it, a single process that asks little keeps to what it is told itself. */
  readonly limits?: Limits;
}

/** GitHub asks for one write a second; only a server on this machine may be written to faster. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Waiting is the queue's, which survives the process and holds up nothing else. */
const NEVER_HERE = { onRateLimit: () => false, onSecondaryRateLimit: () => false };

/** What the plugin leaves alone by itself, and a limit. */
const NOT_REPEATED = [400, 401, 403, 404, 410, 422, 429, 451];

export function createApp({ github, log, limits = ownLimits() }: ClientOptions): Probot {
  const throttle = !LOOPBACK.has(new URL(github.apiUrl).hostname);
  // A POST that timed out may have been carried out: repeating it blindly is how comments appear twice.
  const Octokit = ProbotOctokit.plugin(repeatOnlyReads).defaults(
    (options: { throttle?: object; retry?: object }) => ({
      ...options,
      throttle: { ...options.throttle, ...NEVER_HERE, enabled: throttle },
      retry: { ...options.retry, doNotRetry: NOT_REPEATED },
    }),
  );
  return new Probot({
    appId: github.appId,
    privateKey: github.privateKey,
    secret: github.webhookSecret,
    baseUrl: github.apiUrl,
    Octokit: Octokit as typeof ProbotOctokit,
    log,
    request: { fetch: withinLimits(limits, globalThis.fetch) },
  });
}

function ownLimits(): Limits {
  let until = 0;
  return {
    left: async () => Math.max(0, Math.ceil((until - performance.now()) / 1000)),
    async note(seconds) {
      until = Math.max(until, performance.now() + seconds * 1000);
    },
  };
}

function repeatOnlyReads(octokit: { hook: ProbotOctokit['hook'] }): void {
  octokit.hook.before('request', (options) => {
    if (options.method !== 'GET') options.request.retries = 0;
  });
}

/** Throws GitHubFault with a sentence for the operator when the App cannot act on the repository. */
export async function signIn(probot: Probot, fullName: string): Promise<Repository> {
  const [owner = '', repo = ''] = fullName.split('/');
  try {
    const asApp = await probot.auth();
    const { data: self } = await asApp.rest.apps.getAuthenticated();
    const { data: installation } = await asApp.rest.apps.getRepoInstallation({ owner, repo });
    const octokit = await probot.auth(installation.id);
    // Under the name that it has now: the settings may have an earlier one, or another case of letters.
    const { data } = await octokit.rest.repos.get({ owner, repo });
    const now = { owner: data.owner.login, repo: data.name };
    return openRepository(octokit, { ...now, id: data.id, slug: self?.slug ?? '' });
  } catch (error) {
    throw gitHubFault(error, fullName);
  }
}

export function gitHubFault(error: unknown, fullName: string): GitHubFault {
  if (error instanceof GitHubFault) return error;
  const status = statusOf(error);
  if (status === 404)
    return new GitHubFault('not_installed', `the App is not installed on ${fullName}`, { cause: error });
  if (status === 401)
    return new GitHubFault('wrong_credentials', 'GitHub refuses the App: its key does not belong to it', {
      cause: error,
    });
  return new GitHubFault('unreachable', 'GitHub did not answer at the configured address', { cause: error });
}
