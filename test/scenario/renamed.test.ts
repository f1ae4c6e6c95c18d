// A repository that gets another name while a run of it waits: it is the same repository by its id, and nothing is refused, lost
// or said twice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unsignedFromComment } from '../../src/local/sovereign.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

it('goes on with the run under another name', async () => {
  const { sovereign } = town;
  const opened = await sovereign.approve(town.openingDraft());
  const asked = await sovereign.waitFor(opened, /Waiting for your signature: `SG_1_cut_authz`/, WAIT_MS);
  await town.standIn.settled();
  town.standIn.renameRepository({ of: 'demo/governance', name: 'Town-Hall' });
  const cut = await sovereign.approve(unsignedFromComment(asked, town.now()));
  await sovereign.waitFor(cut, /Waiting for your signature: `SG_2_lifecycle_authz`/, WAIT_MS);
  const told = (await sovereign.comments(opened)).filter((body) =>
    body.includes('Waiting for your signature'),
  );
  expect(told).toHaveLength(0);
  expect((await sovereign.comments(cut)).join('\n')).not.toContain('from_fork');
});
