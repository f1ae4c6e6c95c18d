// How strong a signing key must be (design section 2). The guard asks the same of the numbers
// (governed/schema/guard/022_rsa.sql, 029_signer_key.sql), so neither of the two verifiers believes what the other does not.

/** A modulus of fewer bits is refused, in certificates as in signatures. */
export const MIN_RSA_BITS = 2048;

/** With a smaller or an even exponent signatures can be made without the secret; with 1 every number is one. */
export const MIN_RSA_EXPONENT = 65537;

/** The numbers of an RSA key, unsigned, the highest octet first. */
export function isSoundRsa({ modulus, exponent }: { modulus: Uint8Array; exponent: Uint8Array }): boolean {
  const [first = 0] = modulus;
  if (first === 0 || modulus.length * 8 - Math.clz32(first) + 24 < MIN_RSA_BITS) return false;
  const [n, e] = [bigEndian(modulus), bigEndian(exponent)];
  const isOdd = (number: bigint) => (number & 1n) === 1n;
  return isOdd(n) && isOdd(e) && e >= MIN_RSA_EXPONENT && e < n;
}

const P = 2n ** 255n - 19n;
/** The y of the points of order 8 on edwards25519, one of two that are each other's negative. */
const Y_OF_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const SMALL_ORDER = new Set([0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8]);

/** 32 octets in the one form of RFC 8032, and no point of small order: under such a one a signature holds for any text. */
export function isSoundPoint(octets: Uint8Array): boolean {
  if (octets.length !== 32) return false;
  const y = bigEndian(Uint8Array.from(octets).reverse()) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(y);
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
}
