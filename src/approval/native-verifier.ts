// The same question as to openpgp.js, answered by node:crypto from the numbers that our own reader took out of the packet:
// for whoever has thousands of signatures to verify; it works beside the thread that asks. The two answer alike for every
// packet that both readers let through, and no other comes here: test/approval/native-verifier.test.ts holds them against each other.
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { SigningKey } from './certificate.ts';
import { flawed } from './flaw.ts';
import { type KeyNumbers, numbersOf } from './key-numbers.ts';
import { readByLibrary, SignatureFault, type Verifier } from './signature.ts';
import type { SignatureClaim, SignatureParts } from './signature-packet.ts';

interface PublicKey {
  readonly numbers: KeyNumbers;
  readonly object: KeyObject;
}

/** Throws SignatureFault when the library misbehaves. */
export function openNativeVerifier(): Verifier {
  const known = new WeakMap<SigningKey, PublicKey>();
  return async (claim, { key, document }) => {
    const read = readByLibrary(claim);
    if (!read.ok) return read;
    const publicKey = known.get(key) ?? publicKeyOf(key);
    known.set(key, publicKey);
    const signed = Buffer.concat([document, claim.parts.trailer]);
    if (await fits(claim, { ...publicKey, signed })) return { ok: true, value: true };
    return flawed('signature_invalid', `key ${key.fingerprint}`);
  };
}

function publicKeyOf({ packet, fingerprint }: SigningKey): PublicKey {
  const numbers = numbersOf(packet);
  if (!numbers) throw new SignatureFault('library_failed', `the numbers of ${fingerprint} cannot be read`);
  const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64url');
  const key =
    numbers.kind === 'rsa'
      ? { kty: 'RSA', n: text(numbers.modulus), e: text(numbers.exponent) }
      : { kty: 'OKP', crv: 'Ed25519', x: text(numbers.point) };
  try {
    return { numbers, object: createPublicKey({ key, format: 'jwk' }) };
  } catch (error) {
    throw new SignatureFault('library_failed', `reading the numbers of ${fingerprint}`, { cause: error });
  }
}

async function fits(
  { parts }: SignatureClaim,
  { numbers, object, signed }: PublicKey & { readonly signed: Uint8Array },
): Promise<boolean> {
  const digest = hash(parts.hash, signed, 'buffer');
  if (!digest.subarray(0, 2).equals(parts.hashStart)) return false;
  const signature = octetsOf(parts, numbers);
  if (!signature) return false;
  // EdDSA in OpenPGP signs the hash, not the document (RFC 9580, 5.2.4).
  return numbers.kind === 'rsa'
    ? ask(parts.hash, { data: signed, object, signature })
    : ask(null, { data: digest, object, signature });
}

/** In the length that the key asks for; undefined where the numbers are larger. */
function octetsOf({ numbers }: SignatureParts, key: KeyNumbers): Uint8Array | undefined {
  if (numbers.length === 1 && key.kind === 'ed25519') return numbers[0];
  const length = key.kind === 'rsa' ? key.modulus.length : 32;
  if (numbers.some((number) => number.length > length)) return undefined;
  return Buffer.concat(numbers.flatMap((number) => [new Uint8Array(length - number.length), number]));
}

function ask(
  algorithm: string | null,
  { data, object, signature }: { data: Uint8Array; object: KeyObject; signature: Uint8Array },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(algorithm, data, object, signature, (error, good) => {
      if (!error) return resolve(good);
      reject(
        new SignatureFault('library_failed', `verifying a signature: ${error.message}`, { cause: error }),
      );
    });
  });
}
