// The recorder's key: Ed25519 (RFC 8032), named by the 32 octets of its public key. What it signs is trusted because a
// sovereign's GAP7 names it, and never on its own word.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { isSoundPoint } from '../approval/key-strength.ts';

/** The public key as 64 lower-case hexadecimal digits. */
export type RecorderKey = string & { readonly brand: 'RecorderKey' };

export const RECORDER_KEY_FORM = /^[0-9a-f]{64}$/;

/** Of the right form, and no point under which a signature holds for any text. */
export function isRecorderKey(text: string): text is RecorderKey {
  return RECORDER_KEY_FORM.test(text) && isSoundPoint(Buffer.from(text, 'hex'));
}

export const recorderKeySchema = z.custom<RecorderKey>(
  (value) => typeof value === 'string' && isRecorderKey(value),
  'is not a recorder key (64 lower-case hexadecimal digits of an Ed25519 public key)',
);

/** As people compare it: sixteen groups of four digits. */
export function inGroups(key: RecorderKey): string {
  return key.replace(/.{4}(?=.)/g, '$& ');
}

/** Whoever holds the secret; the answer to `sign` is the 64 octets of the signature. */
export interface RecorderSigner {
  readonly key: RecorderKey;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The keys of a deployment. What is new is signed by the current one; a run that names an older one only, by that. */
export interface Recorder {
  readonly current: RecorderSigner;
  /** The newest first. */
  readonly older: readonly RecorderSigner[];
}

/** Pure Ed25519, as RFC 8032 section 5.1.7 says. */
export function isSignedBy(
  key: RecorderKey,
  { message, signature }: { message: Uint8Array; signature: Uint8Array },
): boolean {
  return signature.length === 64 && verify(null, message, keyObject(key), signature);
}

export function recorderKeyOf(publicKey: KeyObject): RecorderKey {
  const { kty, crv, x = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.from(x, 'base64url').toString('hex');
  if (kty !== 'OKP' || crv !== 'Ed25519' || !isRecorderKey(key))
    throw new TypeError('recorderKeyOf: the key is no Ed25519 key');
  return key;
}

function keyObject(key: RecorderKey): KeyObject {
  const x = Buffer.from(key, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
