// The raw signature mathematics a second time, by OpenSSL through node:crypto: on every committed vector whose packet and
// key admission lets through, it says what openpgp.js says. (The governed database is held against both in
// governed/guard/guard.test.ts.)
import { describe, expect, it } from 'vitest';
import { readArmor } from '../../src/approval/armor.ts';
import { verifySignature } from '../../src/approval/signature.ts';
import { readSignaturePacket } from '../../src/approval/signature-packet.ts';
import { readVectors } from '../conformance/approvals/vector.ts';
import { opensslFits } from './openssl.ts';
import { requestOf } from './request.ts';

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
        expect(opensslFits(bytes, { key, document: approval.bytes })).toBe(verdict.ok);
      }
    },
  );

  it('were both asked, and both ways', () => {
    expect(judged.accepted).toBeGreaterThan(100);
    expect(judged.refused).toBeGreaterThan(3);
  });
});
