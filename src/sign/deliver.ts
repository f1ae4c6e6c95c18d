// Takes signed files to the governed repository: one commit, one branch of its own, one pull request. Merging stays with a
// person, at the forge.
import type { ApprovalFile } from '../approval/admission.ts';
import { commitFiles, pushCommit, type Who } from './commit.ts';
import type { Home } from './home.ts';
import type { Person } from './person.ts';
import { type Forge, openPullRequest } from './pull-request.ts';

export interface Delivery {
  readonly home: Home;
  readonly person: Person;
  readonly who: Who;
  /** undefined where the remote is no forge. */
  readonly forge: Forge | undefined;
  readonly token: string | undefined;
}

/** Throws SignFault; what is pushed by then is said. */
export async function deliver(
  approval: { readonly files: readonly ApprovalFile[]; readonly path: string; readonly causes: string },
  { home, person, who, forge, token }: Delivery,
): Promise<void> {
  const { files, path, causes } = approval;
  const stem = path.replace(/^approvals\/|[.]md$/g, '');
  const branch = branchFor(stem);
  const title = `Approve ${stem}`;
  const commit = await commitFiles(files, { onto: home.head, message: title, who, home });
  await pushCommit(commit, { branch, home });
  person.say(`Pushed: ${branch}, on top of ${home.branch} at ${home.head.slice(0, 12)}\n`);
  if (!forge) {
    person.say(`Open a pull request from it to ${home.branch}, and merge it once its check is green.\n`);
    return;
  }
  const body = `Once this is merged: ${causes}`;
  const opened = await openPullRequest(
    { title, body, head: branch, base: home.branch },
    { forge, token, environment: home.environment },
  );
  person.say(
    opened.how === 'opened'
      ? `Opened: ${opened.url}\nMerge it once the check countersign / approval is green.\n`
      : `Open the pull request yourself, since ${opened.why}:\n  ${opened.url}\n`,
  );
}

/** One branch for each name; one that is there already makes its name a taken one. */
export function branchFor(stem: string): string {
  // A dot is part of a name in approvals/, and not everywhere in the name of a branch.
  return `approve/${stem.replaceAll('.', '-')}`;
}

export function namesOnBranches(branches: ReadonlySet<string> | null): string[] {
  return [...(branches ?? [])]
    .filter((name) => name.startsWith('approve/'))
    .map((name) => `approvals/${name.slice('approve/'.length)}.md`);
}
