// OpenPGP packets (RFC 9580) as they are written: armor, packets, signature packets. Whatever has two readings has none.
import { base64, isSame, joined, Refusal, smallNumber, unbase64 } from './bytes.js';

/** Exactly one armored block of this kind, and not a byte more. */
export function readArmor(text, kind) {
  const refuse = (what) => new Refusal('approval_refused', `${kind.toLowerCase()}: ${what}`);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const blank = lines.indexOf('');
  if (lines[0] !== `-----BEGIN PGP ${kind}-----` || lines.at(-1) !== `-----END PGP ${kind}-----` || blank < 1)
    throw refuse('not exactly one armored block');
  if (!lines.slice(1, blank).every((line) => /^(Version|Comment): [ -~]*$/.test(line)))
    throw refuse('an armor header that is not known');
  const body = lines.slice(blank + 1, -1);
  const checksum = /^=[A-Za-z0-9+/]{4}$/.test(body.at(-1) ?? '') ? body.pop().slice(1) : undefined;
  if (!body.every((line) => /^[A-Za-z0-9+/]{1,76}={0,2}$/.test(line)))
    throw refuse('a line that is not base64');
  const bytes = unbase64(body.join(''));
  if (!bytes || (checksum !== undefined && checksum !== base64(crc24(bytes))))
    throw refuse('base64 or a checksum that is not in order');
  return bytes;
}

function crc24(bytes) {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0)) & 0xffffff;
  }
  return Uint8Array.of(crc >> 16, (crc >> 8) & 255, crc & 255);
}

const malformed = (what) => new Refusal('approval_refused', `a packet is malformed: ${what}`);

/** Section 4.2: `[{ tag, body }]`. */
export function splitPackets(bytes) {
  const packets = [];
  for (let at = 0; at < bytes.length; ) {
    const [head, first = 0, second = 0] = bytes.subarray(at);
    if (!(head & 0x80)) throw malformed('it does not begin as one');
    const isNew = (head & 0x40) !== 0;
    const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
    const octets = isNew
      ? first < 192
        ? 1
        : first < 224
          ? 2
          : first === 255
            ? 5
            : 0
      : [1, 2, 4, 0][head & 3];
    if (octets === 0) throw malformed('it does not state its length');
    const stated = bytes.subarray(at + 1, at + 1 + octets);
    const length = !isNew
      ? smallNumber(stated)
      : [0, first, ((first - 192) << 8) + second + 192, 0, 0, smallNumber(stated.subarray(1))][octets];
    const start = at + 1 + octets;
    if (start + length > bytes.length) throw malformed('it is cut short');
    packets.push({ tag, body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return packets;
}

/** A multi-precision integer at the beginning, in its one form (section 3.2), and what follows it. */
export function takeNumber(bytes) {
  const bits = smallNumber(bytes.subarray(0, 2));
  const size = Math.ceil(bits / 8);
  const value = bytes.subarray(2, 2 + size);
  if (bits === 0 || value.length !== size || 31 - Math.clz32(value[0]) !== (bits - 1) % 8)
    throw malformed('a number is not written as it must be');
  return { value, rest: bytes.subarray(2 + size) };
}

const HASHES = { 2: 'SHA-1', 8: 'SHA-256', 9: 'SHA-384', 10: 'SHA-512' };

/** A version 4 signature packet. `hashed` and `unhashed` are lists of `{ type, critical, bytes }`. */
export function readSignature(body) {
  const [version, type, algorithm, hash] = body;
  if (version !== 4) throw malformed(`a signature of version ${version}`);
  const hashed = area(body, 4);
  const unhashed = area(body, hashed.end);
  const left = body.subarray(unhashed.end, unhashed.end + 2);
  return {
    ...{ type, algorithm, hash: HASHES[hash], left },
    ...{ hashed: subpackets(hashed.bytes), unhashed: subpackets(unhashed.bytes) },
    numbers: body.subarray(unhashed.end + 2),
    /** What is hashed behind the message (section 5.2.4). */
    trailer: joined(body.subarray(0, hashed.end), Uint8Array.of(4, 255), bigEndian(hashed.end)),
  };
}

export const bigEndian = (number) =>
  Uint8Array.of(number >>> 24, (number >> 16) & 255, (number >> 8) & 255, number & 255);

function area(body, start) {
  const size = smallNumber(body.subarray(start, start + 2));
  const bytes = body.subarray(start + 2, start + 2 + size);
  if (start + 2 > body.length || bytes.length !== size) throw malformed('its lengths do not add up');
  return { bytes, end: start + 2 + size };
}

function subpackets(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const [first, second = 0] = bytes.subarray(at);
    const octets = first < 192 ? 1 : first < 255 ? 2 : 5;
    const length = [
      0,
      first,
      ((first - 192) << 8) + second + 192,
      0,
      0,
      smallNumber(bytes.subarray(at + 1, at + 5)),
    ][octets];
    const start = at + octets;
    const whole = bytes.subarray(start, start + length);
    if (length === 0 || whole.length !== length) throw malformed('its subpackets do not add up');
    found.push({ type: whole[0] & 0x7f, critical: whole[0] > 0x7f, bytes: whole.subarray(1) });
    at = start + length;
  }
  return found;
}

const UNDERSTOOD = [2, 3, 16, 33];
const MISPLACED = [12, 31, 32];

/** What a signature of a document claims by its hashed part alone. */
export function readClaims({ hashed }) {
  const refuse = (what) => new Refusal('approval_refused', `the signature ${what}`);
  for (const { type, critical } of hashed)
    if ((critical && !UNDERSTOOD.includes(type)) || MISPLACED.includes(type))
      throw refuse(`holds a subpacket ${type} that does not belong there`);
  const of = (wanted, size) => {
    const values = hashed.filter(({ type }) => type === wanted).map(({ bytes }) => bytes);
    if (values.length > 1 || values.some((value) => value.length !== size))
      throw refuse(`says something twice or malformed (subpacket ${wanted})`);
    return values[0];
  };
  const [created, life, issuer] = [of(2, 4), of(3, 4), of(33, 21)];
  if (!created || !issuer || issuer[0] !== 4) throw refuse('does not say when and by whom it was made');
  const ids = hashed.filter(({ type }) => type === 16);
  if (ids.some(({ bytes }) => !isSame(bytes, issuer.subarray(-8)))) throw refuse('names two issuers');
  const seconds = smallNumber(created);
  const lasts = life ? smallNumber(life) : 0;
  return {
    issuer: issuer.subarray(1),
    createdAt: seconds * 1000,
    expiresAt: lasts === 0 ? Number.POSITIVE_INFINITY : (seconds + lasts) * 1000,
  };
}
