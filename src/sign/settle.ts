// Whom to believe at this call, and with which of the person's own keys to sign.
import { tidyFingerprint } from '../approval/fingerprint.ts';
import type { KeyRing } from '../approval/key-ring.ts';
import type { TrustedPerson } from '../report/sign-screen.ts';
import type { Asked } from './asked.ts';
import { SignFault } from './fault.ts';
import { type OwnKey, ownKeys } from './gpg.ts';
import type { Person } from './person.ts';
import { chooseKey } from './sign.ts';
import { type Kept, type Trusted, trustSigners } from './trust.ts';

export interface Settled extends Trusted {
  /** Of the person, and among the trusted. */
  readonly keys: readonly OwnKey[];
}

/** Throws SignFault and KeyFault. */
export async function settle(
  { signers, key, environment }: Asked,
  { kept, person, now }: { kept: Kept; person: Person; now: Date },
): Promise<Settled> {
  const own = await ownKeys(environment);
  const { fingerprints, why } = await namedOrOwn(signers?.fingerprints, { kept, own, person });
  const files = signers?.files ?? [];
  const trusted = await trustSigners({ fingerprints, files, kept, why, environment, now });
  const wanted = key === null ? null : tidyFingerprint(key);
  const keys = own.filter(
    ({ fingerprint }) =>
      trusted.ring.pinned.some((pin) => pin === fingerprint) && (wanted === null || fingerprint === wanted),
  );
  return { ...trusted, keys };
}

async function namedOrOwn(
  named: readonly string[] | undefined,
  { kept, own, person }: { kept: Kept; own: readonly OwnKey[]; person: Person },
): Promise<{ fingerprints: readonly string[]; why: string }> {
  if (named && named.length > 0) return { fingerprints: named, why: 'because you named them' };
  if (kept.signers.length > 0) {
    const fingerprints = kept.signers.map(({ fingerprint }) => fingerprint);
    return { fingerprints, why: 'as you signed with them before in this clone' };
  }
  if (own.length === 0)
    throw new SignFault(
      'no_key',
      'your gpg has no secret key that can sign, and nobody is named with --signer: make one, or insert your card (gpg --list-secret-keys)',
    );
  const { fingerprint } = await chooseKey({ keys: own, person });
  return {
    fingerprints: [fingerprint],
    why: 'because it is your own gpg key; nobody else is believed until you name them with --signer',
  };
}

/** For the screen: each with the end of the last key that may sign for them. */
export function peopleOf({ pinned, keys }: KeyRing): TrustedPerson[] {
  return pinned.map((fingerprint) => {
    const ends = [...keys.values()]
      .filter(({ primary, unusable }) => primary === fingerprint && !unusable)
      .map(({ expiresAt }) => expiresAt);
    const last = ends.includes(undefined) ? undefined : ends.map((end) => end?.getTime() ?? 0);
    return { fingerprint, endsAt: last && last.length > 0 ? new Date(Math.max(...last)) : null };
  });
}
