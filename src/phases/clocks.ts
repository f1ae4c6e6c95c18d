// Three clocks judge a signature's window: the bot's, GitHub's and the database's. A run stops before it judges
// anything when they are further apart than is tolerated (design section 3, STOP conditions).
import { skewMs } from '../stop/clocks.ts';
import { CLOCK_TOLERANCE_MS, Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';

/** Throws Stop `clock_skew` naming the clock that differs and by how much. */
export async function assertClocksAgree({ now, source, governed }: PhaseContext): Promise<void> {
  await assertAgrees("GitHub's clock", now, () => source.now());
  await assertAgrees("the governed database's clock", now, () => governed.now());
}

async function assertAgrees(name: string, now: () => Date, ask: () => Promise<Date>): Promise<void> {
  const asked = now();
  const theirs = await ask();
  const ms = skewMs(theirs, { asked, answered: now() });
  if (ms > CLOCK_TOLERANCE_MS) {
    throw new Stop('clock_skew', `${name} and the bot's differ by ${Math.round(ms / 1000)} s`);
  }
}
