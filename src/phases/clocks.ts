// Three clocks judge a signature's window: the bot's, GitHub's and the database's. A run stops before it judges
// anything when they are further apart than is tolerated (design section 3, STOP conditions).
import { CLOCK_TOLERANCE_MS, Stop } from '../stop/stop.ts';
import type { PhaseContext } from './context.ts';

/** Throws Stop `clock_skew` naming the clock that differs and by how much. */
export async function assertClocksAgree({ now, source, governed }: PhaseContext): Promise<void> {
  await assertAgrees("GitHub's clock", now, () => source.now());
  await assertAgrees("the governed database's clock", now, () => governed.now());
}

async function assertAgrees(name: string, now: () => Date, ask: () => Promise<Date>): Promise<void> {
  const before = now();
  const theirs = await ask();
  // The answer was made at some time while we waited: only a difference from that whole interval counts.
  const early = before.getTime() - theirs.getTime();
  const late = theirs.getTime() - now().getTime();
  const skewMs = Math.max(early, late);
  if (skewMs > CLOCK_TOLERANCE_MS) {
    throw new Stop('clock_skew', `${name} and the bot's differ by ${Math.round(skewMs / 1000)} s`);
  }
}
