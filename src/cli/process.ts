// Runs another program with an argument list, never through a shell.
import { spawn } from 'node:child_process';

/** What it printed. Throws with the end of its stderr when it ends with anything but 0. */
export function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const problems: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => problems.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const why = Buffer.concat(problems).toString().trim().slice(-500);
      reject(new Error(`${program} ${args[0] ?? ''} ended with ${code}: ${why}`));
    });
  });
}
