import { enums, reformatKey, revokeKey } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBackupKey } from '../../src/backup/key.ts';
import { keyFile, makeKey, NOW, type TestKey } from './keys.ts';

const HOUR_MS = 3_600_000;
const createdAt = new Date(NOW.getTime() - HOUR_MS);

let key: TestKey;
beforeAll(async () => {
  key = await makeKey();
});

function read(armored: string, now = NOW) {
  return readBackupKey([keyFile(armored)], { fingerprint: key.fingerprint, now });
}

async function whyNot(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => ({ code: 'accepted', detail: '' }),
    (reason) => reason,
  );
  expect(error.code).toBe('key_unusable');
  return error.detail;
}

describe('the backup key', () => {
  it('is found by its full fingerprint, armored or binary, among other files', async () => {
    const other = await makeKey();
    const files = [
      keyFile('not a key', 'README'),
      keyFile(other.armoredPublic, 'other.asc'),
      { name: 'backup.gpg', bytes: key.privateKey.toPublic().write() },
    ];
    const found = await readBackupKey(files, { fingerprint: key.fingerprint, now: NOW });
    expect(found.fingerprint).toBe(key.fingerprint);
    expect(found.keyIds).toHaveLength(2);
    expect(found.expiresAt).toBeUndefined();
  });

  it('is refused when it is missing, with the command that exports it', async () => {
    const reading = readBackupKey([], { fingerprint: key.fingerprint, now: NOW });
    expect(await whyNot(reading)).toContain(`gpg --export --armor ${key.fingerprint}`);
  });

  it('is refused with its private half beside it', async () => {
    expect(await whyNot(read(key.armoredPrivate))).toContain('private half');
  });

  it('is usable to its last second, and not from its expiry on', async () => {
    const expiring = await reformatKey({
      privateKey: key.privateKey,
      userIDs: [{ name: 'Backup' }],
      date: createdAt,
      keyExpirationTime: 2 * 3600,
      format: 'armored',
    });
    const endsAt = new Date(NOW.getTime() + HOUR_MS);
    expect((await read(expiring.publicKey, new Date(endsAt.getTime() - 1000))).expiresAt).toEqual(endsAt);
    expect(await whyNot(read(expiring.publicKey, endsAt))).toContain('expired at 2026-05-21T11:00:00.000Z');
  });

  it('is refused when it was revoked, for whatever reason', async () => {
    for (const flag of [enums.reasonForRevocation.keyCompromised, enums.reasonForRevocation.keyRetired]) {
      const { publicKey } = await revokeKey({
        key: key.privateKey,
        reasonForRevocation: { flag, string: '' },
        date: createdAt,
        format: 'armored',
      });
      expect(await whyNot(read(publicKey))).toContain('is revoked');
    }
  });

  it('is refused before it was made', async () => {
    expect(await whyNot(read(key.armoredPublic, new Date(createdAt.getTime() - 1000)))).toContain(
      'created after',
    );
  });

  it('is refused when it can only sign', async () => {
    const making = makeKey({ subkeys: [{ sign: true }] });
    expect(await whyNot(making)).toContain('cannot encrypt');
  });
});
