// What holds for every input: no changed byte is ever admitted as another document, and no bytes at all make a reader throw.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdmissionRequest, admit } from '../../src/approval/admission.ts';
import { readApproval } from '../../src/approval/front-matter.ts';
import { verifySignature } from '../../src/approval/signature.ts';
import { sha256 } from '../../src/digest/digest.ts';
import { armor } from '../conformance/approvals/make/packets.ts';
import { readVectors } from '../conformance/approvals/vector.ts';
import { requestOf } from './request.ts';

const SOUND = ['gpg: Ed25519', 'gpg: RSA-3072', 'key: openpgp.js Ed25519 in the encoding of RFC 9580'];
let requests: AdmissionRequest[];

beforeAll(async () => {
  const vectors = readVectors().filter(({ name }) => SOUND.includes(name));
  requests = await Promise.all(vectors.map(requestOf));
  expect(requests).toHaveLength(SOUND.length);
});

describe('a changed document', () => {
  it('is rejected for every single bit that is flipped', async () => {
    for (const request of requests) {
      const { bytes } = request.approval;
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect((await admit(withDocument(request, changed))).verdict).toBe('rejected');
      }
    }
  });

  it('is rejected wherever bytes are inserted, deleted or replaced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.uint8Array({ maxLength: 4 }),
        async (seed, cut, insert) => {
          for (const request of requests) {
            const changed = splice(request.approval.bytes, { seed, cut, insert });
            const same = changed.equals(request.approval.bytes);
            expect((await admit(withDocument(request, changed))).verdict).toBe(
              same ? 'accepted' : 'rejected',
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a changed signature', () => {
  it('never admits another document or another signer', async () => {
    const other = Buffer.from(
      '---\ngate: SG_1_cut_authz\nsigned_utc: 2026-05-21T10:00:00Z\nallowance: explicit\n---\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.uint8Array({ maxLength: 4 }),
        async (seed, cut, insert) => {
          for (const request of requests) {
            const changed = withSignature(request, (bytes) => splice(bytes, { seed, cut, insert }));
            const verdict = await admit(changed);
            if (verdict.verdict === 'accepted') {
              expect(verdict.approval.sha256).toBe(sha256(request.approval.bytes));
              expect(verdict.signers).toEqual(request.keys.pinned);
            }
            expect((await admit(withDocument(changed, other))).verdict).toBe('rejected');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the readers are total', () => {
  const fragments = fc.constantFrom(
    '---',
    '\n',
    '\r\n',
    ': ',
    'gate',
    'SG_1_cut_authz',
    'signed_utc',
    '2026-05-21T10:00:00Z',
    'allowance',
    'explicit',
    'run_id',
    'mode',
    'LIVE',
    '"',
    "'",
    '#',
    '&a',
    '*a',
    '!!str',
    '[',
    '{',
    '|',
    '>',
    '<<',
    '\t',
    ' ',
    '\u{feff}',
    '\u{202e}',
    '\0',
    '__proto__',
  );
  const texts = fc.array(fragments, { maxLength: 40 }).map((parts) => Buffer.from(`---\n${parts.join('')}`));

  it('an approval is read or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 4096 }), texts), (bytes) => {
        const result = readApproval(bytes);
        expect(result.ok ? 'approval' in result : 'reason' in result.refusal).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('a signature is verified or refused, whatever the bytes inside the armor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat({ max: 8 }),
        fc.uint8Array({ maxLength: 8 }),
        async (seed, cut, insert) => {
          for (const { approval, signatures, keys, now } of requests) {
            const packets = splice(dearmored(signatures[0]?.bytes ?? Buffer.alloc(0)), { seed, cut, insert });
            const result = await verifySignature(Buffer.from(armor(packets)), {
              document: approval.bytes,
              keys,
              now,
            });
            expect(typeof result.ok).toBe('boolean');
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('the readers are linear', () => {
  const hostile: Record<string, (size: number) => string> = {
    'many keys': (size) => fill(size, (n) => `k${n}: v\n`),
    'one long key': (size) => 'k'.repeat(size),
    'one long value': (size) => `gate: ${'v'.repeat(size)}`,
    'one long quoted value': (size) => `gate: "${'v'.repeat(size)}`,
    'spaces behind a value': (size) => `gate: v${' '.repeat(size)}x`,
    colons: (size) => ': '.repeat(size / 2),
    'line ends': (size) => '\n'.repeat(size),
    'lone carriage returns': (size) => '\n\r'.repeat(size / 2),
    dashes: (size) => '-'.repeat(size),
    'almost inline messages': (size) => '-----BEGIN PGP '.repeat(size / 15),
  };
  it.each(Object.entries(hostile))('%s: eight times the size takes at most 40 times as long', (_, make) => {
    const [small, large] = [make(8000), make(64_000)].map((text) => Buffer.from(`---\n${text}`));
    const fastest = (bytes = Buffer.alloc(0)) => Math.min(...Array.from({ length: 15 }, () => timeOf(bytes)));
    // A quadratic reader would take 64 times as long; a millisecond is granted for what does not depend on the size.
    expect(fastest(large)).toBeLessThan(40 * fastest(small) + 1);
  });
});

function withDocument(request: AdmissionRequest, bytes: Buffer): AdmissionRequest {
  return { ...request, approval: { ...request.approval, bytes } };
}

function withSignature(
  request: AdmissionRequest,
  change: (bytes: Uint8Array) => Uint8Array,
): AdmissionRequest {
  return {
    ...request,
    signatures: request.signatures.map(({ path, bytes }) => ({ path, bytes: change(bytes) })),
  };
}

function splice(bytes: Uint8Array, edit: { seed: number; cut: number; insert: Uint8Array }): Buffer {
  const at = edit.seed % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), edit.insert, bytes.subarray(at + edit.cut)]);
}

function dearmored(bytes: Uint8Array): Buffer {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return Buffer.from(
    lines
      .slice(lines.indexOf('') + 1)
      .filter((line) => /^[^=-]/.test(line))
      .join(''),
    'base64',
  );
}

function fill(size: number, line: (n: number) => string): string {
  let text = '';
  for (let n = 0; text.length < size; n++) text += line(n);
  return text;
}

function timeOf(bytes: Uint8Array): number {
  const start = performance.now();
  readApproval(bytes);
  return performance.now() - start;
}
