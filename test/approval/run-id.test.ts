import { describe, expect, it } from 'vitest';
import { deriveRunId, isRunId } from '../../src/approval/run-id.ts';
import { sha256 } from '../../src/digest/digest.ts';

const documentSha256 = sha256('an approval');

describe('run_id', () => {
  it('is the UTC day of signing and the beginning of the digest', () => {
    const runId = deriveRunId({ documentSha256, signedAt: new Date('2026-05-21T23:59:59Z') });
    expect(runId).toBe(`run-20260521-${documentSha256.slice(0, 16)}`);
    expect(isRunId(runId)).toBe(true);
  });

  it.each([
    'run-2026-05-21-0123456789abcdef',
    'run-20260521-0123456789ABCDEF',
    'run-20260521-0123456789abcde',
    'x',
  ])('%s is none', (text) => expect(isRunId(text)).toBe(false));
});
