// What the readers of armor, packets, numbers and front matter decide where no committed vector shows one rule alone.
import { armor, mpi } from '../../conformance/approvals/make/packets.ts';
import { type GuardCase, valueCase } from './guard-case.ts';

const DIGEST = 'a'.repeat(64);
const FINGERPRINT = '0123456789abcdef0123456789abcdef01234567';
const SOUND_CLAIMS = `0502${'6a0ed0a0'}${`1621${'04'}${FINGERPRINT}`}`;

export function readerCases(): GuardCase[] {
  return [...armorCases(), ...claimCases(), ...packetCases(), ...textCases(), ...instantCases()];
}

function armorCases(): GuardCase[] {
  const read = (name: string, text: string, expected: string) =>
    valueCase(`reader: armor ${name}`, {
      sql: "SELECT coalesce(reason, encode(packets, 'hex')) FROM cutter_guard.read_armor($1)",
      with: [Buffer.from(text, 'latin1')],
      expected,
    });
  const bytes = Buffer.alloc(120, 0x5a);
  const sound = armor(bytes);
  const [head, blank, ...rest] = sound.split('\n');
  const base64 = bytes.toString('base64');
  const withBody = (...body: string[]) =>
    [head, blank, ...body, '-----END PGP SIGNATURE-----', ''].join('\n');
  const hex = bytes.toString('hex');
  return [
    read('that is sound', sound, hex),
    read('in one line of 160 characters', withBody(base64), 'signature_armor'),
    read(
      'in lines of 76 characters',
      withBody(base64.slice(0, 76), base64.slice(76, 152), base64.slice(152)),
      hex,
    ),
    read(
      'in lines of 77 characters',
      withBody(base64.slice(0, 77), base64.slice(77, 154), base64.slice(154)),
      'signature_armor',
    ),
    read(
      'with an empty line inside',
      withBody(base64.slice(0, 76), '', base64.slice(76, 152), base64.slice(152)),
      'signature_armor',
    ),
    read('without its padding', withBody('Wlo'), 'signature_armor'),
    read('with padding in the middle', withBody('Wlo=', 'Wlpa'), 'signature_armor'),
    read('with stray bits', withBody('Wlp='), 'signature_armor'),
    read(
      'without an end',
      sound.replace('-----END PGP SIGNATURE-----', '-----END PGP SIGNATURE----'),
      'signature_armor',
    ),
    read('without a beginning', [`${head}-`, blank, ...rest].join('\n'), 'signature_armor'),
    read('of nothing', withBody(), ''),
    read('of nothing, with its checksum', withBody('=twTO'), ''),
    read('of nothing, with another checksum', withBody('=twTP'), 'signature_armor'),
    read('with a NUL', sound.replace('WlpaWlpa', 'Wlpa\0pa'), 'signature_armor'),
    read('of 16385 bytes', sound.padEnd(16_385, '\n'), 'signature_too_large'),
    read('of 16384 bytes, most of them line ends', sound.padEnd(16_384, '\n'), 'signature_armor'),
    ...['', '00', 'ff', '0102', '99887766554433221100'].map((data) =>
      valueCase(`reader: CRC-24 of ${data || 'nothing'}`, {
        sql: "SELECT cutter_guard.crc24(decode($1, 'hex'))",
        with: [data],
        expected: crc24(Buffer.from(data, 'hex')),
      }),
    ),
  ];
}

/** RFC 9580, 6.1.1, bit by bit. */
function crc24(bytes: Uint8Array): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x800000 ? ((crc << 1) ^ 0x1864cfb) & 0xffffff : crc << 1;
  }
  return Buffer.from([crc >> 16, (crc >> 8) & 0xff, crc & 0xff]).toString('base64');
}

function claimCases(): GuardCase[] {
  const read = (name: string, area: string, expected: string) =>
    valueCase(`reader: subpackets ${name}`, {
      sql: "SELECT coalesce(reason, issuer) FROM cutter_guard.read_claims(decode($1, 'hex'))",
      with: [area],
      expected,
    });
  const sound = FINGERPRINT.toUpperCase();
  const filler = (length: number) => '64'.padEnd(length * 2, '0');
  const wide = 300 - 192;
  return [
    read('that are sound', SOUND_CLAIMS, sound),
    read(
      'with a length of two octets',
      `${SOUND_CLAIMS}${(192 + (wide >> 8)).toString(16)}${(wide & 255).toString(16).padStart(2, '0')}${filler(300)}`,
      sound,
    ),
    read(
      'with a length of two octets that begins with 254',
      `${SOUND_CLAIMS}fe00${filler(0x3e00 + 192)}`,
      sound,
    ),
    read('with a length of five octets', `${SOUND_CLAIMS}ff00000003${filler(3)}`, sound),
    read(
      'with a length of five octets beyond the end',
      `${SOUND_CLAIMS}ff7fffffff${filler(3)}`,
      'signature_malformed',
    ),
    read('with a length of five octets cut short', `${SOUND_CLAIMS}ff0000`, 'signature_malformed'),
    read('with a length of two octets cut short', `${SOUND_CLAIMS}c0`, 'signature_malformed'),
    read('with a length and nothing behind it', `${SOUND_CLAIMS}01`, 'signature_malformed'),
    read('with one octet too few', `${SOUND_CLAIMS}0564000000`, 'signature_malformed'),
    read('with a length of zero', `${SOUND_CLAIMS}00${filler(3)}`, 'signature_malformed'),
    read(
      'with an issuer of 20 octets',
      SOUND_CLAIMS.replace(`1621${'04'}${FINGERPRINT}`, `1521${'04'}${FINGERPRINT.slice(0, -2)}`),
      'signature_subpackets',
    ),
    read(
      'with an issuer of 22 octets',
      SOUND_CLAIMS.replace(`1621${'04'}${FINGERPRINT}`, `1721${'04'}${FINGERPRINT}00`),
      'signature_subpackets',
    ),
    read('with an issuer of version 5', SOUND_CLAIMS.replace('162104', '162105'), 'signature_subpackets'),
    read(
      'with an empty issuer',
      SOUND_CLAIMS.replace(`1621${'04'}${FINGERPRINT}`, '0121'),
      'signature_subpackets',
    ),
    read('with a life of three octets', `${SOUND_CLAIMS}0403000001`, 'signature_subpackets'),
    read('with an unknown one', `${SOUND_CLAIMS}0264ff`, sound),
    read('with a signature target', `${SOUND_CLAIMS}041f0102ff`, 'signature_subpackets'),
    read('with the key ID of the issuer', `${SOUND_CLAIMS}0910${FINGERPRINT.slice(-16)}`, sound),
    read(
      'with a second key ID that is another',
      `${SOUND_CLAIMS}0910${FINGERPRINT.slice(-16)}0910${'0'.repeat(16)}`,
      'signature_subpackets',
    ),
    read('none', '', 'signature_subpackets'),
  ];
}

function packetCases(): GuardCase[] {
  const read = (name: string, packet: string, expected: string) =>
    valueCase(`reader: packet ${name}`, {
      sql: "SELECT coalesce(reason, encode(numbers, 'hex')) FROM cutter_guard.read_signature_packet(decode($1, 'hex'))",
      with: [packet],
      expected,
    });
  const hashed = `${(SOUND_CLAIMS.length / 2).toString(16).padStart(4, '0')}${SOUND_CLAIMS}`;
  const body = (options: { algorithm?: string; numbers?: string; unhashed?: string; left?: string } = {}) => {
    const { algorithm = '1b', numbers = '11'.repeat(64), unhashed = '0000', left = 'abcd' } = options;
    return `0400${algorithm}08${hashed}${unhashed}${left}${numbers}`;
  };
  const headed = (hex: string) => `c2${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  const numbersOf = (...numbers: string[]) =>
    numbers.map((hex) => mpi(Buffer.from(hex, 'hex')).toString('hex')).join('');
  const long = '80'.padEnd(64, '1');
  return [
    read('that is sound', headed(body()), '11'.repeat(64)),
    read('of no octets', 'c200', 'signature_malformed'),
    read('with a version alone', 'c20104', 'signature_type'),
    read('with a version and a type alone', 'c2020400', 'weak_hash'),
    read('that ends before its hash', 'c203040016', 'weak_hash'),
    read('that ends behind its hash', 'c20404001608', 'signature_malformed'),
    read('with one octet of a length of its hashed part', 'c2050400160800', 'signature_malformed'),
    read('with a header alone', 'c2', 'signature_malformed'),
    read(
      'that states a length of its unhashed part beyond its end',
      headed(body({ unhashed: '0100' })),
      'signature_malformed',
    ),
    read(
      'that has no octet behind its unhashed part',
      headed(`04001b08${hashed}0000`),
      'signature_malformed',
    ),
    read('with 63 octets of numbers', headed(body({ numbers: '11'.repeat(63) })), 'signature_malformed'),
    read('with 65 octets of numbers', headed(body({ numbers: '11'.repeat(65) })), 'signature_malformed'),
    read(
      'with numbers of the legacy form',
      headed(body({ algorithm: '16', numbers: numbersOf(long, '05') })),
      `${long}${'05'.padStart(64, '0')}`,
    ),
    read(
      'with a legacy R of 33 octets',
      headed(body({ algorithm: '16', numbers: numbersOf(`${long}11`, '05') })),
      'signature_malformed',
    ),
    read(
      'with a legacy S of 33 octets',
      headed(body({ algorithm: '16', numbers: numbersOf('05', `${long}11`) })),
      'signature_malformed',
    ),
    read(
      'with a legacy R alone',
      headed(body({ algorithm: '16', numbers: numbersOf(long) })),
      'signature_malformed',
    ),
    read(
      'with an octet behind its short legacy numbers',
      headed(body({ algorithm: '16', numbers: `${numbersOf(long, '05')}00` })),
      'signature_malformed',
    ),
    read(
      'with an octet behind its legacy numbers',
      headed(body({ algorithm: '16', numbers: `${numbersOf(long, long)}00` })),
      'signature_malformed',
    ),
    read('with a number of RSA', headed(body({ algorithm: '01', numbers: numbersOf('0102') })), '0102'),
    read(
      'with two numbers of RSA',
      headed(body({ algorithm: '01', numbers: numbersOf('0102', '03') })),
      'signature_malformed',
    ),
    read(
      'with a number of no bits',
      headed(body({ algorithm: '01', numbers: '0000' })),
      'signature_malformed',
    ),
    read(
      'with a number of no bits and an octet',
      headed(body({ algorithm: '01', numbers: '000001' })),
      'signature_malformed',
    ),
    read(
      'with a number that states a bit too many',
      headed(body({ algorithm: '01', numbers: '000a0102' })),
      'signature_malformed',
    ),
    read(
      'with a number that states a bit too few',
      headed(body({ algorithm: '01', numbers: '00080102' })),
      'signature_malformed',
    ),
    read(
      'with a number cut short',
      headed(body({ algorithm: '01', numbers: '001101' })),
      'signature_malformed',
    ),
    read(
      'with a number of two octets in all',
      headed(body({ algorithm: '01', numbers: '0001' })),
      'signature_malformed',
    ),
    read('of a private algorithm', headed(body({ algorithm: '64' })), 'weak_key'),
    read(
      'with a length of two octets',
      `c2c0${(body({ unhashed: `0060${'00'.repeat(96)}` }).length / 2 - 192).toString(16).padStart(2, '0')}${body({ unhashed: `0060${'00'.repeat(96)}` })}`,
      '11'.repeat(64),
    ),
    read(
      'with a length of five octets',
      `c2ff${(body().length / 2).toString(16).padStart(8, '0')}${body()}`,
      '11'.repeat(64),
    ),
    read('with a length of five octets beyond all', `c2ffffffffff${body()}`, 'signature_malformed'),
    read('with a partial length', `c2e7${body()}`, 'signature_malformed'),
    read('in the old form, one octet', `88${(body().length / 2).toString(16)}${body()}`, '11'.repeat(64)),
    read(
      'in the old form, two octets',
      `89${(body().length / 2).toString(16).padStart(4, '0')}${body()}`,
      '11'.repeat(64),
    ),
    read(
      'in the old form, four octets',
      `8a${(body().length / 2).toString(16).padStart(8, '0')}${body()}`,
      '11'.repeat(64),
    ),
    read('in the old form, until the end', `8b${body()}`, 'signature_malformed'),
    read(
      'in the old form, of another type',
      `b0${(body().length / 2).toString(16)}${body()}`,
      'signature_count',
    ),
    read('of another type', `c6${(body().length / 2).toString(16)}${body()}`, 'signature_count'),
    read('without the first bit', `42${(body().length / 2).toString(16)}${body()}`, 'signature_malformed'),
    valueCase('reader: a number of no bits ends nowhere', {
      ...{ sql: "SELECT cutter_guard.mpi_end('\\x000080', 0)", expected: null },
    }),
    ...(
      [
        ['05', 4, '00000005'],
        ['01ff', 2, '01ff'],
        ['01ff', 1, null],
      ] as const
    ).map(([hex, octets, expected]) =>
      valueCase(`reader: ${hex} in ${octets} octets`, {
        sql: "SELECT encode(cutter_guard.padded(decode($1, 'hex'), $2::integer), 'hex')",
        with: [hex, octets],
        expected,
      }),
    ),
  ];
}

function textCases(): GuardCase[] {
  const crlf = (text: string) => text.replaceAll('\n', '\r\n');
  const read = (name: string, document: Buffer | string, expected: string) =>
    valueCase(`reader: document ${name}`, {
      sql: "SELECT coalesce(reason, gate || ' ' || bindings::text) FROM cutter_guard.read_approval($1)",
      with: [Buffer.from(document)],
      expected,
    });
  const front = (...lines: string[]) => ['---', ...lines, '---', '', 'I agree.', ''].join('\n');
  const gate = 'gate: SG_W_withdrawal';
  const at = 'signed_utc: 2026-05-21T10:00:00Z';
  const explicit = 'allowance: explicit';
  const sound = front(gate, at, explicit);
  const opens = 'SG_W_withdrawal {}';
  return [
    read('that is sound', sound, opens),
    read('with a NUL behind an inline message', `${sound}-----BEGIN PGP MESSAGE-----\0`, 'clear_signed'),
    read(
      'with a NUL and a byte that is none of UTF-8',
      Buffer.concat([Buffer.from(`${sound}\0`), Buffer.from([0xff])]),
      'not_utf8',
    ),
    read(
      'with a line separator before an inline message',
      `${sound}\u2028-----BEGIN PGP SIGNED MESSAGE-----`,
      'clear_signed',
    ),
    read('with words before an inline message', `${sound}as in -----BEGIN PGP MESSAGE-----`, opens),
    read(
      'of CRLF with one bare LF at its beginning',
      `\n${sound.replaceAll('\n', '\r\n')}`,
      'mixed_line_ends',
    ),
    read('of CRLF with a lone CR', crlf(`${sound}x`).replace('x', 'a\rb'), 'mixed_line_ends'),
    read('of CRLF', crlf(sound), opens),
    read(
      'with a tab before a value and behind it',
      front(gate, `signed_utc: \t2026-05-21T10:00:00Z\t`, explicit),
      opens,
    ),
    read(
      'with a wide space before a value',
      front(gate, at, 'allowance: \u3000explicit'),
      'allowance_not_explicit',
    ),
    read(
      'with a placeholder left in',
      front(gate, 'signed_utc:  <now, as the clock has it> ', explicit),
      'placeholder_left',
    ),
    read(
      'with a placeholder that is not all',
      front(gate, 'signed_utc: <now>, or so', explicit),
      'front_matter_syntax',
    ),
    read(
      'with a placeholder behind a key of two words',
      front(gate, at, explicit, 'run id: <x>'),
      'front_matter_syntax',
    ),
    read('with an empty value', front(gate, at, 'allowance: '), 'front_matter_syntax'),
    read('with an empty value in quotes', front(gate, at, 'allowance: ""'), 'allowance_not_explicit'),
    read('with a key of nothing', front(gate, at, explicit, ': x'), 'front_matter_syntax'),
    read('with a key of two words', front(gate, at, explicit, 'run id: x'), 'front_matter_syntax'),
    read(
      'with a colon at the end of a value in quotes',
      front(gate, at, 'allowance: "explicit:"'),
      'allowance_not_explicit',
    ),
    read(
      'with a colon at the end of a value',
      front(gate, at, 'allowance: explicit:'),
      'front_matter_syntax',
    ),
    read(
      'with a line that is no line of its front matter',
      front(gate, at, explicit, 'x'),
      'front_matter_syntax',
    ),
    read('with a thematic break first of all', sound.replace('I agree.', '---'), 'second_front_matter'),
    read(
      'with spaces around a thematic break first of all',
      sound.replace('I agree.', ' \t---\u3000'),
      'second_front_matter',
    ),
    read('with a thematic break later', sound.replace('I agree.', 'I agree.\n---'), opens),
    read('with two wrong values', front(gate, 'signed_utc: now', 'allowance: no'), 'signed_utc_invalid'),
    read(
      'with a wrong value and a foreign key',
      front(gate, at, explicit, 'approval_sha256: x', `run_id: run-20260520-0123456789abcdef`),
      'value_invalid',
    ),
    read(
      'with the key of another gate',
      front(gate, at, explicit, `source_sha256: ${DIGEST}`),
      'unknown_key',
    ),
    read(
      'with the key of another gate and a value that fits none',
      front(gate, at, explicit, 'run_id: x'),
      'unknown_key',
    ),
    read('with no key at all', '---\n---\n', 'missing_key'),
    read('without a second line of dashes', '---\ngate: x\n', 'front_matter_missing'),
    read('that is one line of dashes', '---', 'front_matter_missing'),
  ];
}

function instantCases(): GuardCase[] {
  const real = [
    '2026-05-21T10:00:00Z',
    '1970-01-01T00:00:00Z',
    '0000-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2024-02-29T00:00:00Z',
    '2000-02-29T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '2026-05-31T00:00:00Z',
    '2026-06-30T00:00:00Z',
  ];
  const unreal = [
    '1900-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-05-00T00:00:00Z',
    '2026-05-32T00:00:00Z',
    '2026-06-31T00:00:00Z',
    '2026-05-21T24:00:00Z',
    '2026-05-21T23:60:00Z',
    '2026-05-21T23:59:60Z',
    '2026-05-21 10:00:00Z',
    '+2026-05-21T10:00:00Z',
  ];
  const ask = (text: string, expected: number | null) =>
    valueCase(`reader: instant ${text}`, {
      sql: 'SELECT extract(epoch FROM cutter_guard.read_instant($1))::bigint::text',
      ...{ with: [text], expected },
    });
  return [
    ...real.map((text) => ask(text, new Date(text).getTime() / 1000)),
    ...unreal.map((text) => ask(text, null)),
  ];
}
