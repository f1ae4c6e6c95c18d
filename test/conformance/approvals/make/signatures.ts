// Signature packets at both sides of every rule of the packet, its subpackets and its numbers.
import type { Reason } from '../../../../src/approval/reasons.ts';
import { fileName } from './documents.ts';
import type { Hand } from './hand.ts';
import { armor, createdAt, expiresAfter, issuedBy, mpi, notation, packet, type Recipe } from './packets.ts';
import { approvalFor, NOW, SIGNED } from './studio.ts';

const DOCUMENT = approvalFor();
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export function addSignatures(hand: Hand, other: Hand): void {
  addPackets(hand);
  addSubpackets(hand, other);
  addForgeries(hand, other);
}

function addPackets(hand: Hand): void {
  const body = hand.body(DOCUMENT);
  const sound = packet(2, body);
  const old = (type: number, ...length: number[]) =>
    Buffer.concat([Buffer.from([0x88 | type, ...length]), body]);
  const accepted: Record<string, Uint8Array> = {
    'has an old-format length of one octet': old(0, body.length),
    'has an old-format length of two octets': old(1, 0, body.length),
    'has a new-format length of five octets': Buffer.concat([
      Buffer.from([0xc2, 255, 0, 0, 0, body.length]),
      body,
    ]),
  };
  const rejected: Record<string, [Reason, Uint8Array]> = {
    'is not there: a vacuous list of signatures': ['signature_count', Buffer.alloc(0)],
    'is there twice': ['signature_count', Buffer.concat([sound, sound])],
    'is followed by a marker packet': [
      'signature_count',
      Buffer.concat([sound, packet(10, Buffer.from('PGP'))]),
    ],
    'is followed by a padding packet': [
      'signature_count',
      Buffer.concat([sound, packet(21, Buffer.alloc(4))]),
    ],
    'follows a marker packet': ['signature_count', Buffer.concat([packet(10, Buffer.from('PGP')), sound])],
    'is a whole inline message': [
      'signature_count',
      Buffer.concat([packet(11, Buffer.from('b\0\0\0\0\0x')), sound]),
    ],
    'has a length until the end of the file': ['signature_malformed', old(3)],
    'has a partial length': ['signature_malformed', Buffer.concat([Buffer.from([0xc2, 0xe7]), body])],
    'is cut short': ['signature_malformed', sound.subarray(0, -1)],
    'is no packet at all': ['signature_malformed', Buffer.from('hello, world')],
    'has a byte behind its numbers': [
      'signature_malformed',
      packet(2, Buffer.concat([body, Buffer.from([0])])),
    ],
    'states a hashed part beyond its end': ['signature_malformed', packet(2, patched(body, 4, [0xff, 0xff]))],
    'is of version 3': ['signature_malformed', packet(2, patched(body, 0, [3]))],
    'is of version 5': ['signature_malformed', hand.packet(DOCUMENT, { version: 5 })],
    'is of version 6': ['signature_malformed', packet(2, patched(body, 0, [6]))],
    'is over canonical text': ['signature_type', hand.packet(DOCUMENT, { type: 0x01 })],
    'stands alone': ['signature_type', hand.packet('', { type: 0x02 })],
    'is a certification': ['signature_type', hand.packet(DOCUMENT, { type: 0x10 })],
    'is a timestamp': ['signature_type', hand.packet(DOCUMENT, { type: 0x40 })],
    'uses MD5': ['weak_hash', hand.packet(DOCUMENT, { hash: 1 })],
    'uses SHA-1': ['weak_hash', hand.packet(DOCUMENT, { hash: 2 })],
    'uses RIPEMD-160': ['weak_hash', hand.packet(DOCUMENT, { hash: 3 })],
    'uses SHA-224': ['weak_hash', hand.packet(DOCUMENT, { hash: 11 })],
    'uses a hash that does not exist': ['weak_hash', packet(2, patched(body, 3, [99]))],
    'claims to be DSA': ['weak_key', packet(2, patched(body, 2, [17]))],
    'has a subpacket of no length': ['signature_malformed', packet(2, patched(body, 6, [0]))],
    'claims to be RSA': ['signature_malformed', packet(2, patched(body, 2, [1]))],
  };
  for (const hash of [8, 9, 10])
    hand.studio.accept(
      `packet: uses hash algorithm ${hash}`,
      hand.signed(`packet-hash-${hash}`, DOCUMENT, { hash }),
    );
  for (const [name, packets] of Object.entries(accepted))
    hand.studio.accept(
      `packet: ${name}`,
      hand.withSignature(fileName(`packet ${name}`), DOCUMENT, armor(packets)),
    );
  for (const [name, [reason, packets]] of Object.entries(rejected))
    hand.studio.reject(
      `packet: ${name}`,
      hand.withSignature(fileName(`packet ${name}`), DOCUMENT, armor(packets)),
      { reason },
    );
  // The signature holds for these line ends as for any other: exactly why it is refused.
  const crlf = DOCUMENT.replaceAll('\n', '\r\n');
  const textMode = hand.packet(crlf, { type: 0x01 });
  hand.studio.reject(
    'packet: is over canonical text with other line ends',
    hand.withSignature('packet-other-line-ends', DOCUMENT, armor(textMode)),
    { reason: 'signature_type' },
  );
}

function addSubpackets(hand: Hand, other: Hand): void {
  const [issuer, created] = [issuedBy(hand.key), createdAt(SIGNED)];
  const keyId = (key: Hand) => ({ type: 16, bytes: Buffer.from(key.key.getKeyID().toHex(), 'hex') });
  const lifeSeconds = (Date.parse(NOW) - Date.parse(SIGNED)) / 1000;
  const accepted: Record<string, Partial<Recipe>> = {
    'also names the key ID': { hashed: [issuer, created, keyId(hand)] },
    'has an unhashed part, which is not believed': {
      unhashed: [createdAt(NOW), issuedBy(other.key), expiresAfter(1)],
    },
    'has a notation that is not critical': { hashed: [issuer, created, notation('note@example.org', false)] },
    'has an unknown subpacket that is not critical': {
      hashed: [issuer, created, { type: 101, bytes: Buffer.alloc(3) }],
    },
    'has a life that has not ended': { hashed: [issuer, created, expiresAfter(lifeSeconds + 1)] },
    'has a life without end': { hashed: [issuer, created, expiresAfter(0)] },
  };
  const rejected: Record<string, [Reason, Partial<Recipe>]> = {
    'has no creation time': ['signature_subpackets', { hashed: [issuer] }],
    'has its creation time unhashed': ['signature_subpackets', { hashed: [issuer], unhashed: [created] }],
    'has two creation times': ['signature_subpackets', { hashed: [issuer, created, createdAt(NOW)] }],
    'has a creation time of three octets': [
      'signature_subpackets',
      { hashed: [issuer, { type: 2, bytes: Buffer.alloc(3) }] },
    ],
    'has no issuer': ['signature_subpackets', { hashed: [created] }],
    'has its issuer unhashed': ['signature_subpackets', { hashed: [created], unhashed: [issuer] }],
    'has only a key ID': ['signature_subpackets', { hashed: [created, keyId(hand)] }],
    'has two issuers': ['signature_subpackets', { hashed: [issuer, created, issuedBy(other.key)] }],
    'has an issuer of version 6': [
      'signature_subpackets',
      { hashed: [created, { type: 33, bytes: Buffer.alloc(33, 6) }] },
    ],
    'names the key ID of another key': ['signature_subpackets', { hashed: [issuer, created, keyId(other)] }],
    'has an unknown critical subpacket': [
      'signature_subpackets',
      { hashed: [issuer, created, { type: 101, bytes: Buffer.alloc(3), critical: true }] },
    ],
    'has a critical notation': [
      'signature_subpackets',
      { hashed: [issuer, created, notation('note@example.org', true)] },
    ],
    'has a critical key expiry': [
      'signature_subpackets',
      { hashed: [issuer, created, { type: 9, bytes: Buffer.alloc(4), critical: true }] },
    ],
    'names a designated revoker': [
      'signature_subpackets',
      { hashed: [issuer, created, { type: 12, bytes: Buffer.alloc(22) }] },
    ],
    'embeds another signature': [
      'signature_subpackets',
      { hashed: [issuer, created, { type: 32, bytes: hand.body('') }] },
    ],
    'has two lives': [
      'signature_subpackets',
      { hashed: [issuer, created, expiresAfter(0), expiresAfter(0)] },
    ],
    'has a life that ends now': [
      'signature_expired',
      { hashed: [issuer, created, expiresAfter(lifeSeconds)] },
    ],
  };
  for (const [name, recipe] of Object.entries(accepted))
    hand.studio.accept(`subpacket: ${name}`, hand.signed(fileName(`subpacket ${name}`), DOCUMENT, recipe));
  for (const [name, [reason, recipe]] of Object.entries(rejected))
    hand.studio.reject(`subpacket: ${name}`, hand.signed(fileName(`subpacket ${name}`), DOCUMENT, recipe), {
      reason,
    });
}

function addForgeries(hand: Hand, other: Hand): void {
  const { studio } = hand;
  const sound = armor(hand.packet(DOCUMENT));
  const tampered = DOCUMENT.replace(/a{64}/, `${'a'.repeat(63)}b`);
  const forge = (name: string, document: string, signature: string) =>
    hand.withSignature(fileName(`forgery ${name}`), document, signature);
  const rejected: Record<string, [Reason, string, string]> = {
    'one digit was changed after signing': ['signature_invalid', tampered, sound],
    'a line end was added after signing': ['signature_invalid', `${DOCUMENT}\n`, sound],
    'the line ends were changed after signing': [
      'signature_invalid',
      DOCUMENT.replaceAll('\n', '\r\n'),
      sound,
    ],
    'the signature is of another document': [
      'signature_invalid',
      DOCUMENT,
      armor(hand.packet(`${DOCUMENT}.`)),
    ],
    'the numbers are another one’s': [
      'signature_invalid',
      DOCUMENT,
      armor(other.packet(DOCUMENT, { hashed: hand.claims() })),
    ],
    'the creation time was moved after signing': [
      'signature_invalid',
      DOCUMENT,
      armor(moved(hand.body(DOCUMENT))),
    ],
    'a multiple of the order was added to S': [
      'signature_invalid',
      DOCUMENT,
      armor(packet(2, malleated(hand.body(DOCUMENT)))),
    ],
    'a stranger signed': ['signer_not_pinned', DOCUMENT, armor(other.packet(DOCUMENT))],
  };
  for (const [name, [reason, document, signature]] of Object.entries(rejected))
    studio.reject(`forgery: ${name}`, forge(name, document, signature), { reason });
}

/** A sound packet whose creation time says one second later. */
function moved(body: Buffer): Buffer {
  const at = body.indexOf(Buffer.from([5, 2]));
  const changed = Buffer.from(body);
  changed.writeUInt32BE(changed.readUInt32BE(at + 2) + 1, at + 2);
  return packet(2, changed);
}

/** Ed25519 with S + L: some verifiers take it for the same signature, so packet bytes identify nothing. */
function malleated(body: Buffer): Buffer {
  const hashedEnd = 6 + body.readUInt16BE(4);
  const first = hashedEnd + 2 + body.readUInt16BE(hashedEnd) + 2;
  const second = first + 2 + Math.ceil(body.readUInt16BE(first) / 8);
  const digits = Buffer.alloc(32);
  body.subarray(second + 2).copy(digits, 32 - (body.length - second - 2));
  const s = BigInt(`0x${Buffer.from(digits).reverse().toString('hex')}`) + ORDER;
  const moved = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([body.subarray(0, second), mpi(moved)]);
}

function patched(body: Buffer, at: number, values: readonly number[]): Buffer {
  const changed = Buffer.from(body);
  changed.set(values, at);
  return changed;
}
