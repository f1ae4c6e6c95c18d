// The bot was down for longer than an approval holds: whoever merged one meanwhile still gets the answer.
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startService } from '../../src/deployment/service.ts';
import { WAIVED } from '../../src/local/demo.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

it('refuses an approval that was merged three days ago, when nobody heard of it', async () => {
  await town.standIn.settled();
  await town.service.close();
  const pull = await town.sovereign.approve(town.openingDraft());
  await town.standIn.settled();
  expect(await town.sovereign.comments(pull)).toEqual([]);
  town.clock.offsetMs = 3 * DAY_MS;
  const log = pino({ level: 'silent' });
  const again = await startService(town.deployment, { waived: WAIVED, log });
  try {
    const answer = await town.sovereign.waitFor(pull, /Not admitted/, WAIT_MS);
    expect(answer).toContain('### ⛔ Not admitted: `window_expired`');
  } finally {
    await again.close();
  }
});
