// The comment on a merged withdrawal: what was taken back, what that means for the run that had it, and what it does not do.
import { type CommentBody, commentBody } from './limits.ts';
import { code, marker } from './markdown.ts';
import { clip, prose } from './pieces.ts';

export interface TakenBack {
  readonly subject: string;
  readonly approvalSha256: string;
  /** The run that had consumed the approval; null when the bot has never seen it. */
  readonly consumed: { readonly runId: string; readonly gate: string; readonly path: string } | null;
  /** Why the governed database did not take the withdrawal; null when it did. */
  readonly guard: string | null;
}

export function renderTakenBack({ subject, approvalSha256, consumed, guard }: TakenBack): CommentBody {
  return commentBody([
    marker(subject),
    '### ↩️ Taken back',
    `The approval with sha256 ${code(approvalSha256)} opens nothing any more, for ever. Nothing had been done under it.`,
    consumed ? heldBy(consumed) : 'It has not been merged here so far; if it is, it will be refused.',
    guard === null
      ? 'The governed database has recorded the same, and refuses it by itself.'
      : prose(guard, {
          whole: 'the log of the bot',
          wrap: (shown) =>
            `⚠️ The governed database did not take this withdrawal (${shown}). The bot refuses the approval, the database does not yet. **What to do:** run ${code('countersign db signers')}, mend what it shows, then sign a new withdrawal.`,
        }),
  ]);
}

function heldBy({ runId, gate, path }: NonNullable<TakenBack['consumed']>): string {
  const had = `${code(clip(path, 300))} had been given to run ${code(runId)} for ${code(gate)}.`;
  return gate === 'GAP7_execution_enable'
    ? `${had} Without it nothing of that run is written: renew the enable if it was a renewal; if it opened the run, have the run abandoned.`
    : `${had} The run no longer counts it: if it waits for that gate, or is held behind it, it needs a new signature.`;
}
