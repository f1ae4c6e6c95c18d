// The signed files as one commit on a branch of their own, made of git's own parts: from the fetched default branch, with an
// index that lies elsewhere, so that the person's working tree, index and branches stay as they are.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalFile } from '../approval/admission.ts';
import { isCommitId } from '../digest/commit-id.ts';
import { SignFault } from './fault.ts';
import type { Home } from './home.ts';
import { type Environment, git } from './program.ts';

export interface Who {
  readonly name: string;
  readonly email: string;
}

/** Adds the files to a commit; each is new there. Returns the commit on top of it. Throws SignFault `git`. */
export async function commitFiles(
  files: readonly ApprovalFile[],
  options: { readonly onto: string; readonly message: string; readonly who: Who; readonly home: Home },
): Promise<string> {
  const { onto, message, who, home } = options;
  const { directory, environment } = home;
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-sign-'));
  try {
    const at = { directory, environment: byThem(who, environment), index: join(scratch, 'index') };
    const ask = async (args: string[], input?: Uint8Array | string): Promise<string> => {
      const doing = 'putting the signed files into a commit';
      return (await git(args, { ...at, doing, ...(input === undefined ? {} : { input }) }))
        .toString('utf8')
        .trim();
    };
    await ask(['read-tree', onto]);
    for (const { path, bytes } of files) {
      // Without filters: what was signed is what is committed, whatever this clone does to line ends.
      const blob = await ask(['hash-object', '-w', '--no-filters', '--stdin'], bytes);
      await ask(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
    }
    const tree = await ask(['write-tree']);
    const commit = await ask(['commit-tree', '--no-gpg-sign', tree, '-p', onto, '-F', '-'], `${message}\n`);
    if (!isCommitId(commit)) throw new SignFault('git', 'git made no commit of the signed files');
    return commit;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function byThem({ name, email }: Who, environment: Environment): Environment {
  return {
    ...environment,
    ...{
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    },
  };
}

/** As git knows the person here, or as their key names them. */
export async function whoCommits(home: Home, keyName: string): Promise<Who> {
  const { directory, environment } = home;
  const setting = async (name: string): Promise<string> => {
    try {
      const args = ['config', '--get', name];
      return (await git(args, { directory, environment, doing: 'reading the settings' }))
        .toString('utf8')
        .trim();
    } catch (error) {
      if (error instanceof SignFault) return '';
      throw error;
    }
  };
  const [, ofKey = '', mailOfKey = ''] = /^(.*?)\s*<([^<>]*)>$/.exec(keyName) ?? [];
  return {
    name: (await setting('user.name')) || ofKey || 'Sovereign',
    email: (await setting('user.email')) || mailOfKey || 'sovereign@localhost.invalid',
  };
}

/** Pushes one commit as a branch; `over` is what the branch must be there now. Throws SignFault `git`. */
export async function pushCommit(
  commit: string,
  { branch, home }: { readonly branch: string; readonly home: Home },
): Promise<void> {
  const { directory, environment, remote } = home;
  await git(['push', '--quiet', '--no-verify', '--', remote, `${commit}:refs/heads/${branch}`], {
    ...{ directory, environment },
    doing: `pushing ${branch} to ${remote}`,
  });
}
