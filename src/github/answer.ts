// What an answer of GitHub's means: no answer for now, which is asked for again, or a refusal, which only a person can
// change. A refusal says what GitHub said and where to look.
import { SourceUnavailable } from '../phases/context.ts';
import { GitHubRefusal, type GitHubRefusalCode } from '../publish/forge.ts';
import { pauseTold, RateLimited, saysLimit, UNTOLD_SECONDS } from './limits.ts';

/** Asks, and tells apart what went wrong. Throws SourceUnavailable or GitHubRefusal. */
export async function answered<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SourceUnavailable || error instanceof GitHubRefusal) throw error;
    const code = refusalIn(error);
    const seconds = code === undefined ? pauseOf(error) : 0;
    if (seconds > 0) throw new RateLimited(doing, { seconds, cause: error });
    if (code === undefined) throw new SourceUnavailable(doing, { cause: error });
    const [status, said] = [statusOf(error), wordsOf(error)];
    throw new GitHubRefusal(code, { doing, said, cause: error, ...(status === undefined ? {} : { status }) });
  }
}

export function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Another push came first; the same is worth trying on the new head. */
export function isNotFastForward(error: unknown): boolean {
  return /fast[- ]forward/i.test(wordsOf(error));
}

/** A rule of the branch refuses the commit, in whatever words. */
export function ruleRefusal(error: unknown): GitHubRefusal {
  const status = statusOf(error);
  const told = { doing: 'the run record', said: wordsOf(error), cause: error };
  return new GitHubRefusal('branch_protected', { ...told, ...(status === undefined ? {} : { status }) });
}

/** undefined: no refusal, only no answer for now. */
function refusalIn(error: unknown): GitHubRefusalCode | undefined {
  const status = statusOf(error);
  if (status === undefined || status >= 500 || status < 400) return undefined;
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return isRateLimit(error) ? undefined : isRule(error) ? 'branch_protected' : 'forbidden';
    case 404:
      return 'not_found';
    // A request that took too long, a lock that was held, a limit on the rate: all of them pass.
    case 408:
    case 423:
    case 429:
      return undefined;
    case 410:
      return 'gone';
    case 409:
    case 422:
      return isRule(error) ? 'branch_protected' : status === 409 ? undefined : 'unprocessable';
    default:
      return 'refused';
  }
}

function pauseOf(error: unknown): number {
  const status = statusOf(error);
  if (status !== 403 && status !== 429) return 0;
  const headers = new Map(Object.entries(headersOf(error)));
  const told = pauseTold({ get: (name) => (headers.has(name) ? String(headers.get(name)) : null) });
  return told > 0 ? told : UNTOLD_SECONDS;
}

function headersOf(error: unknown): Record<string, unknown> {
  return (error as { response?: { headers?: Record<string, unknown> } }).response?.headers ?? {};
}

function isRateLimit(error: unknown): boolean {
  const headers = headersOf(error);
  return (
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined ||
    saysLimit(wordsOf(error))
  );
}

function isRule(error: unknown): boolean {
  return /rule violation|protected branch/i.test(wordsOf(error));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\s+/g, ' ') : '';
}
