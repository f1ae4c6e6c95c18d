// The backup key: the public key that a dump is encrypted to. It is usable at the given time, or the run stops.
import { type Key, type PublicKey, readKeys } from 'openpgp';
import type { KeyFile } from '../approval/key-ring.ts';
import { Stop } from '../stop/stop.ts';

export interface BackupKey {
  /** The primary key: 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Key ids (16 upper-case digits) of every (sub)key that a message to this key may name. */
  readonly keyIds: readonly string[];
  /** When encryption with it ends; undefined: never. */
  readonly expiresAt: Date | undefined;
  readonly publicKey: PublicKey;
}

/**
 * Finds the pinned key among the files of the key directory, armored or binary, and judges it at `now`.
 * Throws Stop `key_unusable` when it is missing, private, revoked, expired, not yet valid or cannot encrypt.
 */
export async function readBackupKey(
  files: readonly KeyFile[],
  { fingerprint, now }: { fingerprint: string; now: Date },
): Promise<BackupKey> {
  const publicKey = await findPublicKey(files, fingerprint);
  const expiresAt = await encryptionExpiry(publicKey, now);
  return { fingerprint, keyIds: keyIdsOf(publicKey), expiresAt, publicKey };
}

/** The key whatever its state: an old backup outlives the key it was made for. */
export async function findPublicKey(files: readonly KeyFile[], fingerprint: string): Promise<PublicKey> {
  const found = await findKey(files, fingerprint);
  if (!found)
    throw unusable(
      `${fingerprint} is in none of the ${files.length} file(s) of the key directory; put the output of \`gpg --export --armor ${fingerprint}\` there`,
    );
  if (found.key.isPrivate())
    throw unusable(
      `${fingerprint} is in ${found.name} with its private half: whoever takes this machine could read every backup. Keep only \`gpg --export --armor ${fingerprint}\` here`,
    );
  return found.key.toPublic();
}

export function keyIdsOf(key: PublicKey): string[] {
  return key.getKeyIDs().map((id) => id.toHex().toUpperCase());
}

async function findKey(
  files: readonly KeyFile[],
  fingerprint: string,
): Promise<{ name: string; key: Key } | undefined> {
  for (const { name, bytes } of files)
    for (const key of await parseKeys(bytes))
      if (key.getFingerprint().toUpperCase() === fingerprint) return { name, key };
  return undefined;
}

/** A file that holds no key is no fault of this key: the directory may hold a README. */
async function parseKeys(bytes: Uint8Array): Promise<Key[]> {
  const armored = Buffer.from(bytes).includes('-----BEGIN PGP');
  try {
    return armored
      ? await readKeys({ armoredKeys: Buffer.from(bytes).toString('utf8') })
      : await readKeys({ binaryKeys: bytes });
  } catch {
    return [];
  }
}

/** The instant at which the primary key or its encryption subkey ends, whichever is first. */
async function encryptionExpiry(key: PublicKey, now: Date): Promise<Date | undefined> {
  const name = key.getFingerprint().toUpperCase();
  if (key.getCreationTime() > now) throw unusable(`${name} was created after ${now.toISOString()}`);
  if (await key.isRevoked(undefined, undefined, now)) throw unusable(`${name} is revoked`);
  const primaryEnds = await key.getExpirationTime();
  if (primaryEnds instanceof Date && primaryEnds <= now)
    throw unusable(`${name} expired at ${primaryEnds.toISOString()}`);
  let target: Awaited<ReturnType<PublicKey['getEncryptionKey']>>;
  try {
    target = await key.getEncryptionKey(undefined, now);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`${name} cannot encrypt at ${now.toISOString()}: ${why}`, { cause });
  }
  const targetEnds = target === key ? primaryEnds : await subkeyExpiry(key, target.getFingerprint(), now);
  const ends = [primaryEnds, targetEnds].filter((end) => end instanceof Date).map(Number);
  return ends.length > 0 ? new Date(Math.min(...ends)) : undefined;
}

async function subkeyExpiry(key: PublicKey, fingerprint: string, now: Date) {
  return key.subkeys.find((subkey) => subkey.getFingerprint() === fingerprint)?.getExpirationTime(now);
}

function unusable(detail: string, options?: ErrorOptions): Stop {
  return new Stop('key_unusable', `the backup key ${detail}`, options);
}
