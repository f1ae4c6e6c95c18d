// Signature files at both sides of every rule of the armor, the packet and its subpackets.
import type { Reason } from '../../../src/approval/reasons.ts';
import { fileName } from './documents.ts';
import type { Hand } from './hand.ts';
import { armor, createdAt, expiresAfter, issuedBy, mpi, notation, packet, type Recipe } from './packets.ts';
import { approvalFor, NOW, SIGNED } from './studio.ts';

const DOCUMENT = approvalFor();
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export function addSignatures(hand: Hand, other: Hand): void {
  addArmors(hand);
  addPackets(hand);
  addSubpackets(hand, other);
  addForgeries(hand, other);
}

function addArmors(hand: Hand): void {
  const sound = hand.packet(DOCUMENT);
  const text = armor(sound);
  const accepted: Record<string, string> = {
    'is plain': text,
    'has Version and Comment headers': armor(sound, {
      headers: ['Version: GnuPG v2', 'Comment: from the archive'],
    }),
    'ends its lines with CRLF': text.replaceAll('\n', '\r\n'),
    'has no line end at the end': text.trimEnd(),
    'carries its checksum': armor(sound, { checksum: checksumOf(sound) }),
    'is padded to 16 KiB by a comment': padded(sound, 16 * 1024),
  };
  const rejected: Record<string, [Reason, string | Uint8Array, number?]> = {
    'is one byte over 16 KiB': ['signature_too_large', padded(sound, 16 * 1024 + 1)],
    'is empty': ['signature_armor', ''],
    'is binary': ['signature_armor', sound],
    'has text before the armor': ['signature_armor', `signed by me\n${text}`, 1],
    'has an empty line before the armor': ['signature_armor', `\n${text}`, 1],
    'has text behind the armor': ['signature_armor', `${text}and thanks\n`],
    'has an empty line behind the armor': ['signature_armor', `${text}\n`],
    'has two armored blocks': ['signature_armor', text + text],
    'hides the armor behind a line separator': ['signature_armor', `x\u{2028}${text}`, 1],
    'ends its lines with lone CR': ['signature_armor', text.replaceAll('\n', '\r'), 1],
    'has a Hash header': ['signature_armor', armor(sound, { headers: ['Hash: SHA256'] }), 2],
    'has a Charset header': ['signature_armor', armor(sound, { headers: ['Charset: UTF-8'] }), 2],
    'has a header with a control character': [
      'signature_armor',
      armor(sound, { headers: ['Comment: a\0b'] }),
      2,
    ],
    'has no empty line behind the headers': ['signature_armor', text.replace('\n\n', '\n')],
    'has spaces in the base64': ['signature_armor', text.replace('\n\n', '\n\n ')],
    'has stray bits in the base64': ['signature_armor', strayBits(hand)],
    'has a wrong checksum': ['signature_armor', armor(sound, { checksum: '=AAAA' })],
    'is a public key block': ['signature_armor', hand.key.toPublic().armor(), 1],
    'is an inline message': ['clear_signed', text.replaceAll('SIGNATURE', 'MESSAGE')],
    'is a clear-signed text': [
      'clear_signed',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n${text}`,
    ],
  };
  for (const [name, signature] of Object.entries(accepted))
    hand.studio.accept(`armor: ${name}`, hand.withSignature(fileName(`armor ${name}`), DOCUMENT, signature));
  for (const [name, [reason, signature, line]] of Object.entries(rejected))
    hand.studio.reject(`armor: ${name}`, hand.withSignature(fileName(`armor ${name}`), DOCUMENT, signature), {
      reason,
      ...(line === undefined ? {} : { line }),
    });
  hand.studio.reject('armor: is not there', hand.withSignature('armor-is-not-there', DOCUMENT), {
    reason: 'signature_missing',
  });
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

function padded(packets: Buffer, size: number): string {
  const bare = armor(packets, { headers: ['Comment: '] });
  return armor(packets, { headers: [`Comment: ${'.'.repeat(size - bare.length)}`] });
}

/** The same bytes to a forgiving decoder: the last character carries bits beyond the last octet. */
function strayBits(hand: Hand): string {
  const lengths = [1, 2, 3].map((length) => notation('n'.repeat(length), false));
  const packets = lengths.map((extra) => hand.packet(DOCUMENT, { hashed: [...hand.claims(), extra] }));
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return armor(packets.find(({ length }) => length % 3 !== 0) ?? Buffer.alloc(1)).replace(
    /([A-Za-z0-9+/])(=+\n-----END)/,
    (_, last: string, rest: string) => `${alphabet[alphabet.indexOf(last) + 1]}${rest}`,
  );
}

function checksumOf(packets: Uint8Array): string {
  let crc = 0xb704ce;
  for (const byte of packets) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x800000 ? (crc << 1) ^ 0x1864cfb : crc << 1;
  }
  return `=${Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]).toString('base64')}`;
}
