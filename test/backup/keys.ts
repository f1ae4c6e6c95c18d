// Throw-away backup keys for these tests, freshly made by openpgp.js in the shape that gpg can import.
import { type Config, generateKey, type KeyOptions, type PrivateKey, readPrivateKey } from 'openpgp';
import { type BackupKey, readBackupKey } from '../../src/backup/key.ts';

export const NOW = new Date('2026-05-21T10:00:00Z');

export interface TestKey {
  readonly fingerprint: string;
  readonly privateKey: PrivateKey;
  readonly armoredPublic: string;
  readonly armoredPrivate: string;
  readonly backupKey: BackupKey;
}

/** A key made an hour before `now` unless the options say otherwise, and judged at `now`. */
export async function makeKey(
  options: Partial<KeyOptions & { config: Config }> = {},
  now = NOW,
): Promise<TestKey> {
  const made = await generateKey({
    type: 'ecc',
    userIDs: [{ name: 'Backup', email: 'backup@example.org' }],
    date: new Date(now.getTime() - 3_600_000),
    ...options,
    format: 'armored',
  });
  const privateKey = await readPrivateKey({ armoredKey: made.privateKey });
  const fingerprint = privateKey.getFingerprint().toUpperCase();
  const backupKey = await readBackupKey([keyFile(made.publicKey)], { fingerprint, now });
  return {
    fingerprint,
    privateKey,
    armoredPublic: made.publicKey,
    armoredPrivate: made.privateKey,
    backupKey,
  };
}

export function keyFile(armored: string, name = 'backup.asc') {
  return { name, bytes: Buffer.from(armored) };
}
