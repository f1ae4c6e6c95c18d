import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signedUtc, type UnsignedApproval, unsignedFromComment } from '../../src/local/sovereign.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;
const MINUTE_MS = 60_000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town.close();
});

/** The release that the newest hold on this pull request asks for, ready to be signed. */
async function releaseAskedOn(pull: number): Promise<UnsignedApproval> {
  const hold = await vi.waitFor(
    async () => {
      const found = (await town.sovereign.comments(pull)).find((body) => /^### 🛑 Stopped/m.test(body));
      if (found === undefined) throw new Error(`the run is not held on #${pull} yet`);
      return found;
    },
    { timeout: WAIT_MS, interval: 100 },
  );
  return unsignedFromComment(hold, town.now());
}

describe('a run that is held twice', () => {
  it('is released twice, by documents that the bot prints under names that are free', {
    timeout: 5 * WAIT_MS,
  }, async () => {
    const { sovereign } = town;
    const opened = await sovereign.approve(town.openingDraft());
    const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);

    // GitHub and the bot disagree about the time until the second hold.
    town.clock.offsetMs = -3 * MINUTE_MS;
    const cut = await sovereign.approve(unsignedFromComment(asked, town.now()));
    const first = await releaseAskedOn(cut);
    const released = await sovereign.approve(first);
    const second = await releaseAskedOn(released);
    expect(first.file).toMatch(/^approvals\/run-\d{8}-[0-9a-f]{16}-SG_H_release_authz\.md$/);
    expect(second.file).toBe(first.file.replace(/\.md$/, '-2.md'));
    expect(second.document).not.toBe(first.document);

    town.clock.offsetMs = 0;
    const again = await sovereign.approve({
      ...second,
      document: second.document.replace(/signed_utc: .*/, `signed_utc: ${signedUtc(town.now())}`),
    });
    await sovereign.waitFor(again, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
    for (const pull of [cut, released])
      expect((await sovereign.comments(pull)).join('\n')).toContain('✅ Signed: `SG_H_release_authz`');
  });
});
