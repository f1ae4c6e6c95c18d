// Starts git from a small process of its own. Starting a program copies the page tables of whoever starts it: tens of
// milliseconds where databases live in the same process, and an answer of this server takes several programs.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Order {
  readonly id: number;
  readonly args: readonly string[];
  readonly input: Uint8Array;
}

export type Delivered = { readonly id: number } & (
  | { readonly code: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly failed: string }
);

interface Waiting {
  resolve(result: GitResult): void;
  reject(error: Error): void;
}

const PROGRAM = fileURLToPath(new URL('./launch.ts', import.meta.url));

let launcher: ChildProcess | undefined;
let serial = 0;
const waiting = new Map<number, Waiting>();

/** Runs git with these arguments to its end. Throws when it cannot be started. */
export function collect(args: readonly string[], input: Uint8Array | string = ''): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    serial += 1;
    const id = serial;
    waiting.set(id, { resolve, reject });
    const child = launched();
    // It keeps this process alive only while an answer is awaited.
    child.ref();
    child.channel?.ref();
    child.send({ id, args, input: Buffer.from(input) } satisfies Order, (error) => {
      if (error) take(id)?.reject(error);
    });
  });
}

function launched(): ChildProcess {
  if (launcher?.connected) return launcher;
  const child = fork(PROGRAM, [], { serialization: 'advanced', execArgv: [], stdio: 'inherit' });
  launcher = child;
  child.on('message', (message) => {
    const delivered = message as Delivered;
    const order = take(delivered.id);
    if ('failed' in delivered) order?.reject(new Error(delivered.failed));
    else order?.resolve({ ...delivered, stdout: Buffer.from(delivered.stdout) });
  });
  child.on('exit', () => {
    if (launcher !== child) return;
    launcher = undefined;
    for (const id of [...waiting.keys()])
      take(id)?.reject(new Error('the process that starts git has ended'));
  });
  return child;
}

function take(id: number): Waiting | undefined {
  const order = waiting.get(id);
  waiting.delete(id);
  if (waiting.size === 0) {
    launcher?.unref();
    launcher?.channel?.unref();
  }
  return order;
}
