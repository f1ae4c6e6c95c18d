import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { detachSign } from '../../src/local/throwaway-keys.ts';
import { openTown, type Town } from '../support/town.ts';

const WAIT_MS = 60_000;

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town.close();
});

describe('two approvals that would each open a run, merged in the same moment', () => {
  it('open exactly one', async () => {
    const pulls: number[] = [];
    for (const name of ['one', 'two']) {
      const { document } = town.openingDraft();
      const text = `${document}\nThis is ${name}.\n`;
      const signature = await detachSign(text, { key: town.keys.sovereign, at: town.now() });
      const files = new Map([
        [`approvals/${name}.md`, text],
        [`approvals/${name}.md.asc`, signature],
      ]);
      pulls.push(await town.sovereign.propose(name, files));
    }
    // GitHub itself lets one merge through at a time; the bot hears of both before it has judged the first.
    for (const pull of pulls) await town.sovereign.merge(pull);
    const answers = async () => {
      const comments = await Promise.all(pulls.map((pull) => town.sovereign.comments(pull)));
      return comments.map((bodies) => bodies.join('\n'));
    };
    await vi.waitFor(
      async () => {
        const told = await answers();
        expect(told.filter((body) => body.includes('Waiting for your signature'))).toHaveLength(1);
        expect(told.filter((body) => body.includes('Not admitted: `another_run_active`'))).toHaveLength(1);
      },
      { timeout: WAIT_MS, interval: 300 },
    );
  });
});
