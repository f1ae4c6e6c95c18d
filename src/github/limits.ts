// GitHub's primary and secondary limits, kept to right where a request leaves: whatever was queued before the answer that
// named a pause waits as well. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
import { SourceUnavailable } from '../phases/context.ts';

/** Shared by every replica. */
export interface Limits {
  /** Whole seconds; 0 where nothing is to be waited for. */
  left(): Promise<number>;
  note(seconds: number): Promise<void>;
  /** Told of each answer that GitHub gave; for whoever counts. */
  onAnswer?(answer: GitHubAnswer): void;
}

export interface GitHubAnswer {
  readonly method: string;
  readonly status: number;
  /** What is left until the primary limit is full, and of what; null where the answer does not say so. */
  readonly limit: { readonly resource: string; readonly remaining: number; readonly of: number } | null;
}

/** Not asked, or refused, because GitHub wants to be left alone for a while. */
export class RateLimited extends SourceUnavailable {
  readonly retryAfterMs: number;

  constructor(doing: string, { seconds, cause }: { seconds: number; cause: unknown }) {
    super(doing, { cause });
    this.message = `GitHub asks for a pause of ${seconds} s before ${doing}; it will be tried again then`;
    this.retryAfterMs = seconds * 1000;
  }
}

/** What GitHub prescribes where it says that there is a limit and not for how long. */
export const UNTOLD_SECONDS = 60;

/** A fetch that keeps to the limits: no request leaves while a pause lasts. */
export function withinLimits(limits: Limits, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const left = await limits.left();
    if (left > 0) return pausedAnswer(left);
    const response = await fetch(input, init);
    limits.onAnswer?.({
      method: init?.method ?? 'GET',
      status: response.status,
      limit: limitTold(response.headers),
    });
    const seconds = await pauseIn(response);
    if (seconds > 0) await limits.note(seconds);
    return response;
  };
}

function limitTold(headers: { get(name: string): string | null }): GitHubAnswer['limit'] {
  const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
  const of = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  const resource = headers.get('x-ratelimit-resource') ?? 'core';
  return Number.isFinite(remaining) && Number.isFinite(of) ? { resource, remaining, of } : null;
}

/** As GitHub would answer, so that whoever asked needs to know one answer alone. */
function pausedAnswer(seconds: number): Response {
  const body = JSON.stringify({ message: 'You have exceeded a rate limit, and nothing was sent' });
  const headers = { 'content-type': 'application/json', 'retry-after': String(seconds) };
  return new Response(body, { status: 429, headers });
}

async function pauseIn(response: Response): Promise<number> {
  const { status, headers } = response;
  const told = pauseTold(headers);
  if (status !== 403 && status !== 429) return headers.get('x-ratelimit-remaining') === '0' ? told : 0;
  if (told > 0) return told;
  const says = status === 429 || saysLimit(await response.clone().text());
  return says ? UNTOLD_SECONDS : 0;
}

/** By the words of an answer: GitHub does not always set a header. */
export function saysLimit(words: string): boolean {
  return /rate limit|abuse detection/i.test(words);
}

/** By the headers of an answer, in whole seconds; 0 where they tell none. */
export function pauseTold(headers: { get(name: string): string | null }): number {
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (after > 0) return Math.ceil(after);
  if (headers.get('x-ratelimit-remaining') !== '0') return 0;
  const resetAt = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  // Against GitHub's own clock, which wrote both; a second more, because the last one is not over at its beginning.
  const sentAt = Date.parse(headers.get('date') ?? '') / 1000;
  const left = Math.ceil(resetAt - sentAt) + 1;
  return Number.isFinite(left) ? Math.max(1, left) : UNTOLD_SECONDS;
}
