// Edwards25519 with whole numbers, slow and plain after RFC 8032, 5.1: for signatures that no library would make.
import { createHash } from 'node:crypto';

export const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const NEUTRAL: Point = { x: 0n, y: 1n };
export const BASE: Point = pointOf(mod(4n * inverse(5n)), 0n) as Point;

export function mod(value: bigint, modulus = P): bigint {
  return ((value % modulus) + modulus) % modulus;
}

export function power(base: bigint, exponent: bigint, modulus = P): bigint {
  let result = 1n;
  for (let b = mod(base, modulus), e = exponent; e > 0n; b = (b * b) % modulus, e >>= 1n)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

function inverse(value: bigint): bigint {
  return power(mod(value), P - 2n);
}

export function add(a: Point, b: Point): Point {
  const t = mod(D * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + b.x * a.y) * inverse(1n + t)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - t)),
  };
}

export function times(count: bigint, point: Point): Point {
  let result = NEUTRAL;
  for (let p = point, n = count; n > 0n; p = add(p, p), n >>= 1n) if (n & 1n) result = add(result, p);
  return result;
}

/** The point with this y and the lowest bit of x; undefined when there is none. */
export function pointOf(y: bigint, sign: bigint): Point | undefined {
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(v * x * x) !== u) return undefined;
  return { x: (x & 1n) === sign ? x : mod(-x), y };
}

export function encode({ x, y }: Point): Buffer {
  return littleEndian(y | ((x & 1n) << 255n));
}

export function littleEndian(value: bigint, octets = 32): Buffer {
  return Buffer.from(value.toString(16).padStart(octets * 2, '0'), 'hex').reverse();
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** A point of order 8: what is left of any point once the large prime is taken out. */
export function torsionPoint(): Point {
  for (let y = 3n; ; y++) {
    const point = pointOf(y, 0n);
    const small = point && times(L, point);
    if (small && times(4n, small).y !== 1n) return small;
  }
}

/** k of the equation S B = R + k A, for octets as they stand. */
export function challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(createHash('sha512').update(r).update(key).update(message).digest()) % L;
}

/** S for a chosen R = r B, however R is written and whatever the octets of the key are. */
export function forge(options: {
  readonly secret: bigint;
  readonly nonce: bigint;
  readonly r: Uint8Array;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
}): Buffer {
  const { secret, nonce, r, key, message } = options;
  return Buffer.concat([r, littleEndian(mod(nonce + challenge(r, key, message) * secret, L))]);
}
