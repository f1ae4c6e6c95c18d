// A command at a pseudo-terminal, and a person who answers what it asks.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';

const HELPER = join(import.meta.dirname, 'terminal.py');
const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0;

export interface Typed {
  readonly output: string;
  readonly code: number | null;
}

/** What is typed when the screen shows this; each answer once, in order. */
export type Answers = readonly (readonly [shown: RegExp, typed: string])[];

export function atPty(
  args: readonly string[],
  options: {
    readonly directory: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly answers?: Answers;
  },
): Promise<Typed> {
  const { directory, environment, answers = [] } = options;
  const child: ChildProcess = spawn('python3', [HELPER, process.execPath, PROGRAM, ...args], {
    cwd: directory,
    env: { NO_COLOR: '1', ...compileCache(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let read = 0;
  let next = 0;
  const answer = (): void => {
    const page = /press Enter --/.exec(output.slice(read));
    if (page) {
      read += page.index + page[0].length;
      child.stdin?.write('\n');
    }
    const [shown, typed] = answers[next] ?? [];
    if (shown === undefined || typed === undefined) return;
    const found = shown.exec(output.slice(read));
    if (!found) return;
    read += found.index + found[0].length;
    next += 1;
    child.stdin?.write(typed);
    answer();
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8').replaceAll('\r\n', '\n');
    answer();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ output, code })));
}
