// The committed vectors as questions to the guard: the same bytes, keys, thresholds and times, the same verdict and reason.
import { type AdmissionRequest, admit } from '../../../src/approval/admission.ts';
import { sha256 } from '../../../src/digest/digest.ts';
import { signerSet } from '../../../src/governed/signers.ts';
import { requestOf } from '../../approval/request.ts';
import { readVectors, type Vector } from '../../conformance/approvals/vector.ts';
import type { GuardCase } from './guard-case.ts';
import { judgeUnder } from './guard-database.ts';

/**
 * What a database cannot know of, or is not asked here. Such a vector is held against the verdict that the TypeScript
 * admission reaches without those facts, so that it still says something about the bytes.
 */
export const NOT_THE_DATABASES: readonly (readonly [vectors: RegExp, why: string])[] = [
  [/^path: /, 'a file’s path is a fact of git'],
  [/^change: /, 'what a pull request changed, and whether it was merged, are facts of git and of the forge'],
  [
    /^purpose: /,
    'what a run awaits, and the digests it expects, are asked by the writers when they use an approval',
  ],
  [/^document: lacks \S+ for /, 'what this asker expects; the guard’s own demand is in binding-cases.ts'],
  [
    /^replay: another document for the same gate of the same run$/,
    'a gate may be opened again after a hold (design section 2); what an approval causes exists once by unique keys',
  ],
];

export function vectorCases(): readonly {
  readonly vector: Vector;
  readonly prepare: () => Promise<GuardCase>;
}[] {
  return readVectors().map((vector) => ({ vector, prepare: () => caseOf(vector) }));
}

async function caseOf(vector: Vector): Promise<GuardCase> {
  const request = await requestOf(vector);
  const used = vector.ledger.documents.includes(sha256(request.approval.bytes));
  const elsewhere = NOT_THE_DATABASES.some(([names]) => names.test(vector.name));
  return {
    name: vector.name,
    expected: elsewhere ? await verdictOnBytes(request) : nameOf(vector.expected),
    async ask(writer) {
      const { approval, signatures, keys, policy, now } = request;
      if (used) await writer.write(USED, [Buffer.from(approval.bytes)]);
      return judgeUnder(writer, signerSet(keys, { ...policy.thresholds }), {
        document: approval.bytes,
        signatures: signatures.map(({ bytes }) => bytes),
        now,
      });
    },
  };
}

/** The verdict of the TypeScript admission on the bytes alone. */
export async function verdictOnBytes(request: AdmissionRequest): Promise<string> {
  const path = 'approvals/charter.md';
  return nameOf(
    await admit({
      ...request,
      approval: { ...request.approval, path },
      signatures: request.signatures.map(({ bytes }, index) => ({ path: `${path}.${index}.asc`, bytes })),
      ...{ change: null, expect: { bindings: {} }, ledger: null },
    }),
  );
}

function nameOf(
  verdict: { readonly verdict: 'accepted' } | { readonly verdict: 'rejected'; readonly reason: string },
) {
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.reason;
}

const USED = `
  INSERT INTO cutter_governance.approval (
    document_sha256, document, signatures, gate, run_id, bindings, signed_at, valid_until, signers, signing_keys, used_by,
    used_at)
  VALUES (encode(sha256($1), 'hex'), $1, ARRAY[''::bytea], 'SG_1_cut_authz', 'run-20260520-0123456789abcdef', '{}',
    '2026-05-21T10:00:00Z', '2026-05-22T10:00:00Z', ARRAY['nobody'], ARRAY['none'], 'run-20260520-0123456789abcdef', now())`;
