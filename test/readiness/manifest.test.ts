// PRE-6: whatever is changed, taken away or added in a deployment is named, in the packages as in our own files.
import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeManifest } from '../../src/cli/release.ts';
import { compareTree, MANIFEST_FILE, readManifest } from '../../src/readiness/manifest.ts';
import { type SmallRepository, smallRepository } from '../support/repository.ts';

const LOCK = {
  packages: {
    '': {},
    'node_modules/left': { version: '1.2.3', integrity: 'sha512-left' },
    'node_modules/left/node_modules/inner': { version: '2.0.0', integrity: 'sha512-inner' },
    'node_modules/@scope/right': { version: '3.0.0', integrity: 'sha512-right' },
    'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-elsewhere', optional: true },
    'node_modules/tester': { version: '4.0.0', integrity: 'sha512-tester', dev: true },
  },
};

let repository: SmallRepository;
let commit: string;

beforeEach(() => {
  repository = smallRepository({
    '.gitignore': `node_modules/\n${MANIFEST_FILE}\n`,
    'bin/countersign.js': "await import('../src/main.ts');\n",
    'src/main.ts': 'export {};\n',
    'src/cli/a.ts': 'export const a = 1;\n',
    'test/a.test.ts': 'no part of a deployment\n',
    'package.json': '{}\n',
    'package-lock.json': JSON.stringify(LOCK),
    'node_modules/left/index.js': 'left',
    'node_modules/left/lib/deep.js': 'deep',
    'node_modules/left/node_modules/inner/index.js': 'inner',
    'node_modules/@scope/right/index.js': 'right',
    'node_modules/tester/index.js': 'tester',
    'node_modules/.package-lock.json': '{}',
    'node_modules/.bin/left': 'a link, usually',
  });
  commit = repository.commit();
});
afterEach(() => repository.close());

async function deviations(): Promise<readonly string[]> {
  const manifest = await readManifest(join(repository.root, MANIFEST_FILE));
  if (!manifest) throw new Error('there is no manifest');
  return (await compareTree(repository.root, manifest)).deviations;
}

describe('a release manifest', () => {
  it('lists what is deployed of the commit, and what is installed of the lock file', async () => {
    const manifest = await writeManifest(repository.root);
    expect(manifest.source_commit).toBe(commit);
    expect(Object.keys(manifest.files)).toEqual([
      'bin/countersign.js',
      'package-lock.json',
      'package.json',
      'src/cli/a.ts',
      'src/main.ts',
    ]);
    expect(Object.keys(manifest.packages)).toEqual([
      'node_modules/left',
      'node_modules/left/node_modules/inner',
      'node_modules/@scope/right',
    ]);
    expect(manifest.packages['node_modules/left']).toMatchObject({
      version: '1.2.3',
      integrity: 'sha512-left',
    });
    const compared = await compareTree(repository.root, manifest);
    expect(compared).toEqual({
      files: { matching: 5, listed: 5 },
      packages: { matching: 3, listed: 3 },
      deviations: [],
      treeSha256: manifest.tree_sha256,
    });
  });

  it('is refused for a tree that has changes, and outside of git', async () => {
    repository.write('src/main.ts', 'export const changed = true;\n');
    await expect(writeManifest(repository.root)).rejects.toThrow(
      /the working tree has changes.*src\/main\.ts/s,
    );
    repository.remove('.git');
    await expect(writeManifest(repository.root)).rejects.toThrow(/is no git working tree with a commit/);
    expect(await readManifest(join(repository.root, MANIFEST_FILE))).toBeUndefined();
  });

  it.each([
    ['a changed file', 'src/main.ts was changed', () => repository.write('src/main.ts', 'export { }\n')],
    ['a missing file', 'src/cli/a.ts is missing', () => repository.remove('src/cli/a.ts')],
    ['an added file', 'src/b.ts is not part of the release', () => repository.write('src/b.ts', '')],
    ['an added entry', 'bin/b.js is not part of the release', () => repository.write('bin/b.js', '')],
    [
      'a changed package',
      'node_modules/left was changed',
      () => repository.write('node_modules/left/lib/deep.js', 'else'),
    ],
    [
      'a file more in a package',
      'node_modules/@scope/right was changed',
      () => repository.write('node_modules/@scope/right/more.js', ''),
    ],
    [
      'a file under another name in a package',
      'node_modules/left was changed',
      () => {
        repository.remove('node_modules/left/lib/deep.js');
        repository.write('node_modules/left/lib/other.js', 'deep');
      },
    ],
    [
      'a file of a package that became a link',
      'node_modules/left was changed',
      () => {
        unlinkSync(join(repository.root, 'node_modules/left/index.js'));
        symlinkSync('lib/deep.js', join(repository.root, 'node_modules/left/index.js'));
      },
    ],
    [
      'a package inside a package that the lock file does not know',
      'node_modules/left was changed',
      () => repository.write('node_modules/left/node_modules/right/index.js', 'instead of the other'),
    ],
    [
      'a changed package inside a package',
      'node_modules/left/node_modules/inner was changed',
      () => repository.write('node_modules/left/node_modules/inner/index.js', 'else'),
    ],
    [
      'a missing package',
      'node_modules/@scope/right is missing',
      () => repository.remove('node_modules/@scope/right'),
    ],
    [
      'a package for another platform that was not there',
      'node_modules/elsewhere is not part of the release',
      () => repository.write('node_modules/elsewhere/index.js', 'x'),
    ],
    [
      'a package that nobody locked',
      'node_modules/@scope/guest is not part of the release',
      () => repository.write('node_modules/@scope/guest/index.js', 'x'),
    ],
  ])('names %s', async (_, sentence, change) => {
    const { tree_sha256 } = await writeManifest(repository.root);
    change();
    expect(await deviations()).toEqual([sentence]);
    const manifest = await readManifest(join(repository.root, MANIFEST_FILE));
    if (!manifest) throw new Error('there is no manifest');
    expect((await compareTree(repository.root, manifest)).treeSha256).not.toBe(tree_sha256);
  });

  it.each([
    ['a package for development', () => repository.write('node_modules/tester/index.js', 'else')],
    ['what npm and caches keep beside the packages', () => repository.write('node_modules/.cache/x', '')],
    ['the tests', () => repository.write('test/a.test.ts', 'else')],
  ])('does not speak of %s', async (_, change) => {
    await writeManifest(repository.root);
    change();
    expect(await deviations()).toEqual([]);
  });
});
