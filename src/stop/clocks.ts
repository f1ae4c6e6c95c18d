// How far another clock is from this one, as far as an answer can tell.

interface Waited {
  readonly asked: Date;
  readonly answered: Date;
  /** How finely the other clock tells its time: it may be so much later than it says. */
  readonly precisionMs?: number;
}

/**
 * Milliseconds, 0 or less where the two may agree. The answer was made at some time while it was waited for: only a
 * difference from that whole interval counts.
 */
export function skewMs(theirs: Date, { asked, answered, precisionMs = 0 }: Waited): number {
  const early = asked.getTime() - theirs.getTime() - precisionMs;
  const late = theirs.getTime() - answered.getTime();
  return Math.max(early, late);
}
