// The validity window: half-open [t, t + 24 h) at a passed-in reference time, with no tolerance (design sections 1 and 2).
import { type Finding, fail, pass } from './checks.ts';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

export const VALIDITY_MS = 24 * HOUR_MS;
export const AGREEMENT_MS = 15 * MINUTE_MS;

/** The same for people, so that no sentence promises another time than the one that is judged. */
export const VALIDITY_WORDS = `${VALIDITY_MS / HOUR_MS} hours`;
export const AGREEMENT_WORDS = `${AGREEMENT_MS / MINUTE_MS} minutes`;

/** Each instant must lie in its window at `now`: `0 <= now - t < 24 h`. */
export function checkWindow(instants: readonly Date[], now: Date): Finding {
  for (const at of instants) {
    const ageMs = now.getTime() - at.getTime();
    const detail = `signed ${at.toISOString()}, judged at ${now.toISOString()}`;
    if (ageMs < 0) return fail('signed_in_future', detail);
    if (ageMs >= VALIDITY_MS) return fail('window_expired', detail);
  }
  return pass(`open until ${endOfValidity(instants).toISOString()}`);
}

/** The first instant at which one of the windows is closed. */
export function endOfValidity(instants: readonly Date[]): Date {
  return new Date(Math.min(...instants.map((at) => at.getTime())) + VALIDITY_MS);
}

/** The clock of the person and the clocks of the signing tools must tell the same story. */
export function checkAgreement(signedAt: Date, signatureInstants: readonly Date[]): Finding {
  const apart = signatureInstants.find((at) => Math.abs(signedAt.getTime() - at.getTime()) > AGREEMENT_MS);
  if (!apart) return pass(`signed_utc and the signature are at most ${AGREEMENT_WORDS} apart`);
  return fail(
    'times_disagree',
    `signed_utc ${signedAt.toISOString()}, signature made ${apart.toISOString()}`,
  );
}
