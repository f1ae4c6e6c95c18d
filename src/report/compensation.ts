// The comment that offers to take back what a run has written: planned, recorded, and ready to sign. A held run offers the
// same in its hold.
import { type CommentBody, commentBody } from './limits.ts';
import { code, marker } from './markdown.ts';
import { clip } from './pieces.ts';
import { footer } from './progress.ts';
import { type Offer, readyToSign } from './request.ts';
import { type Signer, whoSigns } from './signers.ts';

export interface Compensation {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly draft: Offer<'SG_R_revert_authz'>;
  readonly signers: readonly Signer[];
  readonly head: { readonly seq: number; readonly hash: string };
}

export function renderCompensation(compensation: Compensation): CommentBody {
  const { subject, runId, documentId, draft } = compensation;
  return commentBody([
    marker(subject),
    `### ↩️ Planned: to take back what the run of ${code(clip(documentId, 100))} has written`,
    `Nothing has been touched. What would change stands in ${code(`runs/${runId}/revert-plan.json`)}; your signature lets the bot do exactly that, and no enable is needed for it.`,
    whoSigns(compensation.signers, draft.signers),
    ...readyToSign(draft),
    footer(compensation),
  ]);
}
