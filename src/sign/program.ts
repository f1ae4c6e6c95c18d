// Programs of the person's own machine: git and gpg, with argument lists and never through a shell. Their settings are the
// person's own, since keys and passwords hang on them; hooks and what could lead git to other objects are left out.
import { spawn } from 'node:child_process';
import { visible } from '../document/visible.ts';
import { SignFault } from './fault.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ran {
  readonly code: number | null;
  readonly output: Buffer;
  /** What it complained of, cut short. */
  readonly said: string;
}

export interface RunOptions {
  readonly environment: Environment;
  readonly input?: Uint8Array | string;
}

const MOST_SAID = 4000;

/** Throws SignFault where there is no such program. */
export function run(
  program: 'git' | 'gpg' | 'gh',
  args: readonly string[],
  options: RunOptions,
): Promise<Ran> {
  const { environment, input } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...environment },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < MOST_SAID) said += chunk.toString('utf8');
    });
    child.stdin?.on('error', () => undefined).end(input);
    child.once('error', (error) =>
      reject(
        new SignFault(
          program === 'gpg' ? 'gpg' : program === 'git' ? 'git' : 'forge',
          `${program} cannot be started: ${error.message}`,
          { cause: error },
        ),
      ),
    );
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks), said: shownSafely(said) }));
  });
}

// A remote's own words come this way too, and none of them may steer the terminal.
function shownSafely(said: string): string {
  return said.slice(0, MOST_SAID).trim().split('\n').map(visible).join('\n');
}

/** By which a shell that was started by git leads another git elsewhere. */
const LEADS_ELSEWHERE =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|REPLACE_REF_BASE|SHALLOW_FILE|GRAFT_FILE|EXEC_PATH)$/;

/** Runs git in a folder. Throws SignFault `git` when it fails, with what it said. */
export async function git(
  args: readonly string[],
  options: RunOptions & { readonly directory: string; readonly doing: string; readonly index?: string },
): Promise<Buffer> {
  const { directory, doing, index, environment, ...rest } = options;
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !LEADS_ELSEWHERE.test(name)));
  const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '--no-replace-objects'];
  const { code, output, said } = await run('git', ['-C', directory, ...settings, ...args], {
    ...rest,
    environment: { ...own, ...(index === undefined ? {} : { GIT_INDEX_FILE: index }) },
  });
  if (code !== 0) throw new SignFault('git', `${doing}: git ${args[0]} failed${said ? `: ${said}` : ''}`);
  return output;
}
