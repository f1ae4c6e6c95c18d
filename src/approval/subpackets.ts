// The hashed subpackets of a document signature: who signed and when (RFC 9580, 5.2.3.7).
// Each claim stands there exactly once, and nothing that is critical is passed over.
import { type Decoded, flawed } from './flaw.ts';

export interface Claims {
  readonly issuer: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
}

interface Subpacket {
  readonly type: number;
  readonly critical: boolean;
  readonly bytes: Buffer;
}

const CREATION_TIME = 2;
const EXPIRATION_TIME = 3;
const REVOCATION_KEY = 12;
const ISSUER_KEY_ID = 16;
const SIGNATURE_TARGET = 31;
const EMBEDDED_SIGNATURE = 32;
const ISSUER_FINGERPRINT = 33;

/** Everything else that is critical, notations among it, asks for something that is not done here. */
const UNDERSTOOD = new Set([CREATION_TIME, EXPIRATION_TIME, ISSUER_KEY_ID, ISSUER_FINGERPRINT]);
/** These belong on keys and on other signatures; on a document they could only confuse. */
const MISPLACED = new Set([REVOCATION_KEY, SIGNATURE_TARGET, EMBEDDED_SIGNATURE]);

export function readClaims(area: Uint8Array): Decoded<Claims> {
  const subpackets = split(area);
  if (!subpackets) return flawed('signature_malformed', 'the lengths of the subpackets do not add up');
  for (const { type, critical } of subpackets) {
    if (critical && !UNDERSTOOD.has(type))
      return flawed('signature_subpackets', `subpacket ${type} is critical and not understood`);
    if (MISPLACED.has(type))
      return flawed('signature_subpackets', `subpacket ${type} does not belong on a document`);
  }
  const of = (type: number) => subpackets.filter((subpacket) => subpacket.type === type);

  const [created, ...moreTimes] = of(CREATION_TIME);
  if (created?.bytes.length !== 4 || moreTimes.length > 0)
    return flawed('signature_subpackets', 'needs exactly one creation time');
  const [expires, ...moreExpiries] = of(EXPIRATION_TIME);
  if ((expires && expires.bytes.length !== 4) || moreExpiries.length > 0)
    return flawed('signature_subpackets', 'has more than one expiration time, or a malformed one');
  const [issuer, ...moreIssuers] = of(ISSUER_FINGERPRINT);
  if (issuer?.bytes.length !== 21 || issuer.bytes[0] !== 4 || moreIssuers.length > 0)
    return flawed('signature_subpackets', 'needs exactly one issuer fingerprint of a version 4 key');
  const fingerprint = issuer.bytes.subarray(1);
  if (of(ISSUER_KEY_ID).some(({ bytes }) => !bytes.equals(fingerprint.subarray(-8))))
    return flawed('signature_subpackets', 'the issuer key ID is not that of the issuer fingerprint');

  const createdSeconds = created.bytes.readUInt32BE();
  const lifeSeconds = expires?.bytes.readUInt32BE() ?? 0;
  return {
    ok: true,
    value: {
      issuer: fingerprint.toString('hex').toUpperCase(),
      createdAt: new Date(createdSeconds * 1000),
      // RFC 9580, 5.2.3.18: zero means that the signature never ends.
      expiresAt: lifeSeconds === 0 ? undefined : new Date((createdSeconds + lifeSeconds) * 1000),
    },
  };
}

function split(area: Uint8Array): Subpacket[] | undefined {
  const bytes = Buffer.from(area.buffer, area.byteOffset, area.byteLength);
  const subpackets: Subpacket[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [a = 0, b = 0] = bytes.subarray(at, at + 2);
    const octets = a < 192 ? 1 : a < 255 ? 2 : 5;
    const start = at + octets;
    if (start >= bytes.length) return undefined;
    const length = octets === 1 ? a : octets === 2 ? ((a - 192) << 8) + b + 192 : bytes.readUInt32BE(at + 1);
    const end = start + length;
    if (length === 0 || end > bytes.length) return undefined;
    const kind = bytes[start] ?? 0;
    subpackets.push({ type: kind & 0x7f, critical: kind > 0x7f, bytes: bytes.subarray(start + 1, end) });
    at = end;
  }
  return subpackets;
}
