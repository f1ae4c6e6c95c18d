// Pinned keys: only full fingerprints of primary keys, only public material, every pinned one present.
import type { PrivateKey } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyFault, type KeyFaultCode, keyWarnings, readKeys } from '../../src/approval/key-ring.ts';
import { BORN, makeSigner, NOW } from './signer.ts';

const DAY_SECONDS = 24 * 60 * 60;
let key: PrivateKey;
let other: PrivateKey;
let pin: string;

beforeAll(async () => {
  key = await makeSigner();
  other = await makeSigner();
  pin = key.getFingerprint().toUpperCase();
});

const file = (content: string | Uint8Array, name = 'sovereign.asc') => ({
  name,
  bytes: Buffer.from(content),
});
const publicOf = (certificate: PrivateKey) => certificate.toPublic().armor();

describe('readKeys', () => {
  it('reads armored and binary public keys', async () => {
    for (const content of [publicOf(key), key.toPublic().write()]) {
      const ring = await readKeys([file(content)], { pinned: [pin], now: NOW });
      expect(ring.keys.get(pin)).toMatchObject({ primary: pin, unusable: undefined });
    }
  });

  it('reads every block of a file', async () => {
    const ring = await readKeys([file(publicOf(other) + publicOf(key))], { pinned: [pin], now: NOW });
    expect(ring.keys.has(pin)).toBe(true);
  });

  it('takes a fingerprint in groups and in lower case, as gpg and people write it', async () => {
    const grouped = pin.toLowerCase().replaceAll(/(.{4})/g, '$1 ');
    expect((await readKeys([file(publicOf(key))], { pinned: [grouped], now: NOW })).pinned).toEqual([pin]);
  });

  it('passes over keys that are not pinned, and over files that hold no key', async () => {
    const files = [
      file(publicOf(key)),
      file(publicOf(other), 'other.asc'),
      file('about these keys', 'README'),
    ];
    const ring = await readKeys(files, { pinned: [pin], now: NOW });
    expect(new Set([...ring.keys.values()].map(({ primary }) => primary))).toEqual(new Set([pin]));
  });

  const faults: [
    string,
    KeyFaultCode,
    () => { files: ReturnType<typeof file>[]; pinned?: string[]; now?: Date },
  ][] = [
    ['nothing is pinned', 'nothing_pinned', () => ({ files: [file(publicOf(key))], pinned: [] })],
    ['a short key id is pinned', 'fingerprint_invalid', () => ({ files: [], pinned: [pin.slice(-16)] })],
    ['a pinned key is not there', 'pinned_not_found', () => ({ files: [file(publicOf(other))] })],
    [
      'a pinned key cannot be read',
      'pinned_not_found',
      () => ({ files: [file(publicOf(key).slice(0, 300))] }),
    ],
    [
      'a private key lies there',
      'private_key',
      () => ({ files: [file(publicOf(key)), file(other.armor(), 'oops.asc')] }),
    ],
    ['a binary private key lies there', 'private_key', () => ({ files: [file(key.write(), 'oops.gpg')] })],
    [
      'a pinned key lies there twice',
      'pinned_twice',
      () => ({ files: [file(publicOf(key)), file(publicOf(key), 'old.asc')] }),
    ],
    [
      'a pinned key is dated in the future',
      'pinned_in_future',
      () => ({ files: [file(publicOf(key))], now: new Date(BORN.getTime() - 1) }),
    ],
    [
      'a subkey is pinned',
      'pinned_is_subkey',
      () => ({ files: [file(publicOf(key))], pinned: [key.subkeys[0]?.getFingerprint() ?? ''] }),
    ],
  ];
  it.each(faults)('refuses to start when %s', async (_, code, make) => {
    const { files, pinned = [pin], now = NOW } = make();
    const error: unknown = await readKeys(files, { pinned, now }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeyFault);
    expect(error).toMatchObject({ code });
  });

  it('names the files that it could not read when a pinned key is missing', async () => {
    const files = [file('garbage', 'broken.asc')];
    await expect(readKeys(files, { pinned: [pin], now: NOW })).rejects.toThrow(
      /no key could be read from broken\.asc/,
    );
  });
});

describe('keyWarnings', () => {
  const expiring = async (days: number) => {
    const lifeSeconds = (NOW.getTime() - BORN.getTime()) / 1000 + days * DAY_SECONDS;
    const certificate = await makeSigner({ lifeSeconds });
    const pinned = [certificate.getFingerprint()];
    return keyWarnings(await readKeys([file(publicOf(certificate))], { pinned, now: NOW }), NOW);
  };

  it('warns of a key that expires in 30 days', async () => {
    const [warning, ...more] = await expiring(30);
    expect(warning?.expiresAt).toEqual(new Date(NOW.getTime() + 30 * DAY_SECONDS * 1000));
    expect(more).toEqual([]);
  });

  it('says nothing of a key that expires a second later', async () => {
    expect(await expiring(30 + 1 / DAY_SECONDS)).toEqual([]);
  });

  it('warns of a key that has expired', async () => {
    expect(await expiring(-1)).toHaveLength(1);
  });

  it('says nothing of a key that never expires', async () => {
    expect(keyWarnings(await readKeys([file(publicOf(key))], { pinned: [pin], now: NOW }), NOW)).toEqual([]);
  });
});
