// Keys under which a signature proves nothing are refused in the ring and again at each signature, with the reason that
// the governed database gives.
import type { PrivateKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/approval/admission.ts';
import type { SigningKey } from '../../src/approval/certificate.ts';
import { type KeyRing, readKeys } from '../../src/approval/key-ring.ts';
import { isSoundPoint, isSoundRsa } from '../../src/approval/key-strength.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { encode, littleEndian, NEUTRAL, P, times, torsionPoint } from '../governed/guard/curve.ts';
import { makeRsaSigner } from './rsa-signer.ts';
import { NOW, requestFor, SIGNED_UTC } from './signer.ts';

const DOCUMENT = Buffer.from(
  approvalTemplate({
    gate: 'SG_1_cut_authz',
    bindings: { run_id: 'run-20260520-0123456789abcdef', cutplan_sha256: 'a'.repeat(64) },
    signedUtc: SIGNED_UTC,
  }),
);

async function reasonFor(key: PrivateKey, change: (ring: KeyRing) => KeyRing = (ring) => ring) {
  const request = await requestFor(DOCUMENT, key);
  const verdict = await admit({ ...request, keys: change(request.keys) });
  return verdict.verdict === 'accepted' ? verdict.verdict : verdict.reason;
}

/** A ring that says of every key that it may sign, as one made by other code could. */
const trusting = ({ pinned, keys }: KeyRing): KeyRing => ({
  pinned,
  keys: new Map(
    [...keys].map(([name, key]): [string, SigningKey] => [name, { ...key, unusable: undefined }]),
  ),
});

describe('an RSA exponent', () => {
  it.each([1, 3, 257])('of %i makes a weak key of a certificate that is in order', async (exponent) => {
    const key = await makeRsaSigner(exponent);
    const file = { name: 'sovereign.asc', bytes: Buffer.from(key.toPublic().armor()) };
    const ring = await readKeys([file], { pinned: [key.getFingerprint()], now: NOW });
    expect([...ring.keys.values()].map(({ unusable }) => unusable)).toEqual(['weak_key']);
  });

  it.each([1, 3])('of %i opens nothing, whatever the ring says of the key', async (exponent) => {
    const key = await makeRsaSigner(exponent);
    expect(await reasonFor(key)).toBe('weak_key');
    expect(await reasonFor(key, trusting)).toBe('weak_key');
  });

  it('of 65537 signs, and so does a larger one', async () => {
    for (const exponent of [65537, 65539])
      expect(await reasonFor(await makeRsaSigner(exponent))).toBe('accepted');
  });
});

describe('the numbers of an RSA key', () => {
  const modulus = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(254), Buffer.from([1])]);
  const exponent = Buffer.from([1, 0, 1]);
  const changed: Record<string, Partial<Parameters<typeof isSoundRsa>[0]>> = {
    'an even exponent': { exponent: Buffer.from([1, 0, 2]) },
    'an odd exponent below 65537': { exponent: Buffer.from([0xff, 0xff]) },
    'no exponent': { exponent: Buffer.alloc(0) },
    'an exponent as large as the modulus': { exponent: modulus },
    'an even modulus': { modulus: Buffer.concat([modulus.subarray(0, 255), Buffer.from([2])]) },
    'a modulus of 2047 bits': { modulus: Buffer.concat([Buffer.from([0x7f]), modulus.subarray(1)]) },
    'a modulus that is padded': { modulus: Buffer.concat([Buffer.from([0]), modulus]) },
  };

  it('are sound at 2048 bits with the exponent 65537', () => {
    expect(isSoundRsa({ modulus, exponent })).toBe(true);
  });

  it.each(Object.entries(changed))('are weak with %s', (_, change) => {
    expect(isSoundRsa({ modulus, exponent, ...change })).toBe(false);
  });
});

describe('the point of an Ed25519 key', () => {
  const small = Array.from({ length: 8 }, (_, count) => times(BigInt(count), torsionPoint()));

  it('is weak when its order is small, with either sign', () => {
    for (const point of [NEUTRAL, ...small]) {
      const octets = encode(point);
      const other = Buffer.from(octets);
      other[31] = (other[31] ?? 0) ^ 0x80;
      expect([isSoundPoint(octets), isSoundPoint(other)]).toEqual([false, false]);
    }
  });

  it('is weak when it is not written in the one form, or in more or fewer than 32 octets', () => {
    expect(isSoundPoint(littleEndian(P + 3n))).toBe(false);
    expect(isSoundPoint(littleEndian(3n))).toBe(true);
    expect(isSoundPoint(littleEndian(3n, 31))).toBe(false);
    expect(isSoundPoint(littleEndian(3n, 33))).toBe(false);
  });
});
