// What a request for a signature turns into once it has been answered, or once nobody needs to answer it any more.
import { type CommentBody, commentBody } from './limits.ts';
import { code, marker } from './markdown.ts';
import type { Offer } from './request.ts';

const WHY = { abandoned: 'The run was abandoned.' } as const;

/** A request that nobody needs to answer any more. */
export function renderWithdrawn(subject: string, why: keyof typeof WHY): CommentBody {
  return commentBody([
    marker(subject),
    '### ⏹️ No signature is wanted any more',
    `${WHY[why]} The document that stood here opens nothing.`,
  ]);
}

export function renderSigned(
  asked: { subject: string; draft: Offer },
  by: { gate: string; pull: number },
): CommentBody {
  const answered =
    by.gate === asked.draft.gate
      ? `### ✅ Signed: ${code(by.gate)}`
      : `### Answered by another approval: ${code(by.gate)}`;
  return commentBody([
    marker(asked.subject),
    answered,
    `It was merged in #${by.pull}; the run went on there.`,
  ]);
}
