// OpenPGP signature packets put together by hand, so that a vector can break exactly one rule (RFC 9580, 5.2.3).
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { PrivateKey } from 'openpgp';

export interface Subpacket {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly critical?: boolean;
}

export interface Recipe {
  readonly document: Uint8Array;
  readonly hashed: readonly Subpacket[];
  readonly unhashed?: readonly Subpacket[];
  readonly version?: number;
  readonly type?: number;
  readonly hash?: number;
}

const HASH_NAMES = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [3, 'ripemd160'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
]);
const EDDSA_LEGACY = 22;

/** The body of a signature packet by an Ed25519 key in either encoding. */
export function signatureBody(key: PrivateKey, recipe: Recipe): Buffer {
  const { document, hashed, unhashed = [], version = 4, type = 0, hash = 8 } = recipe;
  const { algorithm } = key.keyPacket;
  const signedPart = Buffer.concat([Buffer.from([version, type, algorithm, hash]), area(hashed)]);
  const trailer = Buffer.from([version, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(signedPart.length, 2);
  const name = HASH_NAMES.get(hash) ?? 'sha256';
  const digest = createHash(name).update(document).update(signedPart).update(trailer).digest();
  const raw = sign(null, digest, ed25519Of(key));
  const numbers =
    algorithm === EDDSA_LEGACY ? Buffer.concat([mpi(raw.subarray(0, 32)), mpi(raw.subarray(32))]) : raw;
  return Buffer.concat([signedPart, area(unhashed), digest.subarray(0, 2), numbers]);
}

/** A new-format packet with a two-octet or one-octet length. */
export function packet(tag: number, body: Uint8Array): Buffer {
  const { length } = body;
  const header = length < 192 ? [length] : [((length - 192) >> 8) + 192, (length - 192) & 0xff];
  return Buffer.concat([Buffer.from([0xc0 | tag, ...header]), body]);
}

export function armor(
  packets: Uint8Array,
  options: { headers?: readonly string[]; checksum?: string } = {},
): string {
  const lines =
    Buffer.from(packets)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN PGP SIGNATURE-----',
    ...(options.headers ?? []),
    '',
    ...lines,
    ...(options.checksum === undefined ? [] : [options.checksum]),
    '-----END PGP SIGNATURE-----',
    '',
  ].join('\n');
}

export function createdAt(instant: string): Subpacket {
  return { type: 2, bytes: seconds(new Date(instant).getTime() / 1000) };
}

export function expiresAfter(count: number): Subpacket {
  return { type: 3, bytes: seconds(count), critical: true };
}

export function issuedBy(key: PrivateKey): Subpacket {
  return { type: 33, bytes: Buffer.from(`04${key.getFingerprint()}`, 'hex') };
}

export function notation(name: string, critical: boolean): Subpacket {
  const bytes = Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, name.length, 0, 1]), Buffer.from(`${name}x`)]);
  return { type: 20, bytes, critical };
}

function seconds(count: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(count);
  return bytes;
}

function area(subpackets: readonly Subpacket[]): Buffer {
  const bytes = Buffer.concat(
    subpackets.map(({ type, bytes: data, critical }) =>
      Buffer.concat([Buffer.from([data.length + 1, (critical ? 0x80 : 0) | type]), data]),
    ),
  );
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export function mpi(number: Uint8Array): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = Buffer.from(number.subarray(start));
  const bits = digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
  return Buffer.concat([Buffer.from([bits >> 8, bits & 0xff]), digits]);
}

function ed25519Of(key: PrivateKey): KeyObject {
  const secret = key.keyPacket as unknown as {
    privateParams: { seed: Uint8Array };
    publicParams: { Q?: Uint8Array; A?: Uint8Array };
  };
  const { Q, A } = secret.publicParams;
  const x = Buffer.from(A ?? Q?.subarray(1) ?? []).toString('base64url');
  const d = Buffer.from(secret.privateParams.seed).toString('base64url');
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' });
}
