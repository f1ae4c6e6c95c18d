// Where the bot puts what it has to say: the port to the forge, and the one fault by which the forge says no.
import type { Standing } from '../record/log-files.ts';
import type { CheckOutput, CommentBody, IssueBody, IssueTitle } from '../report/limits.ts';

/** Each throws SourceUnavailable when GitHub gives no answer for now, GitHubRefusal when it says no. */
export interface Posts {
  /** owner/name */
  readonly name: string;
  /** Creates the comment, or edits the bot's own one that holds `marker`. Returns its id. */
  upsertComment(options: {
    issue: number;
    marker: string;
    body: CommentBody;
    id?: number | undefined;
  }): Promise<number>;
  /** Whether the comment still stands there. */
  hasComment(id: number): Promise<boolean>;
  /** Opens the issue, or edits the bot's own one that holds `marker`. Returns its number. */
  upsertIssue(options: {
    marker: string;
    title: IssueTitle;
    body: IssueBody;
    assignees: readonly string[];
    number?: number | undefined;
  }): Promise<number>;
  /** Says the last of an issue and closes it; one that somebody has deleted is let go. */
  closeIssue(options: { number: number; body: IssueBody }): Promise<void>;
  /** What stands at the head of the branch that the record is committed to. */
  standing(): Promise<Standing>;
  /**
   * Puts the files on the default branch in one commit; null when they all stand there already. Throws GitHubRefusal
   * `record_rewound` when something stands there that these files do not continue.
   */
  commitFiles(commit: Commit): Promise<string | null>;
  publishCheck(check: CheckRun): Promise<void>;
}

export interface CheckRun {
  readonly name: string;
  readonly pull: number;
  readonly headCommit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly output: CheckOutput;
}

export interface Commit {
  readonly message: string;
  readonly files: ReadonlyMap<string, string>;
  /**
   * Asked with what stands at the very commit that is built upon: names what contradicts these files, and then nothing is
   * committed.
   */
  contradicts?(standing: Standing): Promise<string | null>;
}

const LOOK_AT = {
  unauthenticated: 'Check that APP_ID and PRIVATE_KEY belong together, and this clock.',
  forbidden:
    "Check the App's permissions on this repository (app.yml lists them), and that it is neither archived nor the conversation locked.",
  not_found:
    'Check that the App is still installed on this repository, and that what is named has not been deleted.',
  gone: 'Check that issues are enabled in this repository, and that what is named has not been deleted.',
  branch_protected:
    'Let the App bypass the rules of the default branch, or leave runs/ out of them: the run record is committed there.',
  unprocessable: "GitHub's words say what does not hold; if they name a field, report them as a defect.",
  record_rewound:
    'What stands in git is not how this log begins: the state was set back to an earlier point, or somebody changed the record. Restore the newest copy of the state, or put the record back.',
  refused: "GitHub's words say why.",
} as const;

export type GitHubRefusalCode = keyof typeof LOOK_AT;

/** GitHub said no, or what stands there does, and would say it again. */
export class GitHubRefusal extends Error {
  readonly code: GitHubRefusalCode;
  readonly status: number | undefined;

  constructor(
    code: GitHubRefusalCode,
    { doing, status, said, cause }: { doing: string; status?: number; said?: string; cause?: unknown },
  ) {
    const quoted = said ? `, "${said.slice(0, 300)}"` : '';
    const what =
      code === 'record_rewound'
        ? `${doing} is not published over a longer or another one`
        : `GitHub refuses ${doing} (${status ?? code}${quoted})`;
    super(`${what}. ${LOOK_AT[code]}`, { cause });
    this.name = 'GitHubRefusal';
    this.code = code;
    this.status = status;
  }
}
