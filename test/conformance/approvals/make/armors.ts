// Signature files at both sides of every rule of the armor, all around one sound packet.
import type { Reason } from '../../../../src/approval/reasons.ts';
import { fileName } from './documents.ts';
import type { Hand } from './hand.ts';
import { armor, notation } from './packets.ts';
import { approvalFor } from './studio.ts';

const DOCUMENT = approvalFor();

export function addArmors(hand: Hand): void {
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
