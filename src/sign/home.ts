// The person's own clone of the governed repository, brought up to what the remote's default branch is now. The working
// tree, the index and the branches there are never touched.
import { isCommitId } from '../digest/commit-id.ts';
import { SignFault } from './fault.ts';
import { type Environment, git } from './program.ts';

export interface Home {
  readonly directory: string;
  readonly remote: string;
  /** Where it is pushed to, as git has it. */
  readonly url: string;
  /** The default branch, and the commit that was fetched of it. */
  readonly branch: string;
  readonly head: string;
  /** Branches of the remote; null where nobody asked it. */
  readonly branches: ReadonlySet<string> | null;
  readonly environment: Environment;
}

export interface HomeOptions {
  readonly remote: string;
  readonly environment: Environment;
}

/** Fetches the default branch. Throws SignFault `git`. */
export async function fetchHome(directory: string, { remote, environment }: HomeOptions): Promise<Home> {
  const at = { directory, environment };
  const inside = await ask(['rev-parse', '--show-toplevel'], {
    ...at,
    doing: `${directory} is no clone of a governed repository: run this in one, or name it with --clone`,
  });
  const url = await ask(['remote', 'get-url', '--push', '--', remote], {
    ...at,
    doing: `there is no remote ${remote}: name the governed repository's with --remote`,
  });
  const listed = await ask(['ls-remote', '--symref', '--', remote, 'HEAD', 'refs/heads/*'], {
    ...at,
    doing: `asking ${remote} for its default branch`,
  });
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed)?.[1];
  if (branch === undefined)
    throw new SignFault('git', `${remote} says no default branch: is it the governed repository?`);
  const branches = new Set(
    [...listed.matchAll(/^[0-9a-f]+\trefs\/heads\/(\S+)$/gm)].map(([, name = '']) => name),
  );
  const shallow = await ask(['rev-parse', '--is-shallow-repository'], {
    ...at,
    doing: 'looking at the clone',
  });
  const into = `refs/remotes/${remote}/${branch}`;
  const whole = shallow === 'true' ? ['--unshallow'] : [];
  await ask(
    [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      ...whole,
      '--',
      remote,
      `+refs/heads/${branch}:${into}`,
    ],
    { ...at, doing: `fetching ${branch} of ${remote}` },
  );
  const head = await ask(['rev-parse', '--verify', `${into}^{commit}`], {
    ...at,
    doing: 'reading what was fetched',
  });
  if (!isCommitId(head)) throw new SignFault('git', `${into} leads to no commit`);
  return { directory: inside, remote, url, branch, head, branches, environment };
}

async function ask(args: readonly string[], at: Parameters<typeof git>[1]): Promise<string> {
  return (await git(args, at)).toString('utf8').trim();
}
