// The raw signature mathematics a second time, by OpenSSL through node:crypto: on every committed vector whose packet and
// key admission lets through, it says what openpgp.js says. (The governed database is held against both in
// governed/guard/guard.test.ts.)
import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readArmor } from '../../src/approval/armor.ts';
import type { SigningKey } from '../../src/approval/certificate.ts';
import { numbersOf } from '../../src/approval/key-numbers.ts';
import { verifySignature } from '../../src/approval/signature.ts';
import { readSignaturePacket, type SignatureClaim } from '../../src/approval/signature-packet.ts';
import { readVectors } from '../vectors/vector.ts';
import { requestOf } from './request.ts';

const HASHES = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);

function publicKeyOf({ packet }: SigningKey): KeyObject {
  const numbers = numbersOf(packet);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  if (numbers?.kind === 'rsa')
    return createPublicKey({
      key: { kty: 'RSA', n: text(numbers.modulus), e: text(numbers.exponent) },
      format: 'jwk',
    });
  if (!numbers) throw new Error('a key that may sign has numbers');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text(numbers.point) }, format: 'jwk' });
}

/** RFC 9580, 5.2.4: what is hashed is the document, the hashed part of the packet, and its length. */
function fits(claim: SignatureClaim, { key, document }: { key: SigningKey; document: Uint8Array }): boolean {
  const { body, algorithm } = claim;
  const hashed = Buffer.from(body.subarray(0, 6 + ((body[4] ?? 0) << 8) + (body[5] ?? 0)));
  const trailer = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(hashed.length, 2);
  const name = HASHES.get(body[3] ?? 0) ?? 'none';
  const data = Buffer.concat([document, hashed, trailer]);
  const digest = createHash(name).update(data).digest();
  // The unhashed part was cut away: two octets of no length, then two of the digest, then the numbers.
  const rest = Buffer.from(body.subarray(hashed.length + 2));
  if (!rest.subarray(0, 2).equals(digest.subarray(0, 2))) return false;
  const numbers = rest.subarray(2);
  if (algorithm === 27) return verify(null, digest, publicKeyOf(key), numbers);
  const first = mpi(numbers);
  if (algorithm === 1) {
    const size = publicKeyOf(key).asymmetricKeyDetails?.modulusLength ?? 0;
    return fitsRsa(padded(first, Math.ceil(size / 8)), { key, name, data });
  }
  const second = mpi(numbers.subarray(2 + first.length));
  return verify(null, digest, publicKeyOf(key), Buffer.concat([padded(first, 32), padded(second, 32)]));
}

function fitsRsa(signature: Buffer, { key, name, data }: { key: SigningKey; name: string; data: Buffer }) {
  const publicKey = publicKeyOf(key);
  const verified = verify(name, data, { key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
  if (!verified) return false;
  // OpenSSL compares the block as a whole, as RFC 8017 asks; its first octets are seen here once more.
  const block = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
  return block[0] === 0 && block[1] === 1;
}

const mpi = (bytes: Buffer): Buffer => bytes.subarray(2, 2 + Math.ceil(bytes.readUInt16BE(0) / 8));
const padded = (bytes: Buffer, octets: number): Buffer =>
  Buffer.concat([Buffer.alloc(Math.max(0, octets - bytes.length)), bytes]);

describe('openpgp.js and node:crypto', () => {
  const judged = { accepted: 0, refused: 0 };

  it.each(readVectors().map((vector) => [vector.name, vector] as const))(
    'say the same of: %s',
    async (_, vector) => {
      const { approval, signatures, keys, now } = await requestOf(vector);
      for (const { bytes } of signatures) {
        const packets = readArmor(bytes);
        const read = packets.ok ? readSignaturePacket(packets.value) : packets;
        const key = read.ok ? keys.keys.get(read.value.issuer) : undefined;
        if (!read.ok || !key || key.unusable || key.packet.algorithm !== read.value.algorithm) continue;
        const verdict = await verifySignature(bytes, { document: approval.bytes, keys, now });
        // What is refused for its times never comes to the mathematics.
        if (!verdict.ok && verdict.flaw.reason !== 'signature_invalid') continue;
        judged[verdict.ok ? 'accepted' : 'refused'] += 1;
        expect(fits(read.value, { key, document: approval.bytes })).toBe(verdict.ok);
      }
    },
  );

  it('were both asked, and both ways', () => {
    expect(judged.accepted).toBeGreaterThan(100);
    expect(judged.refused).toBeGreaterThan(3);
  });
});
