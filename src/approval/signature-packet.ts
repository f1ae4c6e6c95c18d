// What one detached signature claims, read from its packet before any library sees it (RFC 9580, 5.2.3).
// Only the hashed part is believed. The unhashed part is cut away: anybody can change it without breaking the signature.
import { type Decoded, flawed } from './flaw.ts';
import { readClaims } from './subpackets.ts';

export interface SignatureClaim {
  /** Fingerprint of the key or subkey that claims to have signed: 40 upper-case hexadecimal digits. */
  readonly issuer: string;
  readonly createdAt: Date;
  /** When the signature itself ends, if it says so. */
  readonly expiresAt: Date | undefined;
  readonly algorithm: number;
  /** The packet's body with an empty unhashed part: what the library verifies. */
  readonly body: Uint8Array;
  readonly parts: SignatureParts;
}

/** The same body, taken apart for whoever verifies without a library for OpenPGP. */
export interface SignatureParts {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** What is hashed behind the document: everything up to the end of the hashed part, and how long that is. */
  readonly trailer: Uint8Array;
  /** The first two octets of the hash. */
  readonly hashStart: Uint8Array;
  /** One number of RSA, two of EdDSA in its older form, or the 64 octets of Ed25519. */
  readonly numbers: readonly Uint8Array[];
}

const SIGNATURE_TAG = 2;
const BINARY_DOCUMENT = 0x00;
const SHA2: ReadonlyMap<number, SignatureParts['hash']> = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
] as const);
const NO_SUBPACKETS = new Uint8Array(2);
const RSA = 1;
const EDDSA_LEGACY = 22;
const ED25519 = 27;

export function readSignaturePacket(packets: Uint8Array): Decoded<SignatureClaim> {
  const packet = onlyPacket(packets);
  if (!packet.ok) return packet;
  const body = packet.value;
  const [version, type, algorithm, hashNumber] = body;
  if (version !== 4) return flawed('signature_malformed', `version ${version}, expected 4`);
  if (type !== BINARY_DOCUMENT)
    return flawed('signature_type', `type 0x${Number(type).toString(16).padStart(2, '0')}, expected 0x00`);
  const hash = SHA2.get(Number(hashNumber));
  if (!hash) return flawed('weak_hash', `hash algorithm ${hashNumber}`);
  if (algorithm !== RSA && algorithm !== EDDSA_LEGACY && algorithm !== ED25519)
    return flawed('weak_key', `public-key algorithm ${algorithm}`);

  const hashed = area(body, 4);
  const unhashed = hashed && area(body, hashed.end);
  const numbers = unhashed && numbersIn(body.subarray(unhashed.end + 2), algorithm);
  if (!hashed || !unhashed || !numbers)
    return flawed('signature_malformed', 'the lengths inside the packet do not add up');
  const claims = readClaims(hashed.bytes);
  if (!claims.ok) return claims;
  const trusted = Buffer.concat([body.subarray(0, hashed.end), NO_SUBPACKETS, body.subarray(unhashed.end)]);
  const parts = {
    ...{ hash, numbers, trailer: trailerOf(body.subarray(0, hashed.end)) },
    hashStart: body.subarray(unhashed.end, unhashed.end + 2),
  };
  return { ok: true, value: { ...claims.value, algorithm, body: trusted, parts } };
}

/** RFC 9580, 5.2.4: the version again, 0xff, and the length of what is hashed of a version 4 packet. */
function trailerOf(hashed: Uint8Array): Uint8Array {
  const end = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  end.writeUInt32BE(hashed.length, 2);
  return Buffer.concat([hashed, end]);
}

/** The body of the one packet that these bytes are. */
function onlyPacket(packets: Uint8Array): Decoded<Uint8Array> {
  const [first = 0, ...rest] = packets.subarray(0, 6);
  if (packets.length === 0) return flawed('signature_count', 'the block is empty');
  const tag = first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f;
  if (!(first & 0x80)) return flawed('signature_malformed', 'these bytes are no OpenPGP packet');
  if (tag !== SIGNATURE_TAG) return flawed('signature_count', `begins with a packet of type ${tag}`);

  const header = first & 0x40 ? newLength(rest) : oldLength(first & 0x03, rest);
  if (!header) return flawed('signature_malformed', 'the packet does not state its length');
  const end = 1 + header.octets + header.length;
  if (end > packets.length) return flawed('signature_malformed', 'the packet is cut short');
  if (end < packets.length)
    return flawed('signature_count', `${packets.length - end} bytes follow the first signature`);
  return { ok: true, value: packets.subarray(1 + header.octets) };
}

interface Length {
  readonly octets: number;
  readonly length: number;
}

/** RFC 9580, 4.2.1; partial lengths are for streams and never describe a signature. */
function newLength([a = 0, b = 0, c = 0, d = 0, e = 0]: number[]): Length | undefined {
  if (a < 192) return { octets: 1, length: a };
  if (a < 224) return { octets: 2, length: ((a - 192) << 8) + b + 192 };
  if (a === 255) return { octets: 5, length: ((b << 24) | (c << 16) | (d << 8) | e) >>> 0 };
  return undefined;
}

/** RFC 9580, 4.2.2; length type 3 means "until the end of the file" and is refused. */
function oldLength(type: number, [a = 0, b = 0, c = 0, d = 0]: number[]): Length | undefined {
  if (type === 0) return { octets: 1, length: a };
  if (type === 1) return { octets: 2, length: (a << 8) | b };
  if (type === 2) return { octets: 4, length: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0 };
  return undefined;
}

/** A subpacket area: two octets of length, then as many bytes. */
function area(body: Uint8Array, start: number): { bytes: Uint8Array; end: number } | undefined {
  const [high, low] = body.subarray(start, start + 2);
  if (high === undefined || low === undefined) return undefined;
  const end = start + 2 + ((high << 8) | low);
  return end <= body.length ? { bytes: body.subarray(start + 2, end), end } : undefined;
}

/** They fill the rest exactly, in the one form that RFC 9580 gives them. */
function numbersIn(rest: Uint8Array, algorithm: number): readonly Uint8Array[] | undefined {
  if (algorithm === ED25519) return rest.length === 64 ? [rest] : undefined;
  const first = mpiEnd(rest, 0);
  if (first === undefined) return undefined;
  if (algorithm === RSA) return first === rest.length ? [rest.subarray(2)] : undefined;
  const second = mpiEnd(rest, first);
  if (first > 34 || second !== rest.length || second - first > 34) return undefined;
  return [rest.subarray(2, first), rest.subarray(first + 2)];
}

/** RFC 9580, 3.2: a length in bits that counts from the leading 1. */
function mpiEnd(bytes: Uint8Array, start: number): number | undefined {
  const [high, low, lead] = bytes.subarray(start, start + 3);
  if (high === undefined || low === undefined || lead === undefined) return undefined;
  const bits = (high << 8) | low;
  if (bits === 0 || 31 - Math.clz32(lead) !== (bits - 1) % 8) return undefined;
  const end = start + 2 + Math.ceil(bits / 8);
  return end <= bytes.length ? end : undefined;
}
