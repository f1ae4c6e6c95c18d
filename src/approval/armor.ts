// A signature file as the binary packets it holds: exactly one armored PGP SIGNATURE block and not one byte more (RFC 9580, 6.2).
// Tools differ in what they skip around an armor; here nothing is skipped, so nothing can hide there.
import { type Decoded, flawed, quoted } from './flaw.ts';

/** One signature is about 1 KiB; the limit bounds every later step. */
export const SIGNATURE_LIMIT_BYTES = 16 * 1024;

const HEAD = '-----BEGIN PGP SIGNATURE-----';
const TAIL = '-----END PGP SIGNATURE-----';
const OTHER_BLOCK = /^-----BEGIN PGP (?:SIGNED )?MESSAGE-----/m;
const HEADER = /^(?:Version|Comment): [ -~]*$/;
const BASE64_LINE = /^[A-Za-z0-9+/]{1,76}={0,2}$/;
const CHECKSUM_LINE = /^=[A-Za-z0-9+/]{4}$/;

export function readArmor(bytes: Uint8Array): Decoded<Uint8Array> {
  if (bytes.byteLength > SIGNATURE_LIMIT_BYTES)
    return flawed('signature_too_large', `${bytes.byteLength} bytes, at most ${SIGNATURE_LIMIT_BYTES}`);
  const text = Buffer.from(bytes).toString('latin1');
  const other = OTHER_BLOCK.exec(text);
  if (other) return flawed('clear_signed', `found \`${other[0]}\``);

  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines[0] !== HEAD) return flawed('signature_armor', `the first line is not \`${HEAD}\``, 1);
  if (lines.at(-1) !== TAIL)
    return flawed('signature_armor', `the last line is not \`${TAIL}\``, lines.length);

  const blank = lines.indexOf('');
  if (blank === -1) return flawed('signature_armor', 'no empty line behind the armor headers', 1);
  const header = lines.slice(1, blank).findIndex((line) => !HEADER.test(line));
  if (header !== -1)
    return flawed(
      'signature_armor',
      `not a Version or Comment header: \`${quoted(lines[header + 1] ?? '')}\``,
      header + 2,
    );
  return readBody(lines.slice(blank + 1, -1), blank + 2);
}

function readBody(lines: string[], firstLine: number): Decoded<Uint8Array> {
  const checksum = CHECKSUM_LINE.test(lines.at(-1) ?? '') ? lines.pop()?.slice(1) : undefined;
  const odd = lines.findIndex((line) => !BASE64_LINE.test(line));
  if (odd !== -1)
    return flawed(
      'signature_armor',
      `not a line of base64: \`${quoted(lines[odd] ?? '')}\``,
      firstLine + odd,
    );

  const base64 = lines.join('');
  const packets = Buffer.from(base64, 'base64');
  // The decoder forgives padding and stray bits; encoding again must give the same text.
  if (packets.toString('base64') !== base64)
    return flawed('signature_armor', 'the base64 is not in its canonical form', firstLine);
  if (checksum !== undefined && checksum !== crc24(packets))
    return flawed('signature_armor', 'the checksum does not fit the block', firstLine + lines.length);
  return { ok: true, value: packets };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 16;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x800000 ? (crc << 1) ^ 0x1864cfb : crc << 1;
  return crc;
});

/** RFC 9580, 6.1.1, as four characters of base64. Stricter than 6.1: gpg refuses a wrong one, so it is refused here. */
function crc24(bytes: Uint8Array): string {
  let crc = 0xb704ce;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 16) ^ byte] ?? 0)) & 0xffffff;
  return Buffer.from([crc >> 16, (crc >> 8) & 0xff, crc & 0xff]).toString('base64');
}
