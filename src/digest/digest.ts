// SHA-256 digests of bytes and, through RFC 8785 canonical JSON, of values.
// Every digest that a person signs or a record carries is made here, so two parts can never disagree on its form.
import { hash } from 'node:crypto';
import canonicalizeJson from 'canonicalize';
import { z } from 'zod';

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly brand: 'Sha256' };

export const SHA256_FORM = /^[0-9a-f]{64}$/;

export function isSha256(text: string): text is Sha256 {
  return SHA256_FORM.test(text);
}

/** Decodes a digest from outside. */
export const sha256Schema = z.custom<Sha256>(
  (value) => typeof value === 'string' && isSha256(value),
  'is not a SHA-256 digest (64 lower-case hexadecimal digits)',
);

export function sha256(bytes: Uint8Array | string): Sha256 {
  return hash('sha256', bytes, 'hex') as Sha256;
}

/** RFC 8785 canonical JSON: keys sorted, no white space, numbers as ECMAScript prints them. */
export function canonicalJson(value: unknown): string {
  const text = canonicalizeJson(value);
  if (text === undefined)
    throw new TypeError('canonicalJson: the value has no JSON form (undefined or a function)');
  return text;
}

export function digestOf(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}
