import { describe, expect, it } from 'vitest';
import { answered } from '../../src/github/answer.ts';
import { SourceUnavailable } from '../../src/phases/context.ts';
import { GitHubRefusal } from '../../src/publish/forge.ts';

interface Answer {
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Record<string, string>;
}

/** As octokit throws it. */
const failing = ({ status, message = 'Oh no', headers = {} }: Answer) =>
  answered('reading tree x', async () => {
    throw Object.assign(new Error(message), status === undefined ? {} : { status, response: { headers } });
  }).catch((error: unknown) => error);

const PAUSES = new Map(
  [
    ['there are too many requests', 60],
    ['the rate limit is used up', 60],
    ['the secondary limit says when', 60],
    ['the secondary limit says so', 60],
  ].map(([when, seconds]) => [
    when,
    `asks for a pause of ${seconds} s before reading tree x; it will be tried again then`,
  ]),
);

describe('what GitHub answers', () => {
  it.each([
    ['the network is gone', {}],
    ['GitHub is out of order', { status: 502 }],
    ['there are too many requests', { status: 429 }],
    ['the request took too long', { status: 408 }],
    ['the rate limit is used up', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }],
    ['the secondary limit says when', { status: 403, headers: { 'retry-after': '60' } }],
    ['the secondary limit says so', { status: 403, message: 'You have exceeded a secondary rate limit' }],
    ['two writes collided', { status: 409, message: 'Conflict' }],
  ])('passes when %s', async (when, answer: Answer) => {
    const error = await failing(answer);
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect((error as Error).message).toBe(
      `GitHub ${PAUSES.get(when) ?? 'did not answer while reading tree x; it will be tried again'}`,
    );
  });

  it.each([
    [
      { status: 401, message: 'Bad credentials' },
      'unauthenticated',
      /\(401, "Bad credentials"\).*PRIVATE_KEY/,
    ],
    [
      { status: 403, message: 'Resource not accessible by integration' },
      'forbidden',
      /\(403, "Resource not accessible by integration"\).*permissions/,
    ],
    [{ status: 404, message: 'Not Found' }, 'not_found', /still installed/],
    [{ status: 410, message: 'Issues are disabled' }, 'gone', /issues are enabled/],
    [{ status: 422, message: 'Body is too long' }, 'unprocessable', /\(422, "Body is too long"\)/],
    [
      { status: 422, message: 'Repository rule violations found' },
      'branch_protected',
      /bypass the rules of the default branch/,
    ],
    [{ status: 409, message: 'Repository rule violations found' }, 'branch_protected', /bypass/],
    [{ status: 451, message: 'Unavailable' }, 'refused', /words say why/],
  ])('is a refusal for good when it is %o', async (answer, code, says) => {
    const error = await failing(answer);
    expect(error).toBeInstanceOf(GitHubRefusal);
    expect(error).toMatchObject({ code, status: answer.status });
    expect((error as Error).message).toMatch(/^GitHub refuses reading tree x /);
    expect((error as Error).message).toMatch(says);
  });

  it('is told once, however many times it is passed on', async () => {
    const once = await failing({ status: 403 });
    const twice = await answered('the whole', async () => {
      throw once;
    }).catch((error: unknown) => error);
    expect(twice).toBe(once);
  });
});
