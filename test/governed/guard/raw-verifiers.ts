// The raw mathematics of a signature, asked of each program beside the guard: openpgp.js as admission uses it, OpenSSL
// through node:crypto, and the arithmetic that openpgp.js carries itself for where its runtime offers none.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { PublicKeyPacket, SignaturePacket } from 'openpgp';
import { areStrong, type KeyNumbers, numbersOf } from '../../../src/approval/key-numbers.ts';
import { mpi } from '../../conformance/approvals/make/packets.ts';
import type { Ed25519Attempt } from './ed25519-attempts.ts';
import { HASHES, type RsaAttempt } from './rsa-attempts.ts';

export type RawAttempt = Ed25519Attempt | RsaAttempt;

const isRsa = (attempt: RawAttempt): attempt is RsaAttempt => 'hash' in attempt;
const nameOfHash = (hash: number) => HASHES.find(([number]) => number === hash)?.[1] ?? 'sha1';

/** Whether admission would call this true: the key must be sound, and openpgp.js must verify. */
export async function openpgpSays(attempt: RawAttempt): Promise<boolean> {
  const { key } = attempt;
  const numbers: KeyNumbers = isRsa(attempt)
    ? { kind: 'rsa', modulus: attempt.key.n, exponent: attempt.key.e }
    : { kind: 'ed25519', point: key as Uint8Array };
  return areStrong(numbers) && libraryVerifies(attempt, { own: false });
}

/** openpgp.js with no help: no key is judged, and neither OpenSSL nor another library of the runtime verifies. */
export async function ownArithmeticSays(attempt: RawAttempt): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  const { importKey } = subtle;
  subtle.importKey = () => Promise.reject(new DOMException('left out', 'NotSupportedError'));
  try {
    return await libraryVerifies(attempt, { own: true });
  } finally {
    subtle.importKey = importKey;
  }
}

export function opensslSays(attempt: RawAttempt): boolean {
  const { message, signature } = attempt;
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  if (!isRsa(attempt)) {
    const key = { kty: 'OKP', crv: 'Ed25519', x: text(attempt.key) };
    return verify(null, message, createPublicKey({ key, format: 'jwk' }), signature);
  }
  const key = { kty: 'RSA', n: text(attempt.key.n), e: text(attempt.key.e) };
  return verify(nameOfHash(attempt.hash), message, createPublicKey({ key, format: 'jwk' }), signature);
}

/** What openpgp.js says of a signature that is not true. */
const REFUSED =
  /^(Signature verification failed|Input array too long|Insecure message hash algorithm: SHA1)$/;
/** What its own arithmetic says of a signature that is none by its size. */
const NO_SIZE = /^(bad signature size|Signature size cannot exceed modulus size)$/;

async function libraryVerifies(attempt: RawAttempt, { own }: { own: boolean }): Promise<boolean> {
  const key = await keyPacketOf(attempt);
  const { message, signature } = attempt;
  const digest = isRsa(attempt) ? createHash(nameOfHash(attempt.hash)).update(message).digest() : message;
  const packet = Object.assign(new SignaturePacket(), {
    ...{ version: 4, signatureType: 0, created: new Date(), issuerKeyID: key.getKeyID() },
    ...{ publicKeyAlgorithm: key.algorithm, hashAlgorithm: isRsa(attempt) ? attempt.hash : 10 },
    signedHashValue: Uint8Array.from(digest.subarray(0, 2)),
    params: isRsa(attempt) ? { s: signature } : { RS: signature },
    // The packet's own way to the octets is left out: these are to be verified as they are.
    ...(own || !isRsa(attempt)
      ? { hashed: Promise.resolve(digest) }
      : { toHash: () => message, hash: async () => digest }),
  });
  try {
    await packet.verify(key, 0, { text: null, getBytes: () => message }, null as never, true);
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (REFUSED.test(error.message) || (own && NO_SIZE.test(error.message))) return false;
    throw error;
  }
}

async function keyPacketOf(attempt: RawAttempt): Promise<PublicKeyPacket> {
  const head = (algorithm: number) => Buffer.from([4, 0, 0, 0, 1, algorithm]);
  const body = isRsa(attempt)
    ? Buffer.concat([head(1), mpi(attempt.key.n), mpi(attempt.key.e)])
    : Buffer.concat([head(27), attempt.key]);
  const packet = new PublicKeyPacket();
  await (packet as unknown as { read(bytes: Uint8Array): Promise<unknown> }).read(Uint8Array.from(body));
  if (!numbersOf(packet)) throw new Error('the key was not read');
  return packet;
}
