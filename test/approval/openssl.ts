// OpenSSL as a verifier of OpenPGP signatures, with a reader of its own for what is signed. The reader is lax about form:
// it says only whether the mathematics holds, and leaves every other rule to those who judge.
import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import type { SigningKey } from '../../src/approval/certificate.ts';
import { numbersOf } from '../../src/approval/key-numbers.ts';

const HASHES = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);

export interface Asked {
  readonly key: SigningKey;
  readonly document: Uint8Array;
}

/** False as well when there is no signature to be found. */
export function opensslFits(armored: Uint8Array, { key, document }: Asked): boolean {
  try {
    return fits(bodyOf(packetsIn(Buffer.from(armored))), { key, document });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function packetsIn(armored: Buffer): Buffer {
  const found = /\n\s*?\n([\w+/=\r\n]*?)(?:\n=[\w+/]{4}\s*)?\n?-----END/.exec(armored.toString('latin1'));
  return Buffer.from(found?.[1] ?? '', 'base64');
}

/** RFC 9580, 4.2: the first packet, whatever its tag is. */
function bodyOf(packets: Buffer): Buffer {
  const first = packets.readUInt8(0);
  const behind = (header: number, length: number) => packets.subarray(header, header + length);
  if ((first & 0x40) === 0) {
    const octets = [1, 2, 4][first & 3];
    return octets ? behind(1 + octets, packets.readUIntBE(1, octets)) : packets.subarray(1);
  }
  const second = packets.readUInt8(1);
  if (second < 192) return behind(2, second);
  if (second < 224) return behind(3, ((second - 192) << 8) + packets.readUInt8(2) + 192);
  return second === 255 ? behind(6, packets.readUInt32BE(2)) : Buffer.alloc(0);
}

/** RFC 9580, 5.2.4: what is hashed is the document, the hashed part of the packet, and its length. */
function fits(body: Buffer, { key, document }: Asked): boolean {
  const hashed = body.subarray(0, 6 + body.readUInt16BE(4));
  const behind = body.subarray(hashed.length + 2 + body.readUInt16BE(hashed.length));
  const trailer = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(hashed.length, 2);
  const name = HASHES.get(body.readUInt8(3));
  if (!name || body.readUInt8(2) !== key.packet.algorithm) return false;
  const data = Buffer.concat([document, hashed, trailer]);
  const digest = createHash(name).update(data).digest();
  if (!behind.subarray(0, 2).equals(digest.subarray(0, 2))) return false;

  const numbers = behind.subarray(2);
  const publicKey = publicKeyOf(key);
  if (key.packet.algorithm === 27) return verify(null, digest, publicKey, numbers);
  const first = mpi(numbers);
  if (key.packet.algorithm === 1) return fitsRsa(first, { publicKey, name, data });
  const second = mpi(numbers.subarray(2 + first.length));
  return verify(null, digest, publicKey, Buffer.concat([padded(first, 32), padded(second, 32)]));
}

function fitsRsa(number: Buffer, asked: { publicKey: KeyObject; name: string; data: Buffer }): boolean {
  const { publicKey, name, data } = asked;
  const signature = padded(number, (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  if (!verify(name, data, { key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature)) return false;
  // OpenSSL compares the block as a whole, as RFC 8017 asks; its first octets are seen here once more.
  const block = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
  return block[0] === 0 && block[1] === 1;
}

function publicKeyOf({ packet }: SigningKey): KeyObject {
  const numbers = numbersOf(packet);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  if (!numbers) throw new Error('a key that may sign has numbers');
  const key =
    numbers.kind === 'rsa'
      ? { kty: 'RSA', n: text(numbers.modulus), e: text(numbers.exponent) }
      : { kty: 'OKP', crv: 'Ed25519', x: text(numbers.point) };
  return createPublicKey({ key, format: 'jwk' });
}

const mpi = (bytes: Buffer): Buffer => bytes.subarray(2, 2 + Math.ceil(bytes.readUInt16BE(0) / 8));
const padded = (bytes: Buffer, octets: number): Buffer =>
  Buffer.concat([Buffer.alloc(Math.max(0, octets - bytes.length)), bytes]);
