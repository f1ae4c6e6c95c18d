// The issue that says what somebody pushed past the pull requests.
import { REASONS } from '../approval/reasons.ts';
import { mentions } from './hold.ts';
import { type IssueBody, type IssueTitle, issueBody, issueTitle } from './limits.ts';
import { code, marker, utc } from './markdown.ts';
import { clip, items } from './pieces.ts';

export interface PushAlertView {
  readonly subject: string;
  readonly by: string;
  readonly at: Date;
  readonly before: string;
  readonly after: string;
  /** Whether it took commits off the branch. */
  readonly forced: boolean;
  /** null: it cannot be told, because a commit of it cannot be read. */
  readonly touched:
    | readonly { readonly path: string; readonly how: 'added' | 'changed' | 'removed' }[]
    | null;
  readonly reviewers: readonly string[];
}

export function renderPushAlert(view: PushAlertView): { title: IssueTitle; body: IssueBody; marker: string } {
  const { subject, by, at, before, after, forced, touched, reviewers } = view;
  const own = marker(subject);
  const places = placesOf(touched);
  const moved = forced ? 'moved the default branch by force' : 'pushed to the default branch';
  return {
    marker: own,
    title: issueTitle(`${forced ? 'Force push' : 'Direct push'} touches ${places.join(' and ')}`),
    body: issueBody([
      own,
      `### ⛔ Not acted on: ${code('not_by_pull_request')}`,
      `${code(clip(by, 60))} ${moved} at ${utc(at)}, from ${code(before)} to ${code(after)}, without a pull request. That touches ${places.map(code).join(' and ')}, where approvals come by pull requests only, and records by the bot only.`,
      touched === null
        ? 'What it changed there cannot be told: a commit of it cannot be read any more.'
        : items(
            touched.map(({ path, how }) => `- ${how}: ${code(clip(path, 300))}`),
            {
              ...{ noun: 'path', whole: `what ${code(`git diff ${before} ${after}`)} prints` },
              show: (shown, left) => [...shown, left].filter((part) => part !== '').join('\n'),
            },
          ),
      'Nothing of it is acted on: only what a merged pull request brings is judged.',
      `**What to do:** ${advice(touched, forced)}`,
      mentions(reviewers),
    ]),
  };
}

function placesOf(touched: PushAlertView['touched']): string[] {
  const folders = ['approvals', 'runs'].filter(
    (folder) =>
      touched === null || touched.some(({ path }) => path === folder || path.startsWith(`${folder}/`)),
  );
  return folders.map((folder) => `${folder}/`);
}

function advice(touched: PushAlertView['touched'], forced: boolean): string {
  const places = placesOf(touched);
  const steps = [
    'Find out who pushed this, and why.',
    forced
      ? 'Put the branch back as every clone still has it.'
      : places.includes('runs/')
        ? `Put the record back as git has it (${code('git revert')}).`
        : REASONS.not_by_pull_request.next.replace(/ Find out .*$/, ''),
    'Let a rule of the default branch ask for pull requests and forbid force pushes, for everybody but the App.',
  ];
  return steps.join(' ');
}
