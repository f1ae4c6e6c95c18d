// Ed25519: the vectors of RFC 8032, 7.1, and the places in which implementations are known to differ.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  add,
  BASE,
  challenge,
  encode,
  forge,
  fromLittleEndian,
  L,
  littleEndian,
  mod,
  NEUTRAL,
  P,
  type Point,
  pointOf,
  times,
  torsionPoint,
} from './curve.ts';
import { type GuardCase, valueCase } from './guard-case.ts';

const RFC_8032 = [
  {
    name: 'TEST 1, an empty message',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2, one octet',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    name: 'TEST 3, two octets',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    name: 'TEST 1024, 1023 octets',
    key: '278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e',
    message: readFileSync(new URL('rfc8032-test-1024.hex', import.meta.url), 'utf8').replaceAll('\n', ''),
    signature:
      '0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03',
  },
  {
    name: 'TEST SHA(abc), 64 octets',
    key: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message: createHash('sha512').update('abc').digest('hex'),
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
] as const;

const SECRET = 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdn;
const NONCE = 0x0fedcba987654321fedcba987654321fedcba987654321fedcba98765432n;
const KEY = encode(times(SECRET, BASE));
const MESSAGE = Buffer.from('the garden feeds its members');

interface Attempt {
  readonly name: string;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly holds: boolean;
}

/** With a nonce and R as given, over the first message for which the challenge is as wanted. */
function attempt(
  name: string,
  options: {
    holds: boolean;
    key?: Uint8Array;
    nonce?: bigint;
    r?: Uint8Array;
    challengeIs?: (k: bigint) => boolean;
    add?: bigint;
  },
): Attempt {
  const { key = KEY, nonce = NONCE, challengeIs = () => true, holds } = options;
  const r = options.r ?? encode(times(nonce, BASE));
  for (let n = 0; ; n++) {
    const message = Buffer.concat([MESSAGE, Buffer.from([n])]);
    if (!challengeIs(challenge(r, key, message))) continue;
    const signature = forge({ secret: SECRET, nonce, r, key, message });
    const s = fromLittleEndian(signature.subarray(32)) + (options.add ?? 0n);
    return { name, key, message, holds, signature: Buffer.concat([r, littleEndian(s)]) };
  }
}

function attempts(): Attempt[] {
  const torsion = torsionPoint();
  const mixed = encode(add(times(SECRET, BASE), torsion));
  const smallOrder = Array.from({ length: 8 }, (_, n) => times(BigInt(n), torsion));
  const nonCanonical = (y: bigint, sign: bigint) => littleEndian((y + P) | (sign << 255n));
  const nonced = times(NONCE, BASE);
  const turned = Buffer.from(encode(nonced));
  turned[31] = (turned[31] ?? 0) ^ 0x80;
  return [
    attempt('made here', { holds: true }),
    attempt('S plus the order', { holds: false, add: L }),
    attempt('R is the neutral point', { holds: false, nonce: 0n, r: encode(NEUTRAL) }),
    attempt('R is the neutral point, written as p + 1', { holds: false, nonce: 0n, r: nonCanonical(1n, 0n) }),
    attempt('R is the neutral point with a sign that zero does not have', {
      holds: false,
      nonce: 0n,
      r: littleEndian(1n | (1n << 255n)),
    }),
    attempt('R is the point opposite', { holds: false, r: turned }),
    attempt('R is the point mirrored', { holds: false, r: encode({ x: nonced.x, y: P - nonced.y }) }),
    attempt('a key of mixed order, the cofactor cancels', {
      ...{ holds: true, key: mixed, challengeIs: (k: bigint) => k % 8n === 0n },
    }),
    attempt('a key of mixed order, only the cofactor would save it', {
      ...{ holds: false, key: mixed, challengeIs: (k: bigint) => k % 8n === 4n },
    }),
    ...smallOrder.map((point: Point, n) =>
      attempt(`a key of small order, ${n} times the torsion point`, {
        ...{ holds: false, key: encode(point) },
        // S = r: the key contributes nothing whenever the challenge is a multiple of its order.
        challengeIs: (k: bigint) => k % 8n === 0n,
      }),
    ),
  ];
}

/** `S = r` and not `r + k a`: the secret of a key of small order is no part of the equation. */
function withoutSecret(one: Attempt): Attempt {
  if (!one.name.startsWith('a key of small order')) return one;
  return { ...one, signature: Buffer.concat([one.signature.subarray(0, 32), littleEndian(mod(NONCE, L))]) };
}

const VERIFY = 'SELECT cutter_guard.ed25519_verify($1, $2, $3)';
const IS_SOUND = 'SELECT cutter_guard.key_is_sound(27, $1, NULL)';

export const ED25519_ATTEMPTS: readonly Attempt[] = attempts().map(withoutSecret);

export function opensslSays({ key, message, signature }: Attempt): boolean {
  const x = Buffer.from(key).toString('base64url');
  return verify(
    null,
    message,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    signature,
  );
}

export function ed25519Cases(): GuardCase[] {
  const sound = attempt('sound', { holds: true });
  const ask = (name: string, values: readonly unknown[], expected: boolean | null) =>
    valueCase(`ed25519: ${name}`, { sql: VERIFY, with: values, expected });
  const flipped = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  };
  // On the curve, of large order, and written as y + p.
  const high = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n].filter(
    (y) => pointOf(y, 0n) !== undefined,
  );
  const offCurve = [2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n].filter((y) => pointOf(y, 0n) === undefined);
  return [
    ...RFC_8032.flatMap(({ name, key, message, signature }) => {
      const values = [key, message, signature].map((hex) => Buffer.from(hex, 'hex'));
      const longer = Buffer.concat([values[1] ?? Buffer.alloc(0), Buffer.from([0])]);
      return [
        ask(`RFC 8032 ${name}`, values, true),
        ask(`RFC 8032 ${name}, and an octet more`, [values[0], longer, values[2]], false),
      ];
    }),
    ...ED25519_ATTEMPTS.map(({ name, key, message, signature, holds }) =>
      ask(name, [Buffer.from(key), message, signature], holds),
    ),
    ask('a signature of 63 octets', [sound.key, sound.message, sound.signature.subarray(0, 63)], false),
    ask(
      'a signature of 65 octets',
      [sound.key, sound.message, Buffer.concat([sound.signature, Buffer.from([0])])],
      false,
    ),
    ask('a key of 31 octets', [sound.key.subarray(0, 31), sound.message, sound.signature], false),
    ask(
      'a key of 33 octets',
      [Buffer.concat([sound.key, Buffer.from([0])]), sound.message, sound.signature],
      false,
    ),
    ask('no key', [null, sound.message, sound.signature], null),
    ask('no message', [sound.key, null, sound.signature], null),
    ask('no signature', [sound.key, sound.message, null], null),
    ...[0, 100, 255, 256, 300, 507].map((bit) =>
      ask(
        `bit ${bit} of the signature turned`,
        [sound.key, sound.message, flipped(sound.signature, bit)],
        false,
      ),
    ),
    ...[1, 200].map((bit) =>
      ask(`bit ${bit} of the key turned`, [flipped(sound.key, bit), sound.message, sound.signature], false),
    ),
    ...high.map((y) =>
      valueCase(`ed25519: a key written as p + ${y}`, {
        sql: IS_SOUND,
        with: [littleEndian(y + P)],
        expected: false,
      }),
    ),
    ...high.flatMap((y) =>
      [0n, 1n].map((sign) =>
        valueCase(`ed25519: the key with y = ${y} and sign ${sign}`, {
          sql: 'SELECT (SELECT x::text FROM cutter_guard.ed25519_point($1))',
          with: [littleEndian(y | (sign << 255n))],
          expected: pointOf(y, sign)?.x,
        }),
      ),
    ),
    ...offCurve.map((y) =>
      valueCase(`ed25519: no point has y = ${y}`, {
        sql: IS_SOUND,
        with: [littleEndian(y)],
        expected: false,
      }),
    ),
    valueCase('ed25519: a sound key is sound', { sql: IS_SOUND, with: [KEY], expected: true }),
    valueCase('ed25519: a key with an exponent is none', {
      ...{ sql: "SELECT cutter_guard.key_is_sound(27, $1, '\\x03')", with: [KEY], expected: false },
    }),
    valueCase('ed25519: the legacy number is the same curve', {
      ...{ sql: 'SELECT cutter_guard.key_is_sound(22, $1, NULL)', with: [KEY], expected: true },
    }),
    valueCase('ed25519: another algorithm is no sound key', {
      ...{ sql: 'SELECT cutter_guard.key_is_sound(19, $1, NULL)', with: [KEY], expected: false },
    }),
  ];
}
