// Runs the git binary on a bare repository: argument lists only, never a shell, the directory always explicit.
import { collect, type GitResult } from './launcher.ts';

export type { GitResult };

/** git itself failed: a fault of this machine or of the repository, never an answer to a client's mistake. */
export class GitFault extends Error {
  readonly code = 'git_failed';

  constructor(args: readonly string[], result: GitResult) {
    super(`git ${args.join(' ')} ended with ${result.code}: ${result.stderr.trim()}`);
    this.name = 'GitFault';
  }
}

interface GitOptions {
  readonly input?: Uint8Array | string;
  /** Exit codes that are answers rather than failures. Default: only 0. */
  readonly accept?: readonly number[];
}

const SETTINGS = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'core.quotePath=false'];

/** Runs one git command in a bare repository. Throws GitFault unless it ends with an accepted exit code. */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const result = await collect([`--git-dir=${directory}`, ...SETTINGS, ...args], options.input);
  if (!(options.accept ?? [0]).includes(result.code)) throw new GitFault(args, result);
  return result;
}

/** Standard output of a git command as text without its final line end. */
export async function readGit(directory: string, args: readonly string[]): Promise<string> {
  const { stdout } = await runGit(directory, args);
  return stdout.toString('utf8').replace(/\n$/, '');
}
