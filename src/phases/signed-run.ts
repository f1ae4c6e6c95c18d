// What a run was pinned to and has been signed for, as everything that is read back from the tables is held against it.
import type { SignedFor } from '../governed/readback.ts';
import type { PhaseContext } from './context.ts';
import { cutplan } from './cutplan.ts';

export function signedRun(context: PhaseContext): SignedFor {
  const { runId, documentId, sourceSha256, approvals } = context.run;
  return {
    ...{ runId, documentId, sourceSha256 },
    cutplanSha256: context.finished(cutplan).cutplan_sha256,
    approvals: approvals.map(({ gate, document_sha256, signers }) => ({
      ...{ gate, documentSha256: document_sha256, signers },
    })),
  };
}
