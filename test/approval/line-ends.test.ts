// Line ends that git changed: refused as before, and told apart from a changed text, in both directions.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/approval/admission.ts';
import { approvalTemplate } from '../../src/approval/template.ts';
import { ROOT } from '../support/command.ts';
import { makeSigner, requestFor, SIGNED_UTC } from './signer.ts';

const LF = approvalTemplate({
  gate: 'SG_1_cut_authz',
  bindings: { run_id: 'run-20260520-0123456789abcdef', cutplan_sha256: 'a'.repeat(64) },
  signedUtc: SIGNED_UTC,
});
const CRLF = LF.replaceAll('\n', '\r\n');

/** The verdict on a text under the signature over another. */
async function verdictOn(text: string, { signed }: { signed: string }) {
  const request = await requestFor(Buffer.from(signed), await makeSigner());
  return admit({ ...request, approval: { ...request.approval, bytes: Buffer.from(text) } });
}

describe('an approval whose line ends were changed', () => {
  it.each([
    ['LF', 'CRLF', LF, CRLF],
    ['CRLF', 'LF', CRLF, LF],
  ])('from %s to %s is refused, and the refusal names autocrlf', async (ends, _, signed, text) => {
    const verdict = await verdictOn(text, { signed });
    expect(verdict).toMatchObject({
      reason: 'signature_invalid',
      detail: expect.stringContaining(
        `with ${ends} line ends, so git changed them after it was signed (core.autocrlf)`,
      ),
    });
    expect(await verdictOn(signed, { signed })).toMatchObject({ verdict: 'accepted' });
  });

  it('and a word besides is refused without that explanation', async () => {
    const verdict = await verdictOn(CRLF.replace('authorise', 'authorize'), { signed: LF });
    expect(verdict).toMatchObject({ reason: 'signature_invalid' });
    expect(JSON.stringify(verdict)).not.toContain('autocrlf');
  });
});

describe('git', () => {
  it.each(['approvals/a.md', 'approvals/a.md.asc', 'runs/run-1/plan.jsonl', 'documents/law/charter.md'])(
    'is told to leave %s as it is',
    (path) => {
      const told = execFileSync('git', ['-C', join(ROOT), 'check-attr', 'text', path], { encoding: 'utf8' });
      expect(told.trim()).toBe(`${path}: text: unset`);
    },
  );
});
