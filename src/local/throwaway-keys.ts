// Throw-away OpenPGP keys for one demo: made here, importable by gpg, worth nothing elsewhere.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMessage, generateKey, type PrivateKey, sign } from 'openpgp';

export interface ThrowawayKey {
  readonly privateKey: PrivateKey;
  /** 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly publicArmored: string;
  readonly privateArmored: string;
}

export async function makeKey(name: string, at: Date): Promise<ThrowawayKey> {
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy', // what gpg 2.2 and 2.4 make and read
    userIDs: [{ name, email: `${name.toLowerCase().replace(/[^a-z]+/g, '-')}@demo.invalid` }],
    date: at,
    format: 'object',
  });
  return {
    privateKey,
    fingerprint: privateKey.getFingerprint().toUpperCase(),
    publicArmored: publicKey.armor(),
    privateArmored: privateKey.armor(),
  };
}

/** Writes the public key alone where the bot looks for it. */
export async function placeKey(key: ThrowawayKey, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${key.fingerprint}.asc`), key.publicArmored);
}

/** What `gpg --armor --detach-sign` gives: a detached binary signature in armor. */
export async function detachSign(
  document: string,
  { key, at }: { key: Pick<ThrowawayKey, 'privateKey'>; at: Date },
): Promise<string> {
  const message = await createMessage({ binary: new TextEncoder().encode(document) });
  return sign({ message, signingKeys: key.privateKey, detached: true, format: 'armored', date: at });
}
