// What a verdict carries besides its reason, and what never becomes a verdict.
import { describe, expect, it } from 'vitest';
import { type AdmissionRequest, admit } from '../../src/approval/admission.ts';
import { CHECK_NAMES } from '../../src/approval/checks.ts';
import { SignatureFault } from '../../src/approval/signature.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { BORN, makeSigner, NOW, requestFor, SIGNED_UTC } from './signer.ts';

const RUN = 'run-20260520-0123456789abcdef';

function documentSignedAt(signedUtc: string): Buffer {
  const bindings = { run_id: RUN, cutplan_sha256: 'a'.repeat(64) };
  return Buffer.from(approvalTemplate({ gate: 'SG_1_cut_authz', bindings, signedUtc }));
}

describe('a verdict', () => {
  it('lists every step in its order, accepted or rejected', async () => {
    const request = await requestFor(documentSignedAt(SIGNED_UTC), await makeSigner());
    for (const now of [NOW, BORN]) {
      const { checks } = await admit({ ...request, now });
      expect(checks.map(({ name }) => name)).toEqual([...CHECK_NAMES]);
    }
  });

  it('is valid until 24 h after the earlier of signed_utc and the signature', async () => {
    const request = await requestFor(documentSignedAt('2026-05-21T09:50:00Z'), await makeSigner());
    expect(await admit(request)).toMatchObject({
      verdict: 'accepted',
      signedAt: new Date('2026-05-21T09:50:00Z'),
      validUntil: new Date('2026-05-22T09:50:00Z'),
    });
  });

  it('warns of a pinned key that expires within 30 days', async () => {
    const lifeSeconds = (NOW.getTime() - BORN.getTime()) / 1000 + 3600;
    const request = await requestFor(documentSignedAt(SIGNED_UTC), await makeSigner({ lifeSeconds }));
    const verdict = await admit(request);
    expect(verdict.verdict === 'accepted' && verdict.warnings).toEqual([
      expect.stringMatching(/^key [0-9A-F]{40} expires at 2026-05-21T13:00:00\.000Z$/),
    ]);
  });

  it('is never made of a failure of the library', async () => {
    const request = await requestFor(documentSignedAt(SIGNED_UTC), await makeSigner());
    await expect(admit(withBrokenKeys(request))).rejects.toThrow(SignatureFault);
  });
});

/** The keys as they would be if the library lost their numbers. */
function withBrokenKeys(request: AdmissionRequest): AdmissionRequest {
  const keys = [...request.keys.keys].map(([fingerprint, key]) => {
    const packet = Object.create(key.packet, { publicParams: { value: undefined } });
    return [fingerprint, { ...key, packet }] as const;
  });
  return { ...request, keys: { ...request.keys, keys: new Map(keys) } };
}
