// git over a stranger's clone: plumbing only, argument lists only, and nothing that the clone's own settings could start.
// A missing object is never fetched: the clone's bytes are all there is.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';

/** The clone cannot be read, so nothing can be said about it. The message says what to do. */
export class CloneFault extends Error {
  readonly code: 'not_a_clone' | 'no_such_commit' | 'incomplete' | 'corrupt' | 'too_large' | 'git_failed';

  constructor(code: CloneFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CloneFault';
    this.code = code;
  }
}

/** Where git looks for programs; the rest of the environment is not handed down. */
const PROGRAMS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: PROGRAMS,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  // Older versions of git know nothing of the line above: no way to another repository is open to them.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

// Whoever may name a clone may read it, whoever owns its files.
const SETTINGS = [
  ...['-c', 'safe.directory=*', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'],
  ...['-c', 'core.commitGraph=false', '-c', 'core.pager=cat', '-c', 'gc.auto=0', '--no-replace-objects'],
];

export function startGit(directory: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', ['-C', directory, ...SETTINGS, ...args], { env: ENVIRONMENT, stdio: 'pipe' });
}

export interface GitResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** The first lines, for a message. */
  readonly stderr: string;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** For a command that asks for little and waits for each answer. Throws what `execFileSync` throws when git says no. */
export function readGit(directory: string, args: readonly string[]): Buffer {
  return execFileSync('git', ['-C', directory, ...SETTINGS, ...args], {
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ENVIRONMENT,
  });
}

const MOST_STDERR = 2000;

/** Runs one command whose output is short. Throws CloneFault `git_failed` when there is no git. */
export async function askGit(directory: string, args: readonly string[]): Promise<GitResult> {
  const child = startGit(directory, args);
  child.stdin.on('error', () => undefined).end();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const stderr = firstWords(child);
  const code = await ended(child);
  return { code, stdout: Buffer.concat(chunks), stderr: stderr() };
}

/** What git complains of so far, cut short. */
export function firstWords(child: ChildProcessWithoutNullStreams): () => string {
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (text.length < MOST_STDERR) text += chunk.toString('utf8');
  });
  return () => text.slice(0, MOST_STDERR).trim();
}

/** Its exit status, once its output has ended. Throws CloneFault `git_failed` when it cannot be started. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        new CloneFault('git_failed', `git cannot be started: ${error.message}: install git`, {
          cause: error,
        }),
      ),
    );
    child.once('close', resolve);
  });
}
