// Child processes: started from an argument list, never through a shell, with an environment of our choosing.
// How each one ended is kept: exit code, signal, and the last of what it said on stderr.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { Stop } from '../stop/stop.ts';

export interface Ending {
  readonly tool: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of stderr, scrubbed. */
  readonly stderr: string;
}

const STDERR_BYTES = 2000;

/** How long a tool may take to say its version. */
const ANSWER_MS = 15_000;

/** What every tool is told of this machine: where programs are, and where the home directory is. */
export interface ToolEnvironment {
  readonly PATH?: string;
  readonly HOME?: string;
}

/**
 * The environment of a tool: that of every tool, plus what this one needs. The bot's own settings (passwords, the App's
 * private key) are not handed down.
 */
export function toolEnvironment(
  { PATH, HOME }: ToolEnvironment,
  additions: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return { ...(PATH && { PATH }), ...(HOME && { HOME }), LC_ALL: 'C', ...additions };
}

export interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: NonNullable<SpawnOptions['stdio']>;
  /** Values that must not appear in `stderr` (passwords). */
  readonly secrets?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  /** Never rejects: a tool that could not be started ends with code null and the reason as its stderr. */
  readonly ending: Promise<Ending>;
}

export function startTool({ name, args, env, stdio, secrets = [] }: Tool): Running {
  const child = spawn(name, args, { env, stdio, shell: false, windowsHide: true });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_BYTES);
  });
  const ending = new Promise<Ending>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) =>
      resolve({ tool: name, code, signal, stderr: scrub(said.trim(), secrets) });
    child.once('error', (error: NodeJS.ErrnoException) => {
      said = error.code === 'ENOENT' ? `${name} is not installed or not on PATH` : error.message;
      end(null, null);
    });
    child.once('close', end);
  });
  return { child, ending };
}

/** Throws Stop `incomplete_backup` with every tool's ending unless all exited 0. */
export function assertEnded(endings: readonly Ending[]): void {
  if (endings.some(({ code }) => code !== 0))
    throw new Stop('incomplete_backup', endings.map(describeEnding).join('; '));
}

export function describeEnding({ tool, code, signal, stderr }: Ending): string {
  const how = signal ? `was killed by ${signal}` : code === null ? 'did not start' : `exited ${code}`;
  return stderr ? `${tool} ${how}: ${stderr}` : `${tool} ${how}`;
}

/** Takes out the given secrets, and whatever looks like the password of a connection string. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 0)
    .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '***'), text)
    .replaceAll(/\b(\w+:\/\/)[^\s/@]*@/g, '$1***@')
    .replaceAll(/\b(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)/gi, '$1***');
}

/** The version in the first line of `tool --version`, or undefined where the tool is not installed. */
export async function versionOf(name: string, tools: ToolEnvironment): Promise<string | undefined> {
  const { child, ending } = startTool({
    name,
    args: ['--version'],
    env: toolEnvironment(tools),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), ANSWER_MS);
  const ended = await ending;
  clearTimeout(late);
  if (ended.code === null && ended.signal === null) return undefined;
  assertEnded([ended]);
  return /\d+(\.\d+)+/.exec(output.split('\n', 1)[0] ?? '')?.[0] ?? 'unknown';
}
