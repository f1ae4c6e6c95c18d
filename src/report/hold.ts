// What is said when a run stops: on the pull request, and in the issue opened for the reviewers.
import { STOPS, type StopCode } from '../stop/stop.ts';
import {
  type CommentBody,
  commentBody,
  type IssueBody,
  type IssueTitle,
  issueBody,
  issueTitle,
} from './limits.ts';
import { code, details, marker, utc } from './markdown.ts';
import { clip, type Piece, prose } from './pieces.ts';
import { footer } from './progress.ts';
import { type Offer, readyToSign } from './request.ts';
import { type Signer, whoSigns } from './signers.ts';

export interface Hold {
  readonly subject: string;
  readonly runId: string;
  readonly documentId: string;
  readonly phase: string;
  readonly code: StopCode;
  readonly detail: string;
  readonly since: Date;
  /** True when this run's units are already committed in the governed database. */
  readonly wrote: boolean;
  readonly release: Offer;
  /** Once a compensation is planned: what executing it takes. */
  readonly revert: Offer | null;
  readonly reviewers: readonly string[];
  /** Whose signatures count. */
  readonly signers: readonly Signer[];
  readonly head: { readonly seq: number; readonly hash: string };
}

export interface HoldIssue {
  readonly title: IssueTitle;
  readonly body: IssueBody;
  /** By which the bot finds its own issue again. */
  readonly marker: string;
}

export function renderHold(hold: Hold): CommentBody {
  return commentBody([marker(hold.subject), ...holdPieces(hold)]);
}

export function renderHoldIssue(hold: Hold): HoldIssue {
  const { documentId, phase, code: stop } = hold;
  const own = marker(`issue of ${hold.subject}`);
  return {
    title: issueTitle(`Run held in ${phase}: ${stop} (${documentId})`),
    body: issueBody([own, ...holdPieces(hold)]),
    marker: own,
  };
}

/** What stands in the issue once the hold has ended: nothing that could still be signed. */
export function renderHoldIssueEnded(
  subject: string,
  by: { gate: string; pull: number } | 'abandoned',
): IssueBody {
  const how =
    by === 'abandoned' ? 'The run was abandoned.' : `${code(by.gate)} was signed and merged in #${by.pull}.`;
  return issueBody([
    marker(`issue of ${subject}`),
    '### ✅ This hold has ended',
    `${how} The documents that stood here open nothing any more.`,
  ]);
}

function holdPieces(hold: Hold): Piece[] {
  const { sentence, next } = STOPS[hold.code];
  return [
    `### 🛑 Stopped in ${code(hold.phase)}: ${code(hold.code)}`,
    `The run of ${code(clip(hold.documentId, 100))} is HELD since ${utc(hold.since)}: ${sentence}.`,
    prose(hold.detail, {
      whole: `${code(`runs/${hold.runId}/events.jsonl`)}, entry \`stopped\``,
      wrap: (shown) => `> ${shown}`,
    }),
    `**What to do:** ${next}`,
    consequence(hold),
    details(
      'Release the hold: retry from the phase that stopped',
      [whoSigns(hold.signers, hold.release.signers), ...readyToSign(hold.release)]
        .filter(Boolean)
        .join('\n\n'),
    ),
    ...compensation(hold),
    mentions(hold.reviewers),
    footer(hold),
  ];
}

function compensation({ revert, runId, signers }: Hold): string[] {
  if (!revert) return [];
  const how = `The whole plan stands in ${code(`runs/${runId}/revert-plan.json`)}; nothing of it has been executed. To execute exactly that, sign it:`;
  return [
    details(
      'Compensate: take back what this run has written',
      [how, whoSigns(signers, revert.signers), ...readyToSign(revert)].filter(Boolean).join('\n\n'),
    ),
  ];
}

function consequence({ wrote, runId }: Hold): string {
  if (!wrote) {
    return 'Nothing of this run is in the governed database: whatever was open has been rolled back. There is nothing to compensate.';
  }
  return `The units of this run **are** committed in the governed database. See what undoing them would do, without touching anything: ${code(`countersign revert plan ${runId}`)}.`;
}

/** GitHub tells at most this many of those who are named. */
const MOST_MENTIONS = 50;

export function mentions(reviewers: readonly string[]): string {
  if (reviewers.length === 0) return '';
  const left = reviewers.length - MOST_MENTIONS;
  const more = left > 0 ? ` and ${left} more of \`reviewers\` in the configuration` : '';
  const named = reviewers.slice(0, MOST_MENTIONS).map((login) => `@${clip(login, 39)}`);
  return `For ${named.join(' ')}${more}`;
}
