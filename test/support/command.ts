// The command line as a process of its own: what it prints, and how it ends.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface CommandOptions {
  /** Instead of this software. */
  readonly program?: string;
  readonly cwd?: string;
  /** All of its environment: nothing of ours is handed down. */
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself. */
  readonly node?: readonly string[];
}

export function command(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { program = join(ROOT, 'src/main.ts'), cwd, env = {}, node = [] } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...node, program, ...args],
      { cwd, env: { ...compileCache(), ...env } },
      (_, output, errors) => resolve({ code: child.exitCode ?? -1, output, errors }),
    );
  });
}
