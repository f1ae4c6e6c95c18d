// Every vector gives exactly the verdict that its file names. The vectors come from gpg, from openpgp.js and from packets made by hand.
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/approval/admission.ts';
import { REASONS } from '../../src/approval/reasons.ts';
import { readVectors } from '../conformance/approvals/vector.ts';
import { requestOf } from './request.ts';

const vectors = readVectors();

describe('vectors', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    const verdict = await admit(await requestOf(vector));
    if (verdict.verdict === 'accepted') expect(vector.expected).toEqual({ verdict: 'accepted' });
    else {
      const { reason, at } = verdict;
      const line =
        vector.expected.verdict === 'rejected' && vector.expected.line !== undefined
          ? { line: at?.line }
          : {};
      expect({ verdict: verdict.verdict, reason, ...line }).toEqual(vector.expected);
    }
  });

  it('number at least 120, from all three makers', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(120);
    expect(new Set(vectors.map(({ made_by }) => made_by))).toEqual(new Set(['gpg', 'openpgp.js', 'by hand']));
  });

  it('produce every reason but those that only the bot can find, and a number that needs no vector', () => {
    const produced = new Set(
      vectors.map(({ expected }) => expected.verdict === 'rejected' && expected.reason),
    );
    const missing = Object.keys(REASONS).filter((reason) => !produced.has(reason as keyof typeof REASONS));
    expect(missing.sort()).toEqual([
      'another_run_active',
      'approval_withdrawn',
      'document_unknown',
      'enable_expired',
      'not_ready',
      'source_not_found',
      'too_many_signatures',
      'withdrawal_too_late',
    ]);
  });
});
