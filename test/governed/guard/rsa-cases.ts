// RSASSA-PKCS1-v1_5: sound signatures, and every laxness by which such signatures have been forged.
import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
  verify,
} from 'node:crypto';
import { type GuardCase, valueCase } from './guard-case.ts';

const MESSAGE = Buffer.from('the garden feeds its members');
const HASHES = [
  [8, 'sha256', '3031300d060960864801650304020105000420'],
  [9, 'sha384', '3041300d060960864801650304020205000430'],
  [10, 'sha512', '3051300d060960864801650304020305000440'],
] as const;

interface Numbers {
  readonly n: Buffer;
  readonly e: Buffer;
}

export interface RsaAttempt {
  readonly name: string;
  readonly key: Numbers;
  readonly hash: number;
  readonly digest: Buffer;
  readonly signature: Buffer;
  readonly holds: boolean;
}

function numbersOf(key: KeyObject): Numbers {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { n: Buffer.from(n, 'base64url'), e: Buffer.from(e, 'base64url') };
}

function rawly(key: KeyObject, block: Buffer): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
}

/** What a signature must decrypt to, but for one thing. */
function block(options: {
  size: number;
  info: Buffer;
  type?: number;
  filler?: number;
  padding?: number;
  end?: number;
  behind?: Buffer;
}): Buffer {
  const { size, info, type = 1, filler = 0xff, end = 0, behind = Buffer.alloc(0) } = options;
  const padding = options.padding ?? size - info.length - 3 - behind.length;
  const bytes = Buffer.concat([
    Buffer.from([0, type]),
    Buffer.alloc(padding, filler),
    Buffer.from([end]),
    info,
    behind,
  ]);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

export function rsaAttempts(): RsaAttempt[] {
  const digest = createHash('sha256').update(MESSAGE).digest();
  const info = Buffer.concat([Buffer.from(HASHES[0][2], 'hex'), digest]);
  // A key under which signature and modulus together still fit the octets of the modulus.
  let strong = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  while (!plus(sign('sha256', MESSAGE, strong), numbersOf(strong).n))
    strong = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const key = numbersOf(strong);
  const size = key.n.length;
  const attempt = (name: string, signature: Buffer, rest: Partial<RsaAttempt> = {}): RsaAttempt => ({
    ...{ name, key, hash: 8, digest, signature, holds: false },
    ...rest,
  });
  const sound = sign('sha256', MESSAGE, strong);
  const made = (name: string, given: Partial<Parameters<typeof block>[0]>) =>
    attempt(name, rawly(strong, block({ size, info, ...given })));
  const weak = (name: string, modulusLength: number, publicExponent: number) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
    return attempt(name, sign('sha256', MESSAGE, privateKey), { key: numbersOf(privateKey) });
  };
  const whole = block({ size, info });
  return [
    ...HASHES.map(([hash, name]) =>
      attempt(`a sound signature over ${name}`, sign(name, MESSAGE, strong), {
        ...{ hash, digest: createHash(name).update(MESSAGE).digest(), holds: true },
      }),
    ),
    attempt('another digest', sound, { digest: createHash('sha256').update('other').digest() }),
    attempt('the number of another hash', sound, { hash: 10 }),
    attempt('the number of no hash', sound, { hash: 2 }),
    attempt('a signature plus the modulus', plus(sound, key.n) ?? Buffer.alloc(0)),
    attempt('a signature of one octet less', sound.subarray(1)),
    attempt('a signature of one octet more', Buffer.concat([Buffer.from([0]), sound])),
    attempt('an empty signature', Buffer.alloc(0)),
    attempt('nothing but zeros', Buffer.alloc(size)),
    attempt('one', Buffer.concat([Buffer.alloc(size - 1), Buffer.from([1])])),
    attempt('the modulus', key.n),
    made('a block of type 2', { type: 2 }),
    made('a block of type 0', { type: 0 }),
    made('padding of other octets', { filler: 0xfe }),
    made('no end of the padding', { end: 0xff }),
    made('eight octets of padding and garbage behind the digest', { padding: 8 }),
    made('padding one octet short and one octet of garbage', { behind: Buffer.from([7]) }),
    made('no padding at all', { padding: 0 }),
    made('parameters left out of the DER', {
      info: Buffer.concat([
        Buffer.from('302f300b0609608648016503040201', 'hex'),
        Buffer.from('0420', 'hex'),
        digest,
      ]),
    }),
    made('a bare digest without DER', { info: digest }),
    made('the DER of another hash', { info: Buffer.concat([Buffer.from(HASHES[1][2], 'hex'), digest]) }),
    made('a digest cut short', { info: info.subarray(0, -1) }),
    weak('a modulus of 2047 bits', 2047, 65537),
    weak('a modulus of 1024 bits', 1024, 65537),
    weak('the exponent 3', 2048, 3),
    { ...weak('the exponent 65539', 2048, 65539), holds: true },
    attempt('the exponent 1, under which the block is its own signature', whole, {
      key: { n: key.n, e: Buffer.from([1]) },
    }),
    attempt('the exponent 65536', sound, { key: { n: key.n, e: Buffer.from([1, 0, 0]) } }),
  ];
}

function plus(signature: Buffer, modulus: Buffer): Buffer | undefined {
  const sum = BigInt(`0x${signature.toString('hex')}`) + BigInt(`0x${modulus.toString('hex')}`);
  const hex = sum.toString(16).padStart(modulus.length * 2, '0');
  return hex.length === modulus.length * 2 ? Buffer.from(hex, 'hex') : undefined;
}

export function opensslSays({ key, hash, digest, signature }: RsaAttempt): boolean | undefined {
  const name = HASHES.find(([number]) => number === hash)?.[1];
  if (!name || !digest.equals(createHash(name).update(MESSAGE).digest())) return undefined;
  const jwk = { kty: 'RSA', n: key.n.toString('base64url'), e: key.e.toString('base64url') };
  return verify(name, MESSAGE, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

const VERIFY = 'SELECT cutter_guard.rsa_verify($1, $2, $3::integer, $4, $5)';
const IS_SOUND = 'SELECT cutter_guard.key_is_sound(1, $1, $2)';

export function rsaCases(attempts: readonly RsaAttempt[]): GuardCase[] {
  const [sound] = attempts;
  if (!sound) throw new Error('no attempts');
  const { n, e } = sound.key;
  const soundness = (name: string, key: { n: Buffer | null; e: Buffer | null }, expected: boolean) =>
    valueCase(`rsa: ${name}`, { sql: IS_SOUND, with: [key.n, key.e], expected });
  const even = Buffer.from(n);
  even[even.length - 1] = (even.at(-1) ?? 0) & 0xfe;
  return [
    ...attempts.map(({ name, key, hash, digest, signature, holds }) =>
      valueCase(`rsa: ${name}`, {
        sql: VERIFY,
        with: [key.n, key.e, hash, digest, signature],
        expected: holds,
      }),
    ),
    valueCase('rsa: no digest', { sql: VERIFY, with: [n, e, 8, null, sound.signature], expected: null }),
    valueCase('rsa: no signature', { sql: VERIFY, with: [n, e, 8, sound.digest, null], expected: null }),
    soundness('a sound key is sound', { n, e }, true),
    soundness('no modulus', { n: null, e }, false),
    soundness('no exponent', { n, e: null }, false),
    soundness('an even modulus', { n: even, e }, false),
    soundness(
      'a modulus written with a zero in front',
      { n: Buffer.concat([Buffer.from([0]), n]), e },
      false,
    ),
    soundness('the smallest modulus of 2048 bits', { n: smallest(256), e }, true),
    soundness(
      'the greatest modulus of 2047 bits',
      { n: Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(255, 0xff)]), e },
      false,
    ),
    soundness('an exponent above the modulus', { n, e: Buffer.concat([Buffer.from([1]), n]) }, false),
    soundness('an even exponent above 65537', { n, e: Buffer.from([1, 0, 2]) }, false),
    soundness('the exponent 65535', { n, e: Buffer.from([255, 255]) }, false),
    soundness('the exponent 0', { n, e: Buffer.from([0]) }, false),
  ];
}

function smallest(octets: number): Buffer {
  const bytes = Buffer.alloc(octets);
  bytes[0] = 0x80;
  bytes[octets - 1] = 1;
  return bytes;
}
