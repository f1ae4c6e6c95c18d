// Refs of a bare repository. Every change is a compare-and-swap, so two writers can never overwrite each other.
import { isAncestor } from './objects.ts';
import { runGit } from './run.ts';

const ABSENT = '0'.repeat(40);
const LOST_RACE = /cannot lock ref|reference already exists|unable to (create|lock)/i;
const ATTEMPTS = 20;

export async function readRef(directory: string, ref: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', ref];
  const { code, stdout } = await runGit(directory, args, { accept: [0, 1, 128] });
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}

export async function isRefName(directory: string, ref: string): Promise<boolean> {
  return (await runGit(directory, ['check-ref-format', ref], { accept: [0, 1] })).code === 0;
}

export async function listRefs(
  directory: string,
  prefix: string,
): Promise<readonly { ref: string; sha: string }[]> {
  const { stdout } = await runGit(directory, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  const lines = stdout.toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => ({ sha: line.slice(0, 40), ref: line.slice(41) }));
}

/** Moves a ref from one id to another; undefined stands for "does not exist". False when someone else was faster. */
export async function swapRef(
  directory: string,
  { ref, from, to }: { ref: string; from: string | undefined; to: string | undefined },
): Promise<boolean> {
  const change =
    to === undefined ? ['-d', ref, from ?? ABSENT] : ['--create-reflog', ref, to, from ?? ABSENT];
  const result = await runGit(directory, ['update-ref', ...change], { accept: [0, 1, 128] });
  if (result.code === 0) return true;
  if (LOST_RACE.test(result.stderr)) return false;
  throw new Error(`git update-ref ${ref}: ${result.stderr.trim()}`);
}

export type Advance =
  | { readonly outcome: 'moved'; readonly before: string }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'not_fast_forward' };

/** Points a ref at another commit; without force only forward, judged against the value that is replaced. */
export async function advanceRef(
  directory: string,
  { ref, to, force }: { ref: string; to: string; force: boolean },
): Promise<Advance> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readRef(directory, ref);
    if (before === undefined) return { outcome: 'missing' };
    const forward = force || (await isAncestor(directory, { ancestor: before, descendant: to }));
    if (!forward) return { outcome: 'not_fast_forward' };
    if (await swapRef(directory, { ref, from: before, to })) return { outcome: 'moved', before };
  }
  throw new Error(`${ref} was changed by someone else ${ATTEMPTS} times in a row`);
}
