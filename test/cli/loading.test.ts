// What a command loads: asking for help, judging an approval and telling a mistake open no driver and no client.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { command } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-loading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORDER = join(folder, 'recorder.mjs');
writeFileSync(
  RECORDER,
  `import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  load(url, context, next) {
    const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
    if (name) packages.add(name);
    return next(url, context);
  },
});
process.on('exit', () => process.stderr.write('\\nloaded ' + [...packages].sort().join(' ') + '\\n'));
`,
);

async function loadedBy(...args: string[]): Promise<string[]> {
  const { errors } = await command(args, { cwd: folder, node: ['--import', pathToFileURL(RECORDER).href] });
  return /^loaded (.*)$/m.exec(errors)?.[1]?.split(' ').filter(Boolean) ?? ['nothing was recorded'];
}

it.each([
  [['--help'], ['commander']],
  [['verfy'], ['commander']],
  [
    ['verify', '--help'],
    ['canonicalize', 'commander', 'openpgp', 'yaml', 'zod'],
  ],
  [
    ['verify', 'charter.md'],
    ['canonicalize', 'commander', 'openpgp', 'yaml', 'zod'],
  ],
])('countersign %j loads nothing but %j', async (args, packages) => {
  expect(await loadedBy(...args)).toEqual(packages);
});

it('countersign db tells missing settings without a client of GitHub', async () => {
  const packages = await loadedBy('db', 'check');
  expect(packages).toContain('pg');
  expect(packages.filter((name) => /octokit|probot|pglite|pg-boss/.test(name))).toEqual([]);
});
