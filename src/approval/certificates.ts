// The certificates of signers as text, for whoever is to verify without a key directory of their own.
import { type Key, readKey } from 'openpgp';
import type { Fingerprint } from './fingerprint.ts';
import { type KeyFile, readCertificates } from './key-ring.ts';

/**
 * One armored certificate for each of these primary fingerprints, with what the key says of itself and without what others
 * say of it, which nobody judges by. Throws KeyFault for private keys; undefined in the place of one that no file holds.
 */
export async function armoredCertificates(
  files: readonly KeyFile[],
  fingerprints: readonly Fingerprint[],
): Promise<readonly (string | undefined)[]> {
  const found = new Map<string, Key>();
  for (const file of files)
    for (const key of await readCertificates(file)) found.set(key.getFingerprint().toUpperCase(), key);
  return Promise.all(
    fingerprints.map(async (fingerprint) => {
      const key = found.get(fingerprint);
      return key && withoutOthers(key);
    }),
  );
}

async function withoutOthers(key: Key): Promise<string> {
  // A copy: the keys of a ring are judged by many at once.
  const copy = await readKey({ binaryKey: key.toPublic().write() });
  for (const user of copy.users) user.otherCertifications = [];
  return copy.armor();
}
