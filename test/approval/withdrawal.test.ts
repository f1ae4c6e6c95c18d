// Taking back in admission: what the ledger says of an approval and of its withdrawal, and what a withdrawal must be.
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdmissionRequest, admit, EMPTY_LEDGER, type Ledger } from '../../src/approval/admission.ts';
import { readApproval } from '../../src/approval/front-matter.ts';
import { WITHDRAWAL } from '../../src/approval/gates.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { makeSigner, requestFor, SIGNED_UTC } from './signer.ts';

const TAKEN = 'a'.repeat(64);
const DOCUMENT = Buffer.from(
  approvalTemplate({ gate: WITHDRAWAL, bindings: { approval_sha256: TAKEN }, signedUtc: SIGNED_UTC }),
);
const OWN = sha256(DOCUMENT);

let request: AdmissionRequest;
beforeAll(async () => {
  request = await requestFor(DOCUMENT, await makeSigner());
});

async function outcome(ledger: Partial<Ledger>) {
  const verdict = await admit({ ...request, ledger: { ...EMPTY_LEDGER, ...ledger } });
  return verdict.verdict === 'accepted' ? verdict.verdict : verdict.reason;
}

describe('a withdrawal', () => {
  it('is accepted whether the approval was consumed or never seen', async () => {
    expect(await outcome({})).toBe('accepted');
    expect(await outcome({ documents: new Set([TAKEN]) })).toBe('accepted');
  });

  it('comes too late once the approval is spent', async () => {
    expect(await outcome({ spent: new Set([TAKEN]) })).toBe('withdrawal_too_late');
    expect(await outcome({ spent: new Set(['b'.repeat(64)]) })).toBe('accepted');
  });

  it('is used once like every document, and can be taken back before it is merged', async () => {
    expect(await outcome({ documents: new Set([OWN]) })).toBe('already_used');
    expect(await outcome({ withdrawn: new Map([[OWN, 'c'.repeat(64)]]) })).toBe('approval_withdrawn');
  });

  it('needs as many signers as the policy asks for', async () => {
    const policy = { thresholds: { [WITHDRAWAL]: 2 } };
    expect(await admit({ ...request, policy })).toMatchObject({ reason: 'threshold_not_met' });
  });

  it('names no run and no gate’s digest, and a gate names no withdrawn approval', () => {
    const text = DOCUMENT.toString();
    const withLine = (document: string, line: string) =>
      readApproval(Buffer.from(document.replace('allowance', `${line}\nallowance`)));
    const refused = { ok: false, refusal: { reason: 'unknown_key' } };
    expect(withLine(text, 'run_id: run-20260520-0123456789abcdef')).toMatchObject(refused);
    expect(withLine(text, `cutplan_sha256: ${TAKEN}`)).toMatchObject(refused);
    const cut = approvalTemplate({ gate: 'SG_1_cut_authz', bindings: {}, signedUtc: SIGNED_UTC });
    expect(withLine(cut, `approval_sha256: ${TAKEN}`)).toMatchObject(refused);
  });
});

describe('an approval that was taken back', () => {
  it('is refused as such before it is refused as used', async () => {
    const withdrawn = new Map([[OWN, 'c'.repeat(64)]]);
    expect(await outcome({ withdrawn, documents: new Set([OWN]) })).toBe('approval_withdrawn');
  });
});
