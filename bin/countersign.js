#!/usr/bin/env node
// The way in from a shell, in JavaScript so that Node need not load its TypeScript compiler before a cache can spare it.
// Only commands that nothing is executed by are taken from the cache: the release manifest does not speak of what
// lies in it, so the bot, its readiness and whatever writes always run the files that were compared.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const CACHED = ['help', '--help', '-h', '--version', '-V', 'verify', 'plan'];
const [command = 'help'] = process.argv.slice(2);
if (CACHED.includes(command))
  // Beside the packages: who may write there could change the software itself. Where it cannot be written, it is not used.
  enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'countersign'));

await import('../src/main.ts');
