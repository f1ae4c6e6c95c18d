// The verifier of the audit against that of the admission: the same verdict, with the same words, on every committed vector
// and on what becomes of sound signatures whose bits are turned.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdmissionRequest, judgeApproval, openApproval } from '../../src/approval/admission.ts';
import { readArmor } from '../../src/approval/armor.ts';
import { openNativeVerifier } from '../../src/approval/native-verifier.ts';
import { readSignaturePacket } from '../../src/approval/signature-packet.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { armor } from '../conformance/approvals/make/packets.ts';
import { readVectors } from '../conformance/approvals/vector.ts';
import { requestOf } from './request.ts';
import { makeRsaSigner } from './rsa-signer.ts';
import { makeSigner, requestFor, SIGNED_UTC, signDetached } from './signer.ts';

const verify = openNativeVerifier();

async function bothSay(request: AdmissionRequest) {
  const [library, native] = await Promise.allSettled([
    judgeApproval(openApproval(request), request),
    judgeApproval(openApproval(request, { verify }), request),
  ]);
  return { library, native };
}

const SOUND = [...['gpg: Ed25519', 'gpg: RSA-3072', 'key: openpgp.js Ed25519 in the encoding of RFC 9580']];

describe('openpgp.js and the native verifier', () => {
  it.each(readVectors().map((vector) => [vector.name, vector] as const))(
    'judge alike: %s',
    async (_, vector) => {
      const { library, native } = await bothSay(await requestOf(vector));
      expect(native).toEqual(library);
    },
  );

  // In OpenPGP a number has no leading zeros, in the form that is verified it has.
  it.each([
    ['Ed25519', () => makeSigner(), 32],
    ['RSA', () => makeRsaSigner(65537), 256],
  ] as const)(
    'judge alike a signature of %s whose number is short',
    async (_, make, octets) => {
      const signer = await make();
      const first = await requestFor(documentSaying(0), signer);
      for (let n = 1; ; n += 1) {
        const document = documentSaying(n);
        const armored = await signDetached(document, signer);
        const packets = readArmor(armored);
        const claim = packets.ok ? readSignaturePacket(packets.value) : packets;
        if (claim.ok && claim.value.parts.numbers.every(({ length }) => length === octets)) continue;
        const { library, native } = await bothSay({
          ...first,
          approval: { ...first.approval, bytes: document },
          signatures: [{ path: `${first.approval.path}.asc`, bytes: armored }],
        });
        expect(library).toMatchObject({ value: { verdict: 'accepted' } });
        return expect(native).toEqual(library);
      }
    },
    60_000,
  );

  describe('judge alike what was altered', () => {
    let requests: AdmissionRequest[];
    beforeAll(async () => {
      requests = await Promise.all(
        readVectors()
          .filter(({ name }) => SOUND.includes(name))
          .map(requestOf),
      );
      expect(requests).toHaveLength(SOUND.length);
    });

    it('in every single bit of the packet', async () => {
      const counts = { accepted: 0, rejected: 0 };
      for (const request of requests) {
        const packets = packetsOf(request);
        for (let bit = 0; bit < packets.length * 8; bit += 1) {
          const changed = Buffer.from(packets);
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const { library, native } = await bothSay(withPackets(request, changed));
          expect(native).toEqual(library);
          if (native.status === 'fulfilled') counts[native.value.verdict] += 1;
        }
      }
      // Bits of the unhashed part say nothing, so some are admitted as they were.
      expect(counts.accepted).toBeGreaterThan(0);
      expect(counts.rejected).toBeGreaterThan(3000);
    }, 120_000);

    it('in some bytes of the document, of the packet, or of both', async () => {
      const change = fc.record({ at: fc.nat(), to: fc.uint8Array({ minLength: 1, maxLength: 40 }) });
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...requests.keys()),
          fc.option(change),
          fc.option(change),
          async (index, inDocument, inPacket) => {
            const request = requests[index] as AdmissionRequest;
            const { approval } = request;
            const changed = withPackets(
              request,
              inPacket ? put(packetsOf(request), inPacket) : packetsOf(request),
            );
            const bytes = inDocument ? put(approval.bytes, inDocument) : approval.bytes;
            const { library, native } = await bothSay({ ...changed, approval: { ...approval, bytes } });
            expect(native).toEqual(library);
          },
        ),
        { numRuns: 1500 },
      );
    }, 120_000);
  });
});

function documentSaying(n: number): Buffer {
  return Buffer.from(
    approvalTemplate({
      gate: 'SG_1_cut_authz',
      bindings: { run_id: 'run-20260520-0123456789abcdef', cutplan_sha256: sha256(String(n)) },
      signedUtc: SIGNED_UTC,
    }),
  );
}

function packetsOf({ signatures }: AdmissionRequest): Buffer {
  const packets = readArmor(signatures[0]?.bytes ?? new Uint8Array());
  if (!packets.ok) throw new Error('the vector has no armor');
  return Buffer.from(packets.value);
}

function withPackets(request: AdmissionRequest, packets: Uint8Array): AdmissionRequest {
  const [first] = request.signatures;
  return { ...request, signatures: [{ path: first?.path ?? '', bytes: Buffer.from(armor(packets)) }] };
}

function put(bytes: Uint8Array, { at, to }: { at: number; to: Uint8Array }): Buffer {
  const changed = Buffer.from(bytes);
  for (const [index, value] of to.entries()) changed[(at + index) % changed.length] = value;
  return changed;
}
