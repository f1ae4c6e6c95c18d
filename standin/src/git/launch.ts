// The small process that starts git for launcher.ts, and ends with it.
import { spawn } from 'node:child_process';
import type { Delivered, Order } from './launcher.ts';

process.on('message', (message) => {
  const { id, args, input } = message as Order;
  const answer = (delivered: Delivered) => process.send?.(delivered);
  const git = spawn('git', args, { stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  git.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  git.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  git.on('error', (error) => answer({ id, failed: error.message }));
  git.on('close', (code) =>
    answer({
      id,
      code: code ?? -1,
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr).toString('utf8'),
    }),
  );
  // A command that ends without reading its input closes the pipe: its exit code tells the story, not EPIPE.
  git.stdin.on('error', () => undefined);
  git.stdin.end(input);
});
process.on('disconnect', () => process.exit());
// An interrupt of the terminal reaches the whole group: whoever started this one decides when it is over.
process.on('SIGINT', () => undefined);
