// RSASSA-PKCS1-v1_5: sound signatures, and every laxness by which such signatures have been forged.
import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto';

const MESSAGE = Buffer.from('the garden feeds its members');
export const HASHES = [
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
  readonly message: Buffer;
  /** What a database is asked of: it is told the digest. */
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
  front?: readonly number[];
  filler?: number;
  padding?: number;
  end?: number;
  behind?: Buffer;
}): Buffer {
  const { size, info, front = [0, 1], filler = 0xff, end = 0, behind = Buffer.alloc(0) } = options;
  const padding = options.padding ?? size - info.length - front.length - 1 - behind.length;
  const bytes = Buffer.concat([
    Buffer.from(front),
    Buffer.alloc(padding, filler),
    Buffer.from([end]),
    info,
    behind,
  ]);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

const digest = createHash('sha256').update(MESSAGE).digest();
const der = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), digest]);

/** A DigestInfo that says the same to a lax parser, or says less; each with the right digest in it. */
const OTHER_INFO: readonly (readonly [name: string, info: Buffer])[] = [
  ['parameters left out of the DER', der('302f300b06096086480165030402010420')],
  ['a bare digest without DER', digest],
  ['the DER of another hash', der(HASHES[1][2])],
  ['the DER of SHA-1', der('3029300906052b0e03021a05000420')],
  ['the DER of a signature algorithm', der('3031300d06092a864886f70d01010b05000420')],
  ['a digest cut short', der(HASHES[0][2]).subarray(0, -1)],
  ['the DER with a length in long form', der('308131300d060960864801650304020105000420')],
  ['the DER with the inner length in long form', der('303230810d060960864801650304020105000420')],
  ['the DER with the digest’s length in long form', der('3032300d06096086480165030402010500048120')],
  ['parameters of no length in long form', der('3032300e06096086480165030402010581000420')],
  ['parameters with something in them', der('3033300f06096086480165030402010502beef0420')],
  ['parameters of another kind', der('3031300d060960864801650304020130000420')],
  ['something behind the parameters', der('3033300f06096086480165030402010500beef0420')],
  [
    'the DER with garbage inside behind the digest',
    Buffer.concat([
      Buffer.from('3033300d060960864801650304020105000420', 'hex'),
      digest,
      Buffer.from([0xbe, 0xef]),
    ]),
  ],
  [
    'the DER without end',
    Buffer.concat([Buffer.from('3080300d060960864801650304020105000420', 'hex'), digest, Buffer.alloc(2)]),
  ],
];

/** A key under which signature and modulus together still fit the octets of the modulus. */
function strongKey(): KeyObject {
  for (;;) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    if (plus(sign('sha256', MESSAGE, privateKey), numbersOf(privateKey).n)) return privateKey;
  }
}

export function rsaAttempts(): RsaAttempt[] {
  const strong = strongKey();
  const key = numbersOf(strong);
  const size = key.n.length;
  const info = der(HASHES[0][2]);
  const attempt = (name: string, signature: Buffer, rest: Partial<RsaAttempt> = {}): RsaAttempt => ({
    ...{ name, key, hash: 8, message: MESSAGE, digest, signature, holds: false },
    ...rest,
  });
  const sound = sign('sha256', MESSAGE, strong);
  const made = (name: string, given: Partial<Parameters<typeof block>[0]>) =>
    attempt(name, rawly(strong, block({ size, info, ...given })));
  const other = (name: string, modulusLength: number, publicExponent = 65537) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
    return attempt(name, sign('sha256', MESSAGE, privateKey), { key: numbersOf(privateKey) });
  };
  const message = Buffer.from('other');
  return [
    ...HASHES.map(([hash, name]) =>
      attempt(`a sound signature over ${name}`, sign(name, MESSAGE, strong), {
        ...{ hash, digest: createHash(name).update(MESSAGE).digest(), holds: true },
      }),
    ),
    attempt('a sound signature over sha1', sign('sha1', MESSAGE, strong), {
      ...{ hash: 2, digest: createHash('sha1').update(MESSAGE).digest() },
    }),
    beginningWithZero(strong, attempt),
    { ...other('a modulus of 3072 bits', 3072), holds: true },
    attempt('another digest', sound, { message, digest: createHash('sha256').update(message).digest() }),
    attempt('the number of another hash', sound, { hash: 10 }),
    attempt('the number of no hash', sound, { hash: 2 }),
    attempt('a signature plus the modulus', plus(sound, key.n) ?? Buffer.alloc(0)),
    attempt('the modulus less the signature', less(key.n, sound)),
    attempt('a signature of one octet less', sound.subarray(1)),
    attempt('a signature of one octet more', Buffer.concat([Buffer.from([0]), sound])),
    attempt('an empty signature', Buffer.alloc(0)),
    attempt('nothing but zeros', Buffer.alloc(size)),
    attempt('one', Buffer.concat([Buffer.alloc(size - 1), Buffer.from([1])])),
    attempt('the modulus less one', less(key.n, Buffer.from([1]))),
    attempt('the modulus', key.n),
    attempt('the block itself', block({ size, info })),
    attempt('a signature with PSS', sign('sha256', MESSAGE, { key: strong, ...PSS })),
    made('a block of type 2', { front: [0, 2] }),
    made('a block of type 0', { front: [0, 0] }),
    made('a block that begins with the type', { front: [1] }),
    made('a block with two zeros in front', { front: [0, 0, 1] }),
    made('padding of other octets', { filler: 0xfe }),
    made('padding of zeros', { filler: 0 }),
    made('no end of the padding', { end: 0xff }),
    made('eight octets of padding and garbage behind the digest', { padding: 8 }),
    made('seven octets of padding and garbage behind the digest', { padding: 7 }),
    made('padding one octet short and one octet of garbage', { behind: Buffer.from([7]) }),
    made('no padding at all', { padding: 0 }),
    ...OTHER_INFO.map(([name, given]) => made(name, { info: given })),
    other('a modulus of 2047 bits', 2047),
    other('a modulus of 1024 bits', 1024),
    other('the exponent 3', 2048, 3),
    cubeRoot(attempt),
    { ...other('the exponent 65539', 2048, 65539), holds: true },
    attempt('the exponent 1, under which the block is its own signature', block({ size, info }), {
      key: { n: key.n, e: Buffer.from([1]) },
    }),
    attempt('the exponent 65536', sound, { key: { n: key.n, e: Buffer.from([1, 0, 0]) } }),
  ];
}

type Attempt = (name: string, signature: Buffer, rest?: Partial<RsaAttempt>) => RsaAttempt;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/** Its number has fewer octets than the modulus. */
function beginningWithZero(strong: KeyObject, attempt: Attempt): RsaAttempt {
  for (let n = 0; ; n++) {
    const message = Buffer.from(`${MESSAGE} ${n}`);
    const signature = sign('sha256', message, strong);
    if (signature[0] !== 0) continue;
    const rest = { message, digest: createHash('sha256').update(message).digest(), holds: true };
    return attempt('a sound signature that begins with a zero', signature, rest);
  }
}

/** Without any secret: under exponent 3 a number whose cube begins like the block (Bleichenbacher, 2006). */
function cubeRoot(attempt: Attempt): RsaAttempt {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
  const wanted = block({ size: 256, info: der(HASHES[0][2]), padding: 8 });
  const target = BigInt(`0x${wanted.toString('hex')}`);
  let [low, high] = [0n, 1n << 680n];
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (middle ** 3n < target) low = middle + 1n;
    else high = middle;
  }
  const forged = Buffer.from(low.toString(16).padStart(512, '0'), 'hex');
  return attempt('a cube root forged under the exponent 3', forged, { key: numbersOf(privateKey) });
}

function plus(signature: Buffer, modulus: Buffer): Buffer | undefined {
  const hex = (numberOf(signature) + numberOf(modulus)).toString(16).padStart(modulus.length * 2, '0');
  return hex.length === modulus.length * 2 ? Buffer.from(hex, 'hex') : undefined;
}

function less(modulus: Buffer, by: Buffer): Buffer {
  const hex = (numberOf(modulus) - numberOf(by)).toString(16).padStart(modulus.length * 2, '0');
  return Buffer.from(hex, 'hex');
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}
