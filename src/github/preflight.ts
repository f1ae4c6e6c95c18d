// What GitHub says of the installation before the bot relies on it: what it may do, what it hears, what the repository is
// called, who can be assigned, and which rules of the branch are against the bot's own commits.
import type { Probot, ProbotOctokit } from 'probot';
import { skewMs } from '../stop/clocks.ts';
import type { Looked, Problem } from '../stop/problem.ts';
import { CLOCK_TOLERANCE_MS } from '../stop/stop.ts';
import { statusOf } from './answer.ts';
import { gitHubFault } from './client.ts';

/** What app.yml asks for; metadata comes with any of them. */
export const PERMISSIONS = {
  pull_requests: 'read',
  contents: 'write',
  issues: 'write',
  checks: 'write',
} as const;

export const EVENTS = ['pull_request', 'push', 'check_run', 'check_suite'] as const;

/** Without these it hears later, when it looks for itself. */
const SPARED: ReadonlySet<string> = new Set(['push']);

export interface InstallationQuestion {
  /** owner/name, as configured. */
  readonly repository: string;
  readonly reviewers: readonly string[];
  now(): Date;
}

/** Throws GitHubFault when the App cannot act on the repository at all. */
export async function lookAtInstallation(probot: Probot, question: InstallationQuestion): Promise<Looked> {
  const [owner = '', repo = ''] = question.repository.split('/');
  try {
    const asApp = await probot.auth();
    const { data: installation } = await asApp.rest.apps.getRepoInstallation({ owner, repo });
    const problems = [
      ...lacking(installation.permissions, installation.html_url),
      ...unheard(
        installation.events,
        EVENTS.filter((event) => !SPARED.has(event)),
      ),
    ];
    if (installation.suspended_at !== null)
      return {
        problems: [
          {
            what: `the App's installation on ${question.repository} is suspended`,
            next: `Have its owner end the suspension at ${installation.html_url}.`,
          },
        ],
        notes: [],
      };
    const octokit = await probot.auth(installation.id);
    const asked = question.now();
    const { data, headers } = await octokit.rest.repos.get({ owner, repo });
    problems.push(...aside(headers.date, { asked, now: question.now() }));
    const notes = [
      ...unheard(installation.events, [...SPARED]),
      ...renamed(question.repository, data),
      ...(await rulesAgainst(octokit, { owner, repo, branch: data.default_branch })),
      ...(await unassignable(octokit, { owner, repo, reviewers: question.reviewers })),
    ];
    return { problems, notes };
  } catch (error) {
    throw gitHubFault(error, question.repository);
  }
}

function lacking(held: Readonly<Record<string, string | undefined>>, page: string): Problem[] {
  const missing = Object.entries(PERMISSIONS).filter(
    ([name, level]) => held[name] === undefined || (level === 'write' && held[name] === 'read'),
  );
  if (missing.length === 0) return [];
  return [
    {
      what: `the App may not do what it needs: it lacks ${missing.map(([name, level]) => `${name}: ${level}`).join(', ')}`,
      next: `Grant it in the App's settings as in app.yml, then have it accepted at ${page}.`,
    },
  ];
}

function unheard(events: readonly string[], wanted: readonly string[]): Problem[] {
  const missing = wanted.filter((event) => !events.includes(event));
  if (missing.length === 0) return [];
  return [
    {
      what: `the App is not subscribed to ${missing.join(', ')}`,
      next: "Subscribe to each of them in the App's settings, as in app.yml.",
    },
  ];
}

function aside(date: string | undefined, { asked, now }: { asked: Date; now: Date }): Problem[] {
  // Whole seconds.
  const ms = skewMs(new Date(date ?? ''), { asked, answered: now, precisionMs: 1000 });
  if (Number.isNaN(ms) || ms <= CLOCK_TOLERANCE_MS) return [];
  return [
    {
      what: `this machine's clock and GitHub's differ by ${Math.round(ms / 1000)} s`,
      next: 'Synchronise the clock of this machine (NTP).',
    },
  ];
}

function renamed(configured: string, { full_name: name, id }: { full_name: string; id: number }): Problem[] {
  if (name === configured) return [];
  return [
    {
      what: `GitHub calls the repository ${configured} ${name} (its id is ${id})`,
      next: `Write "repository": "${name}" into the configuration.`,
    },
  ];
}

/** The rules that a push of runs/ meets; who may pass them by is not told to an App. */
const AGAINST_A_PUSH = new Set([
  'pull_request',
  'required_status_checks',
  'required_signatures',
  'required_deployments',
  'update',
  'merge_queue',
  'workflows',
]);

async function rulesAgainst(
  octokit: ProbotOctokit,
  at: { owner: string; repo: string; branch: string },
): Promise<Problem[]> {
  try {
    const { data } = await octokit.rest.repos.getBranchRules({ ...at, per_page: 100 });
    const types = [...new Set(data.map(({ type }) => type).filter((type) => AGAINST_A_PUSH.has(type)))];
    if (types.length === 0) return [];
    return [
      {
        what: `rules of ${at.branch} may refuse the bot's own commits: ${types.join(', ')}`,
        next: 'Let the App bypass them: its record is committed to runs/ of that branch.',
      },
    ];
  } catch (error) {
    // A server that knows no rulesets, or does not tell them.
    if ([403, 404].includes(statusOf(error) ?? 0)) return [];
    throw error;
  }
}

async function unassignable(
  octokit: ProbotOctokit,
  { owner, repo, reviewers }: { owner: string; repo: string; reviewers: readonly string[] },
): Promise<Problem[]> {
  const asked = await Promise.all(
    reviewers.map(async (assignee) => {
      try {
        await octokit.rest.issues.checkUserCanBeAssigned({ owner, repo, assignee });
        return [];
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        return [assignee];
      }
    }),
  );
  const strangers = asked.flat();
  if (strangers.length === 0) return [];
  return [
    {
      what: `no issue can be assigned to ${strangers.join(', ')}`,
      next: 'Name in `reviewers` who has at least read access to the repository.',
    },
  ];
}
