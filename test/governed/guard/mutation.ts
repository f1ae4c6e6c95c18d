// Changes of sound approvals: bytes turned, lost and added in the document, in the armor and in the packet, and changes
// that know what a packet is. The same seed gives the same changes.
import type { AdmissionRequest } from '../../../src/approval/admission.ts';
import { readArmor } from '../../../src/approval/armor.ts';
import { armor, packet } from '../../conformance/approvals/make/packets.ts';

export interface Mutation {
  readonly what: string;
  readonly document: Buffer;
  readonly signature: Buffer;
}

export const SEEDS: readonly string[] = [
  'gpg: Ed25519',
  'gpg: RSA-3072',
  'gpg: RSA-2048',
  'gpg: SHA-384',
  'gpg: CRLF',
  'gpg: a comment and a version',
  'gpg: a notation',
  'gpg: a signing subkey under a primary key that only certifies',
  'key: openpgp.js Ed25519 in the encoding of RFC 9580',
  'key: openpgp.js RSA-2048',
  'packet: uses hash algorithm 10',
  'subpacket: has an unhashed part, which is not believed',
];

type Random = (below: number) => number;

export function mutationsOf(
  { approval, signatures }: AdmissionRequest,
  { count, seed }: { count: number; seed: number },
): Mutation[] {
  const random = randomFrom(seed);
  const document = Buffer.from(approval.bytes);
  const signature = Buffer.from(signatures[0]?.bytes ?? []);
  const read = readArmor(signature);
  if (!read.ok) throw new Error('the seed has no sound armor');
  const packets = Buffer.from(read.value);
  return Array.from({ length: count }, (): Mutation => {
    switch (random(10)) {
      case 0:
      case 1:
        return { what: 'document', document: changed(document, random), signature };
      case 2:
        return { what: 'text', document: woven(document, random), signature };
      case 3:
        return { what: 'armor', document, signature: changed(signature, random) };
      case 4:
        return { what: 'armor lines', document, signature: relined(signature, random) };
      case 5:
      case 6:
      case 7:
        return { what: 'packet', document, signature: armored(changed(packets, random)) };
      default:
        return { what: 'parts', document, signature: armored(rebuilt(packets, random)) };
    }
  });
}

function armored(packets: Uint8Array): Buffer {
  return Buffer.from(armor(packets));
}

/** A bit turned, an octet replaced, some lost, some added, or the end cut off. */
function changed(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  const copy = Buffer.from(bytes);
  switch (random(5)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
      return copy;
    case 1:
      copy[at] = random(256);
      return copy;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(4))]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at)]);
    default:
      return bytes.subarray(0, at);
  }
}

const FRAGMENTS = [
  ...[
    '---',
    '\n',
    '\r\n',
    '\r',
    ': ',
    ':',
    ' ',
    '\t',
    '"',
    "'",
    '#',
    '&a',
    '*a',
    '!!str ',
    '[',
    '{',
    '|',
    '>',
    '<<: x',
  ],
  ...[
    'gate: ',
    'run_id: ',
    'mode: LIVE',
    'allowance: ',
    'explicit',
    'signed_utc: ',
    '2026-05-21T10:00:00Z',
    '0000-01-01T00:00:00Z',
  ],
  ...[
    '\u00a0',
    '\u3000',
    '\u00e9',
    '\u0430',
    '\u2014',
    '\u{1f3db}',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\0',
    '\u0085',
    '...',
    '-----BEGIN PGP MESSAGE-----',
  ],
];

/** A fragment that means something to a parser, put somewhere, mostly into the front matter. */
function woven(document: Buffer, random: Random): Buffer {
  const text = document.toString('utf8');
  const at = random(random(3) > 0 ? Math.min(text.length, 160) : text.length);
  const fragment = FRAGMENTS[random(FRAGMENTS.length)] ?? '';
  return Buffer.from(text.slice(0, at) + fragment + text.slice(at + random(3)));
}

/** The lines of an armor put differently. */
function relined(signature: Buffer, random: Random): Buffer {
  const lines = signature.toString('latin1').trimEnd().split(/\r?\n/);
  const body = lines.slice(lines.indexOf('') + 1, -1).filter((line) => !line.startsWith('='));
  const base64 = body.join('');
  const width = 1 + random(80);
  const folded = base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  const headers = ['Version: 1', 'Comment: none', 'Hash: SHA256', 'Comment:', 'Charset: UTF-8'].slice(
    0,
    random(3),
  );
  const checksum = lines.filter((line) => /^=.{4}$/.test(line)).slice(0, random(2));
  const parts = [
    lines[0] ?? '',
    ...headers,
    ...(random(8) === 0 ? [] : ['']),
    ...folded,
    ...checksum,
    lines.at(-1) ?? '',
  ];
  return Buffer.from(parts.join(random(4) === 0 ? '\r\n' : '\n') + ['', '\n', '\n\n', ' '][random(4)]);
}

/** The same packet with another header, another unhashed part, or numbers of another form. */
function rebuilt(packets: Buffer, random: Random): Buffer {
  const body = bodyOf(packets);
  const hashedEnd = 6 + body.readUInt16BE(4);
  const unhashedEnd = hashedEnd + 2 + body.readUInt16BE(hashedEnd);
  const [hashed, numbers] = [body.subarray(0, hashedEnd), body.subarray(unhashedEnd)];
  const area = Buffer.from(Array.from({ length: random(12) }, () => random(256)));
  const length = Buffer.from([area.length >> 8, area.length & 0xff]);
  switch (random(6)) {
    case 0:
      return packet(2, Buffer.concat([hashed, length, area, numbers]));
    case 1:
      return headed(body, random(7));
    case 2:
      return Buffer.concat([packet(2, body), packet(random(64), area)]);
    case 3:
      return packet(2, changed(body, random));
    case 4:
      return packet(random(64), body);
    default:
      return packet(2, Buffer.concat([hashed, Buffer.from([0, 0]), changed(numbers, random)]));
  }
}

function headed(body: Buffer, kind: number): Buffer {
  const long = Buffer.alloc(4);
  long.writeUInt32BE(body.length);
  const heads = [
    Buffer.from([0x88, body.length & 0xff]),
    Buffer.from([0x89, body.length >> 8, body.length & 0xff]),
    Buffer.concat([Buffer.from([0x8a]), long]),
    Buffer.from([0x8b]),
    Buffer.concat([Buffer.from([0xc2, 0xff]), long]),
    Buffer.from([0xc2, 0xe0 | Math.floor(Math.log2(body.length))]),
    Buffer.from([0xc2, body.length & 0xff]),
  ];
  return Buffer.concat([heads[kind] ?? Buffer.alloc(0), body]);
}

function bodyOf(packets: Buffer): Buffer {
  const [first = 0, second = 0] = packets;
  if (first & 0x40) return packets.subarray(second < 192 ? 2 : second < 224 ? 3 : 6);
  return packets.subarray([2, 3, 5][first & 3] ?? 1);
}

/** A small generator of its own, so that a failure can be repeated. */
function randomFrom(seed: number): Random {
  let state = seed * 0x9e3779b1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
