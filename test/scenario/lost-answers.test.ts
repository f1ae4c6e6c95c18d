import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTown, type Town } from '../support/town.ts';

const run = promisify(execFile);
const WAIT_MS = 60_000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town.close();
});

// The worst that a network can do to a write: it is carried out, and nobody hears of it.
describe('a write to GitHub whose answer is lost', () => {
  it('is found again instead of being repeated: one comment, one request, one commit', async () => {
    const lost = { method: 'POST', path: /\/issues\/\d+\/comments$/, cut: true, effective: true } as const;
    town.standIn.failNext(lost);
    town.standIn.failNext({ method: 'PATCH', path: /\/git\/refs\//, cut: true, effective: true });
    const opened = await town.sovereign.approve(town.openingDraft());
    await town.sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
    await vi.waitFor(() => expect(cutRequests()).toBe(2), { timeout: WAIT_MS });

    // The request comes first, the progress and the record behind it.
    await town.sovereign.waitFor(opened, /countersign: progress of/, WAIT_MS);
    const comments = await town.sovereign.comments(opened);
    expect(comments.filter((body) => body.includes('progress of'))).toHaveLength(1);
    expect(comments.filter((body) => body.includes('request of'))).toHaveLength(1);
    const { stdout } = await run('git', [
      '-C',
      town.gitDirectory,
      'log',
      '--format=%s',
      'main',
      '--',
      'runs/run-*',
    ]);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('is repeated when GitHub refused it, and ends as one', async () => {
    town.standIn.failNext({ method: 'POST', path: /\/issues\/\d+\/comments$/, status: 502 });
    const draft = town.openingDraft();
    const pull = await town.sovereign.approve({
      ...draft,
      file: 'approvals/second.md',
      document: `${draft.document}\nAgain.\n`,
    });
    await town.sovereign.waitFor(pull, /Not admitted: `another_run_active`/, WAIT_MS);
    expect(await town.sovereign.comments(pull)).toHaveLength(1);
  });
});

function cutRequests(): number {
  return town.standIn.requests().filter(({ status }) => status === 0).length;
}
