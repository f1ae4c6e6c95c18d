// Ed25519: the vectors of RFC 8032, and signatures made for the places in which implementations are known to differ (the
// order of S, two ways to write one point, points of small and of mixed order, the equation with and without the cofactor).
import {
  add,
  BASE,
  challenge,
  encode,
  forge,
  fromLittleEndian,
  L,
  littleEndian,
  NEUTRAL,
  P,
  type Point,
  times,
  torsionPoint,
} from './curve.ts';
import { RFC_8032 } from './rfc8032.ts';

export interface Ed25519Attempt {
  readonly name: string;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly holds: boolean;
}

const SECRET = 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdn;
const NONCE = 0x0fedcba987654321fedcba987654321fedcba987654321fedcba98765432n;
export const KEY = encode(times(SECRET, BASE));
const MESSAGE = Buffer.from('the garden feeds its members');
const TORSION = torsionPoint();

interface Making {
  readonly holds: boolean;
  readonly secret?: bigint;
  readonly nonce?: bigint;
  readonly key?: Uint8Array;
  readonly r?: Uint8Array;
  readonly challengeIs?: (k: bigint) => boolean;
  readonly s?: (sound: bigint) => bigint;
}

/** With a nonce and R as given, over the first message for which the challenge is as wanted. */
export function attempt(name: string, options: Making): Ed25519Attempt {
  const { secret = SECRET, nonce = NONCE, key = KEY, challengeIs = () => true, holds } = options;
  const r = options.r ?? encode(times(nonce, BASE));
  for (let n = 0; n < 256; n++) {
    const message = Buffer.concat([MESSAGE, Buffer.from([n])]);
    if (!challengeIs(challenge(r, key, message))) continue;
    const sound = fromLittleEndian(forge({ secret, nonce, r, key, message }).subarray(32));
    const s = options.s?.(sound) ?? sound;
    return { name, key, message, holds, signature: Buffer.concat([r, littleEndian(s)]) };
  }
  throw new Error(`no message for: ${name}`);
}

/** Key and R, each a multiple of the base point and some of the torsion point; S B and R + k A lie `apart` by as much of it. */
function mixed(
  name: string,
  options: Making & { readonly inKey?: bigint; readonly inR?: bigint; readonly apart: bigint },
): Ed25519Attempt {
  const { secret = SECRET, nonce = NONCE, inKey = 0n, inR = 0n, apart } = options;
  const point = (count: bigint, torsion: bigint) => encode(add(times(count, BASE), times(torsion, TORSION)));
  return attempt(name, {
    key: point(secret, inKey),
    r: point(nonce, inR),
    challengeIs: (k) => (inR + k * inKey) % 8n === apart,
    ...options,
  });
}

/** Octets that a lax reader takes for a point of small order, none of them the one form of RFC 8032. */
const OTHER_WRITINGS: readonly (readonly [name: string, octets: Buffer])[] = [
  ['1 with a sign that zero does not have', littleEndian(1n | (1n << 255n))],
  ['p - 1 with a sign that zero does not have', littleEndian((P - 1n) | (1n << 255n))],
  ['p', littleEndian(P)],
  ['p with a sign', littleEndian(P | (1n << 255n))],
  ['p + 1', littleEndian(P + 1n)],
  ['p + 1 with a sign', littleEndian((P + 1n) | (1n << 255n))],
];

function attempts(): Ed25519Attempt[] {
  const smallOrder = Array.from({ length: 8 }, (_, n) => times(BigInt(n), TORSION));
  const nonced = times(NONCE, BASE);
  const turned = Buffer.from(encode(nonced));
  turned[31] = (turned[31] ?? 0) ^ 0x80;
  const neutral = { holds: false, nonce: 0n };
  // The secret is no part of the equation, and the key contributes nothing when the challenge is a multiple of its order.
  const keyOfSmallOrder = { holds: false, secret: 0n, challengeIs: (k: bigint) => k % 8n === 0n };
  return [
    attempt('made here', { holds: true }),
    attempt('S plus the order', { holds: false, s: (s) => s + L }),
    ...[2n, 4n, 8n, 14n].map((n) =>
      attempt(`S plus ${n} times the order`, { holds: false, s: (s) => s + n * L }),
    ),
    ...[0n, 1n, L - 1n, L, L + 1n, 1n << 252n, 1n << 253n, 1n << 255n, (1n << 256n) - 1n].map((s) =>
      attempt(`S is 0x${s.toString(16)}`, { holds: false, s: () => s }),
    ),
    attempt('S is the negative', { holds: false, s: (s) => L - s }),
    attempt('R is the neutral point', { ...neutral, r: encode(NEUTRAL) }),
    attempt('R is the neutral point, written as p + 1', { ...neutral, r: littleEndian(P + 1n) }),
    attempt('R is the neutral point with a sign that zero does not have', {
      ...{ ...neutral, r: littleEndian(1n | (1n << 255n)) },
    }),
    attempt('R is the point opposite', { holds: false, r: turned }),
    attempt('R is the point mirrored', { holds: false, r: encode({ x: nonced.x, y: P - nonced.y }) }),
    mixed('a key of mixed order, the cofactor cancels', { holds: true, inKey: 1n, apart: 0n }),
    mixed('a key of mixed order, only the cofactor would save it', { holds: false, inKey: 1n, apart: 4n }),
    mixed('a key and an R of mixed order that cancel', { holds: true, inKey: 1n, inR: 3n, apart: 0n }),
    mixed('a key and an R of mixed order, only the cofactor would save them', {
      ...{ holds: false, inKey: 1n, inR: 3n, apart: 2n },
    }),
    mixed('an R of mixed order, only the cofactor would save it', { holds: false, inR: 1n, apart: 1n }),
    mixed('a key of mixed order and an R of small order that cancel', {
      ...{ ...neutral, inKey: 1n, inR: 5n, apart: 0n },
    }),
    mixed('a key of mixed order and an R of order 2 with a sign that zero does not have', {
      ...{ ...neutral, inKey: 1n, inR: 4n, apart: 0n, r: littleEndian((P - 1n) | (1n << 255n)) },
    }),
    mixed('a key of small order and an R of mixed order that cancel', {
      ...{ holds: false, secret: 0n, inKey: 1n, inR: 3n, apart: 0n },
    }),
    mixed('a key and an R of small order that cancel, and S is zero', {
      ...{ holds: false, secret: 0n, nonce: 0n, inKey: 1n, inR: 7n, apart: 0n },
    }),
    ...smallOrder.map((point: Point, n) =>
      attempt(`a key of small order, ${n} times the torsion point`, {
        ...{ ...keyOfSmallOrder, key: encode(point) },
      }),
    ),
    ...OTHER_WRITINGS.map(([name, key]) =>
      attempt(`a key of small order, written as ${name}`, { ...keyOfSmallOrder, key }),
    ),
  ];
}

function ofRfc8032(): Ed25519Attempt[] {
  return RFC_8032.flatMap(({ name, ...hex }) => {
    const [key, message, signature] = [hex.key, hex.message, hex.signature].map((text) =>
      Buffer.from(text, 'hex'),
    );
    if (!key || !message || !signature) throw new Error('a vector has three parts');
    const more = Buffer.concat([message, Buffer.from([0])]);
    return [
      { name: `RFC 8032 ${name}`, key, message, signature, holds: true },
      { name: `RFC 8032 ${name}, and an octet more`, key, message: more, signature, holds: false },
    ];
  });
}

function withBits(): Ed25519Attempt[] {
  const sound = attempt('sound', { holds: true });
  const flipped = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  };
  const { key, signature } = sound;
  return [
    ...[0, 100, 255, 256, 300, 507].map((bit) => ({
      ...{ ...sound, name: `bit ${bit} of the signature turned`, signature: flipped(signature, bit) },
    })),
    ...[1, 200].map((bit) => ({
      ...{ ...sound, name: `bit ${bit} of the key turned`, key: flipped(key, bit) },
    })),
    { ...sound, name: 'a signature of 63 octets', signature: signature.subarray(0, 63) },
    { ...sound, name: 'a signature of 65 octets', signature: Buffer.concat([signature, Buffer.from([0])]) },
    { ...sound, name: 'a signature of no octets', signature: Buffer.alloc(0) },
  ].map((one) => ({ ...one, holds: false }));
}

export const ED25519_ATTEMPTS: readonly Ed25519Attempt[] = [...ofRfc8032(), ...attempts(), ...withBits()];
