// What a request for a signature turns into once it has been answered.
import { code, marker } from './markdown.ts';
import type { ApprovalDraft } from './request.ts';

/** A request that nobody needs to answer any more. */
export function renderWithdrawn(subject: string, why: string): string {
  return [
    marker(subject),
    '### ⏹️ No signature is wanted any more',
    `${why} The document that stood here opens nothing.`,
  ].join('\n\n');
}

export function renderSigned(
  asked: { subject: string; draft: ApprovalDraft },
  by: { gate: string; pull: number },
): string {
  const answered =
    by.gate === asked.draft.gate
      ? `### ✅ Signed: ${code(by.gate)}`
      : `### Answered by another approval: ${code(by.gate)}`;
  return [marker(asked.subject), answered, `It was merged in #${by.pull}; the run went on there.`].join(
    '\n\n',
  );
}
