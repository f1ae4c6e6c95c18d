// GitHub's limits, and the only makers of what is published there: the brands let nothing else through to github/posts.
// Sources: docs.github.com/rest/checks/runs (output, annotations), /rest/issues/issues, /rest/issues/assignees; the
// issue's and the comment's are told by GitHub's own refusals ("maximum is 65536 characters"). Read in 2026.
import { compose, sizeOf } from './compose.ts';
import type { Piece } from './pieces.ts';

// GitHub says "characters" of all of them, but is known to count the bytes of a check's summary ("exceeds a maximum
// bytesize of 65535"). A text has never fewer bytes than characters, so bytes are counted everywhere.
export const LIMITS = {
  commentBody: 65_536,
  issueTitle: 256,
  issueBody: 65_536,
  assignees: 10,
  /** Undocumented; the same column width as an annotation's title. */
  checkTitle: 255,
  checkSummary: 65_535,
  annotations: 50,
  annotationTitle: 255,
  annotationMessage: 64 * 1024,
} as const;

declare const brand: unique symbol;
type Branded<Name> = string & { readonly [brand]: Name };

export type CommentBody = Branded<'comment'>;
export type IssueTitle = Branded<'issue title'>;
export type IssueBody = Branded<'issue'>;

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly title: Branded<'annotation title'>;
  readonly message: Branded<'annotation message'>;
}

export interface CheckOutput {
  readonly title: Branded<'check title'>;
  readonly summary: Branded<'check summary'>;
  readonly annotations: readonly Annotation[];
}

export function commentBody(pieces: readonly Piece[]): CommentBody {
  return compose(pieces, LIMITS.commentBody) as CommentBody;
}

export function issueBody(pieces: readonly Piece[]): IssueBody {
  return compose(pieces, LIMITS.issueBody) as IssueBody;
}

export function issueTitle(text: string): IssueTitle {
  return shortened(text, LIMITS.issueTitle) as IssueTitle;
}

export function checkOutput(
  title: string,
  { summary, annotations }: { summary: readonly Piece[]; annotations: readonly RawAnnotation[] },
): CheckOutput {
  return {
    title: shortened(title, LIMITS.checkTitle) as CheckOutput['title'],
    summary: compose(summary, LIMITS.checkSummary) as CheckOutput['summary'],
    annotations: annotations.slice(0, LIMITS.annotations).map((raw) => ({
      ...{ path: raw.path, line: raw.line },
      title: shortened(raw.title, LIMITS.annotationTitle) as Annotation['title'],
      message: shortened(raw.message, LIMITS.annotationMessage, SHORTENED) as Annotation['message'],
    })),
  };
}

interface RawAnnotation {
  readonly path: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
}

/** Those whom an issue may be assigned to; the others are named in its text. */
export function assignable(logins: readonly string[]): readonly string[] {
  return logins.slice(0, LIMITS.assignees);
}

const SHORTENED = '… (shortened: the summary of this check says more)';

// A title has no room to say where the whole is: the text below it does.
function shortened(text: string, limit: number, tail = '…'): string {
  const flat = text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd');
  if (sizeOf(flat) <= limit) return flat;
  let kept = '';
  let left = limit - sizeOf(tail);
  for (const point of flat) {
    left -= sizeOf(point);
    if (left < 0) break;
    kept += point;
  }
  return `${kept}${tail}`;
}
