// The software in a folder whose name holds a blank and letters that a URL would escape: whatever finds its own files
// must find them there too.
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANIFEST_FILE, readManifest } from '../../src/readiness/manifest.ts';
import { type CommandOptions, command, ROOT } from '../support/command.ts';
import { type SmallRepository, smallRepository } from '../support/repository.ts';

const PATHS = ['bin', 'src', 'standin', 'sample', 'package.json', 'package-lock.json', 'app.yml'];

let repository: SmallRepository;
let commit: string;

beforeAll(() => {
  repository = smallRepository({ '.gitignore': `node_modules\n/data/\n${MANIFEST_FILE}\n` });
  for (const path of PATHS) cpSync(join(ROOT, path), join(repository.root, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(repository.root, 'node_modules'));
  commit = repository.commit();
});
afterAll(() => repository.close());

function run(args: readonly string[], options: CommandOptions = {}) {
  const { PATH = '', HOME = '' } = process.env;
  return command(args, {
    program: join(repository.root, 'src/main.ts'),
    cwd: repository.root,
    env: { PATH, HOME },
    ...options,
  });
}

describe('in a folder named `dự án 1`', () => {
  it('a document is planned, also through the entry for shells', async () => {
    const plain = await run(['plan', 'sample/charter.md']);
    expect(plain).toMatchObject({ code: 0, errors: '' });
    const entry = join(repository.root, 'bin/countersign.js');
    expect(await run(['plan', 'sample/charter.md'], { program: entry })).toEqual(plain);
  });

  it('the release manifest is written of the commit, and the version names it', async () => {
    expect((await run(['--version'])).output).toMatch(/^countersign \d+\.\d+\.\d+ \(not a release/);
    const { code, output } = await run(['release-manifest']);
    expect(output).toMatch(
      new RegExp(`^release-manifest.json: \\d+ files, \\d+ packages of ${commit}, tree [0-9a-f]{64}\n$`),
    );
    expect(code).toBe(0);
    const manifest = await readManifest(join(repository.root, MANIFEST_FILE));
    expect(manifest?.source_commit).toBe(commit);
    expect(Object.keys(manifest?.files ?? {})).toContain('src/main.ts');
    expect((await run(['--version'])).output).toContain(`(commit ${commit})`);
  });

  it('neither a manifest nor an attestation is written of a tree that has changes', async () => {
    repository.write('src/new.ts', '');
    for (const name of ['release-manifest', 'attest']) {
      const { code, errors } = await run([name]);
      expect(errors).toMatch(/the working tree has changes; commit them first:\n\?\? src\/new\.ts/);
      expect(code).toBe(2);
    }
    repository.remove('src/new.ts');
  });

  it('the demo is played to its end, without colours in a pipe, and lets its folder go', async () => {
    const { code, output, errors } = await run(['demo', '--sg1-only']);
    expect(errors).toBe('');
    expect(output).toContain('The table holds.');
    expect(output).not.toContain('\u001b');
    const table = output.slice(output.indexOf('Verification, read'), output.indexOf('The table holds.'));
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(existsSync(join(repository.root, 'data/demo.lock'))).toBe(false);
    expect(code).toBe(0);
  }, 600_000);
});
